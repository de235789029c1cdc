"""Write sealed arrivals to disk. 250 and the confirmation page may follow only after ``commit`` returned.

Layout: ``spool/tmp/ID.part`` while it is written, ``spool/new/ID.sealed`` once it is a promise
(RFC 5321 section 6.1). The writer has the public seal key only and cannot read back.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from gateway.adapters.arrival_record import context_of
from gateway.adapters.seal import Sealer, SealPublicKey
from gateway.model import framing
from gateway.model.arrival import Arrival
from gateway.model.ids import IntakeId
from gateway.model.records import dump_arrival
from gateway.ports import Temporary


class SpoolWriter:
    """Takes arrivals in. Every failure is Temporary: the sender still has the message."""

    def __init__(self, root: Path, key: SealPublicKey) -> None:
        self._new = root / "new"
        self._tmp = root / "tmp"
        self._key = key

    def clean(self) -> None:
        """Remove what an earlier process had begun and never promised."""
        for part in self._tmp.glob("*.part"):
            part.unlink(missing_ok=True)

    def has(self, intake_id: IntakeId) -> bool:
        """Say whether this arrival is on disk already."""
        return (self._new / f"{intake_id}.sealed").exists()

    async def begin(self, arrival: Arrival) -> SpoolEntry:
        """Open an entry for one arrival. Content follows by ``write``."""
        return await asyncio.to_thread(self._begin, arrival)

    async def keep(self, arrivals: Sequence[Arrival], content: Sequence[bytes]) -> None:
        """Seal content that is in memory for each arrival; return when every copy is durable."""
        await asyncio.shield(asyncio.to_thread(self._keep, tuple(arrivals), tuple(content)))

    def _keep(self, arrivals: tuple[Arrival, ...], content: tuple[bytes, ...]) -> None:
        for arrival in arrivals:
            entry = self._begin(arrival)
            for piece in content:
                entry._write(piece)
            entry._commit()

    def _begin(self, arrival: Arrival) -> SpoolEntry:
        sealer = Sealer(self._key, context_of(arrival))
        name = str(arrival.intake_id)
        part = self._tmp / f"{name}.part"
        try:
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
            entry = SpoolEntry(os.fdopen(descriptor, "wb"), sealer, part, self._new / f"{name}.sealed")
            entry.put(sealer.header + sealer.update(framing.prefix(dump_arrival(arrival))))
        except OSError:
            raise Temporary("spool_write") from None
        return entry


class SpoolEntry:
    """One arrival that is being written."""

    __slots__ = ("_final", "_part", "_sealer", "_stream")

    def __init__(self, stream: BinaryIO, sealer: Sealer, part: Path, final: Path) -> None:
        self._stream = stream
        self._sealer = sealer
        self._part = part
        self._final = final

    def put(self, sealed: bytes) -> None:
        """Write bytes that are sealed already."""
        self._stream.write(sealed)

    async def write(self, content: bytes) -> None:
        """Seal and write more content."""
        await asyncio.to_thread(self._write, content)

    def _write(self, content: bytes) -> None:
        try:
            self.put(self._sealer.update(content))
        except OSError:
            self.abort()
            raise Temporary("spool_write") from None

    async def commit(self) -> None:
        """Make the arrival durable: data on disk, then the name, then the folder. One step for the caller."""
        await asyncio.shield(asyncio.to_thread(self._commit))

    def _commit(self) -> None:
        try:
            self.put(self._sealer.finish())
            self._stream.flush()
            os.fsync(self._stream.fileno())
            self._stream.close()
            self._part.rename(self._final)
            _fsync_folder(self._final.parent)
        except OSError:
            self.abort()
            raise Temporary("spool_write") from None

    def abort(self) -> None:
        """Forget the entry: no promise was made for it."""
        with contextlib.suppress(OSError):
            self._stream.close()
        with contextlib.suppress(OSError):
            self._part.unlink(missing_ok=True)


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
