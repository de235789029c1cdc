"""The format of a segment of the spool's journal, and how its arrivals are named if their process has ended.

Segment: turns that begin at a multiple of ``ALIGNMENT``, each of one record or more; a record is a head
(``_HEAD``: magic, the segment's generation, intake id, length of the sealed bytes, CRC-32 of all of it) and the
sealed bytes. A segment whose first octet is zero is empty.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

_MAGIC = b"CDOPspl1"
_HEAD = struct.Struct(">8s8s16sII")
ALIGNMENT = 4096  # a turn never shares a page with an earlier one, so a torn write cannot reach a promise
SEGMENT_BYTES = 16 * 1024 * 1024
_QUIET_S = 60.0  # a running process gives names long before

Report = Callable[[str], None]
Record = tuple[str, bytes]  # intake id and sealed bytes


@dataclass(frozen=True, slots=True)
class SpoolFolders:
    """Where a file is before and after it gets its name."""

    tmp: Path
    new: Path

    def part(self, name: str) -> str:
        return f"{self.tmp}/{name}.part"

    def final(self, name: str) -> str:
        return f"{self.new}/{name}.sealed"


def recover(root: Path, report: Report = lambda _: None) -> int:
    """Name the arrivals that an ended process promised but had not named. Return how many.

    Segments of a running process are left alone. OSError if what was promised cannot be written now.
    ``report`` gets ``spool_journal_damaged`` for a segment that holds something other than our records.
    """
    folders = SpoolFolders(root / "tmp", root / "new")
    found = 0
    for path in sorted(folders.tmp.glob("journal-*")):
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        try:
            if locked(descriptor):
                found += recover_segment(descriptor, folders, report)
        finally:
            os.close(descriptor)
    return found


def left_behind(root: Path, now: float) -> int:
    """Return how many segments owe names while no process works on them: intake has ended and not been restarted.

    ``now`` in seconds since the epoch. Takes no lock, so as not to hinder an intake that starts.
    """
    found = 0
    for path in (root / "tmp").glob("journal-*"):
        with contextlib.suppress(OSError), path.open("rb") as stream:
            found += stream.read(1) not in (b"", b"\0") and now - os.fstat(stream.fileno()).st_mtime > _QUIET_S
    return found


def recover_segment(descriptor: int, folders: SpoolFolders, report: Report) -> int:
    """Give every arrival of a segment its file and name, durably, and empty the segment. OSError."""
    if os.pread(descriptor, 1, 0) in (b"", b"\0"):
        return 0
    found = 0
    for name, sealed in records(descriptor, report):
        if not Path(folders.final(name)).exists():
            _named(name, sealed, folders)
            found += 1
    sync_folder(folders.new)  # also for those already named: the name may not be on disk
    empty(descriptor)
    return found


def _named(name: str, sealed: bytes, folders: SpoolFolders) -> None:
    part = Path(folders.part(name))
    with contextlib.suppress(FileNotFoundError):
        descriptor = os.open(part, os.O_RDONLY | os.O_CLOEXEC)
        try:
            whole = os.fstat(descriptor).st_size == len(sealed) and os.pread(descriptor, len(sealed), 0) == sealed
            if whole:  # the disk may have no room for it twice
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if whole:
            part.rename(folders.final(name))
            return
    again = folders.part(f"again-{name}")  # another process may still hold the first file; this one is ours
    _write_file(again, sealed)
    Path(again).rename(folders.final(name))
    part.unlink(missing_ok=True)


def records(descriptor: int, report: Report) -> Iterator[Record]:
    """Yield what was promised in a segment: complete records of its generation.

    A torn turn is the last one, and was never promised. If complete records follow a broken one, the disk has changed
    something: the rest is found page by page, and ``report`` is told.
    """
    octets = os.pread(descriptor, SEGMENT_BYTES, 0)
    first = _record(octets, 0, None)
    generation = octets[len(_MAGIC) : len(_MAGIC) + 8] if first is not None else None
    position, broken = 0, first is None
    while position < len(octets):
        record = _record(octets, position, generation)
        if record is None:
            broken = broken or (position % ALIGNMENT == 0 and octets.startswith(_MAGIC, position))
            position = aligned(position + 1)
            continue
        if broken:
            report("spool_journal_damaged")
            broken = False
        yield record
        position += _HEAD.size + len(record[1])


def _record(octets: bytes, position: int, generation: bytes | None) -> Record | None:
    """Return the record at a place; None if there is none, or one of another generation (None: of any)."""
    if not octets.startswith(_MAGIC, position) or position + _HEAD.size > len(octets):
        return None
    _, of, intake_id, length, _ = _HEAD.unpack_from(octets, position)
    sealed = octets[position + _HEAD.size : position + _HEAD.size + length]
    if generation not in (None, of) or len(sealed) != length:
        return None
    if octets[position : position + _HEAD.size] != head(of, intake_id, sealed):
        return None
    return str(UUID(bytes=intake_id)), sealed


def head(generation: bytes, intake_id: bytes, sealed: bytes) -> bytes:
    """Return the head that precedes the sealed bytes of one arrival."""
    checked = zlib.crc32(sealed, zlib.crc32(intake_id, zlib.crc32(generation)))
    return _HEAD.pack(_MAGIC, generation, intake_id, len(sealed), checked)


def size_of(turn: list[Record] | tuple[Record, ...]) -> int:
    """Return the size of a turn, in octets."""
    return aligned(sum(_HEAD.size + len(sealed) for _, sealed in turn))


def aligned(size: int) -> int:
    return -(-size // ALIGNMENT) * ALIGNMENT


def empty(descriptor: int) -> None:
    """Empty a segment whose promises have all been kept. OSError."""
    write_at(descriptor, bytes(ALIGNMENT), 0)
    os.fdatasync(descriptor)


def locked(descriptor: int) -> bool:
    """Try to lock a segment; say whether it is ours from now on."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def write_at(descriptor: int, octets: bytes, position: int) -> None:
    """Write all of it at a position. OSError."""
    waiting = memoryview(octets)
    while waiting:
        written = os.pwrite(descriptor, waiting, position)
        waiting, position = waiting[written:], position + written


def _write_file(path: str, octets: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o640)
    try:
        write_at(descriptor, octets, 0)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on disk. OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
