"""The spool as the worker sees it: ports.Spool over the folder that intake writes to."""

from __future__ import annotations

import asyncio
import errno
import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from gateway.adapters.sealing.seal_format import SealRefused
from gateway.adapters.sealing.unseal import KeyRing, open_chunks, read_header
from gateway.adapters.spool.arrival_record import context_of
from gateway.model.channel.arrival import Arrival
from gateway.model.content import framing
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.content.intake_record import load_arrival
from gateway.model.ids import IntakeId
from gateway.ports import Permanent, Temporary

SUFFIX = ".sealed"
MAX_BYTES = 256 << 20  # of one sealed file: more than any door lets in


class SpoolReader:
    """Opens, one at a time, what intake has promised to keep."""

    def __init__(self, root: Path, ring: KeyRing) -> None:
        self._new = root / "new"
        self._ring = ring

    async def pending(self) -> Sequence[IntakeId]:
        return await asyncio.to_thread(self._pending)

    def _pending(self) -> list[IntakeId]:
        try:
            names = sorted(path.stem for path in self._new.iterdir() if path.suffix == SUFFIX)
        except OSError:
            raise Temporary("spool_read") from None
        ids = []
        for name in names:
            try:
                ids.append(IntakeId(UUID(name)))
            except ValueError:  # not ours: left for the operator, `gateway check` names it
                continue
        return ids

    async def open(self, intake_id: IntakeId) -> tuple[Arrival, ConfidentialBytes]:
        return await asyncio.to_thread(self._open, intake_id)

    def _open(self, intake_id: IntakeId) -> tuple[Arrival, ConfidentialBytes]:
        try:
            with _regular(self._path(intake_id)) as stream:
                header, context = read_header(stream)
                frame = b"".join(open_chunks(self._ring, header, stream))
            description, content = framing.split(frame)
            arrival = load_arrival(description)
        except (SealRefused, ValueError):
            raise Permanent("seal_refused") from None
        except OSError:
            raise Temporary("spool_read") from None
        bound = {name: value for name, value in context.items() if name != "key_id"}
        if bound != context_of(arrival) or arrival.intake_id != intake_id:
            raise Permanent("seal_refused")
        return arrival, ConfidentialBytes(content)

    async def remove(self, intake_id: IntakeId) -> None:
        await asyncio.to_thread(self._path(intake_id).unlink, missing_ok=True)

    def _path(self, intake_id: IntakeId) -> Path:
        return self._new / f"{intake_id}{SUFFIX}"


def _regular(path: Path) -> BinaryIO:
    """Open a file that is one. Permanent for what somebody who took over intake could put there in its place.

    A FIFO would be waited for without end, a link would lead elsewhere, and a file without end fills the memory.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in _NO_FILE:
            raise Permanent("not_a_file") from None
        raise
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_BYTES:
        os.close(descriptor)
        raise Permanent("too_large" if stat.S_ISREG(found.st_mode) else "not_a_file")
    return os.fdopen(descriptor, "rb")


_NO_FILE = frozenset({errno.ELOOP, errno.ENXIO, errno.EISDIR, errno.ENODEV})
