"""Promise many arrivals with one wait for the disk: their sealed bytes go behind each other into one file first.

A segment is a file ``spool/tmp/journal-N`` of a fixed size, written full of zeros when it is made, so that adding to
it changes no metadata and one ``fdatasync`` costs the disk one write. Each arrival's own file ``tmp/ID.part`` is
written too, and not waited for. A moment later, or when the segment is full, a second thread makes all those files
durable at once, gives them their names in ``new/`` and only then empties the segment. So what has its name is whole,
as ever, and what was promised and has no name yet stands in a segment.

Segment: turns that begin at a multiple of ``_ALIGNMENT``, each of one record or more; a record is a head
(``_HEAD``: magic, the segment's generation, intake id, length of the sealed bytes, CRC-32 of all of it) and the
sealed bytes. A segment whose first head is not valid is empty.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import queue
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from uuid import UUID

_MAGIC = b"CDOPspl1"
_HEAD = struct.Struct(">8s8s16sII")
_ALIGNMENT = 4096  # a turn never shares a page with an earlier one: a torn write cannot reach what is promised
_SEGMENT_BYTES = 16 * 1024 * 1024
_SEGMENTS = 2  # one is filled while the other's arrivals get their names
_OPEN_S = 0.5  # so long a segment is filled before its arrivals get their names
_ASK_AGAIN_S = 0.02
_RETRY_S = 1.0
_QUIET_S = 60.0  # a living process names what it owes long before
_LIBC = ctypes.CDLL(None, use_errno=True)

Report = Callable[[str], None]
Record = tuple[str, bytes]  # intake id and sealed bytes


class SpoolJournal:
    """The segments of one process. ``keep`` and ``turn_over`` are for one thread, the writer's."""

    def __init__(self, root: Path, report: Report) -> None:
        self._folders = Folders(root / "tmp", root / "new")
        self._report = report
        self._free: queue.SimpleQueue[Segment] = queue.SimpleQueue()
        self._full: queue.SimpleQueue[Segment] = queue.SimpleQueue()
        self._current: Segment | None = None
        self._started = False
        self._counting = threading.Lock()
        self._owed = 0

    @property
    def owed(self) -> int:
        """How many arrivals are promised and have no name yet."""
        with self._counting:
            return self._owed

    def keep(self, records: Sequence[Record]) -> bool:
        """Make the records durable. False where that cannot be here and now: then each file must be waited for.

        The files of the records stand in ``tmp`` already and get their names from here.
        """
        segment = self._segment(_size(records))
        if segment is None:
            return False
        try:
            segment.add(records)
        except OSError:  # after a failed fdatasync nobody knows what is on the disk: nothing more goes in here
            self._hand_over(segment)
            return False
        self._owes(len(records))
        return True

    def _owes(self, more: int) -> None:
        with self._counting:
            self._owed += more

    def due_in(self) -> float | None:
        """Return the seconds after which ``turn_over`` should be asked, None where nothing waits for its name."""
        if self._current is None or not self._current.names:
            return None
        return max(_ASK_AGAIN_S, self._current.opened_at + _OPEN_S - time.monotonic())

    def turn_over(self) -> None:
        """Let what stands in the current segment have its names, if it is time and another segment is ready."""
        segment = self._current
        if segment is None or not segment.names or self._free.empty():
            return
        if time.monotonic() >= segment.opened_at + _OPEN_S:
            self._hand_over(segment)

    def _segment(self, size_bytes: int) -> Segment | None:
        self.turn_over()
        if self._current is not None and not self._current.has_room(size_bytes):
            self._hand_over(self._current)
        if self._current is None:
            with contextlib.suppress(queue.Empty):
                self._current = self._free.get_nowait()
        if not self._started:
            self._started = True
            threading.Thread(target=self._run, name="spool-names", daemon=True).start()
        return self._current if self._current is not None and self._current.has_room(size_bytes) else None

    def _hand_over(self, segment: Segment) -> None:
        self._current = None
        self._full.put(segment)

    def _run(self) -> None:
        """Make the segments, then give names for ever."""
        try:
            for segment in _own_segments(self._folders):
                self._free.put(segment)
        except OSError:  # no room for them: every turn waits for its own files, as without a journal
            self._report("spool_no_journal")
        while True:
            segment = self._full.get()
            while not self._named(segment):
                time.sleep(_RETRY_S)
            self._free.put(segment)

    def _named(self, segment: Segment) -> bool:
        try:
            try:
                segment.give_names(self._folders)
            except OSError:  # a file is gone or was not written: what was promised is in the segment
                self._report("spool_named_again")
                recover_segment(segment.descriptor, self._folders)
            number = len(segment.names)
            segment.clear()
            self._owes(-number)
        except Exception:  # the rim of this thread: whatever is wrong, what was promised stays and is tried again
            self._report("spool_not_named")
            return False
        return True


@dataclass(frozen=True, slots=True)
class Folders:
    """Where a file is before and after it has its name."""

    tmp: Path
    new: Path

    def part(self, name: str) -> str:
        return f"{self.tmp}/{name}.part"

    def final(self, name: str) -> str:
        return f"{self.new}/{name}.sealed"


@dataclass(slots=True)
class Segment:
    """One file of the journal, locked by this process, and the names that are owed from it."""

    descriptor: int
    position: int = 0
    generation: bytes = b""
    opened_at: float = 0.0
    names: list[str] = field(default_factory=list)

    def has_room(self, size_bytes: int) -> bool:
        return self.position + size_bytes <= _SEGMENT_BYTES

    def add(self, records: Sequence[Record]) -> None:
        """Write one turn and wait until it is on disk. OSError if it may not be."""
        if not self.names:
            self.generation = os.urandom(8)
            self.opened_at = time.monotonic()
        pieces: list[bytes] = []
        for name, sealed in records:
            pieces += (_head(self.generation, UUID(name).bytes, sealed), sealed)
        _write_at(self.descriptor, b"".join(pieces), self.position)
        self.position += _size(records)
        os.fdatasync(self.descriptor)
        self.names += [name for name, _ in records]

    def give_names(self, folders: Folders) -> None:
        """Make every file durable, then its name. OSError where one of them cannot be."""
        folder = os.open(folders.new, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            _sync_file_system(folder)
            for name in self.names:
                os.rename(folders.part(name), folders.final(name))  # noqa: PTH104 - plain strings, thousands of them
            os.fsync(folder)
        finally:
            os.close(folder)

    def clear(self) -> None:
        """Empty the segment: every name it owed is on disk."""
        _write_at(self.descriptor, bytes(_ALIGNMENT), 0)
        os.fdatasync(self.descriptor)
        self.position = 0
        self.names.clear()


def recover(root: Path) -> int:
    """Give their names to the arrivals that an ended process promised and had not named. Return how many.

    Segments of a process that lives are left alone. OSError where what was promised cannot be written now.
    """
    folders = Folders(root / "tmp", root / "new")
    found = 0
    for path in sorted(folders.tmp.glob("journal-*")):
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        try:
            if _locked(descriptor):
                found += recover_segment(descriptor, folders)
        finally:
            os.close(descriptor)
    return found


def left_behind(root: Path, now: float) -> int:
    """Return how many segments owe names and are touched by nobody: intake has ended and was not started again.

    ``now`` in seconds since the epoch. Takes no lock: it must not stand in the way of an intake that starts.
    """
    found = 0
    for path in (root / "tmp").glob("journal-*"):
        with contextlib.suppress(OSError), path.open("rb") as stream:
            found += stream.read(len(_MAGIC)) == _MAGIC and now - os.fstat(stream.fileno()).st_mtime > _QUIET_S
    return found


def recover_segment(descriptor: int, folders: Folders) -> int:
    """Write every arrival of a segment that has no name to its file, durable, and empty the segment."""
    found = 0
    for name, sealed in _records(descriptor):
        if Path(folders.final(name)).exists():
            continue
        again = folders.part(f"again-{name}")  # the first file may be anybody's still; this one is ours
        _write_file(again, sealed)
        os.rename(again, folders.final(name))  # noqa: PTH104
        Path(folders.part(name)).unlink(missing_ok=True)
        found += 1
    if found:
        sync_folder(folders.new)
    if os.pread(descriptor, len(_MAGIC), 0) == _MAGIC:
        _write_at(descriptor, bytes(_ALIGNMENT), 0)
        os.fdatasync(descriptor)
    return found


def _own_segments(folders: Folders) -> Iterator[Segment]:
    """Take as many segments as a process needs: those that nobody holds, or new ones."""
    taken = 0
    for number in count():
        if taken == _SEGMENTS:
            return
        descriptor = os.open(folders.tmp / f"journal-{number}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if not _locked(descriptor):  # another process of this intake holds it
                os.close(descriptor)
                continue
            recover_segment(descriptor, folders)
            _fill(descriptor)
            sync_folder(folders.tmp)
        except OSError:
            os.close(descriptor)
            raise
        taken += 1
        yield Segment(descriptor)


def _fill(descriptor: int) -> None:
    """Write the file to its full size once: later writes then find every block where it is."""
    size = os.fstat(descriptor).st_size
    while size < _SEGMENT_BYTES:
        size += os.pwrite(descriptor, bytes(min(1 << 20, _SEGMENT_BYTES - size)), size)
    os.fsync(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _records(descriptor: int) -> Iterator[Record]:
    """Yield what stands in a segment, to the first turn that is not whole."""
    octets = os.pread(descriptor, _SEGMENT_BYTES, 0)
    generation = octets[len(_MAGIC) : len(_MAGIC) + 8]
    position = 0
    while position < len(octets):
        record = _record(octets, position, generation)
        if record is not None:
            yield record
            position += _HEAD.size + len(record[1])
        elif position % _ALIGNMENT:
            position = _aligned(position)  # the end of a turn
        else:
            return


def _record(octets: bytes, position: int, generation: bytes) -> Record | None:
    if position + _HEAD.size > len(octets):
        return None
    magic, of, intake_id, length, _ = _HEAD.unpack_from(octets, position)
    sealed = octets[position + _HEAD.size : position + _HEAD.size + length]
    if magic != _MAGIC or of != generation or len(sealed) != length:
        return None
    if octets[position : position + _HEAD.size] != _head(generation, intake_id, sealed):
        return None
    return str(UUID(bytes=intake_id)), sealed


def _head(generation: bytes, intake_id: bytes, sealed: bytes) -> bytes:
    checked = zlib.crc32(sealed, zlib.crc32(intake_id, zlib.crc32(generation)))
    return _HEAD.pack(_MAGIC, generation, intake_id, len(sealed), checked)


def _size(records: Sequence[Record]) -> int:
    """Return what a turn takes, in octets."""
    return _aligned(sum(_HEAD.size + len(sealed) for _, sealed in records))


def _aligned(size: int) -> int:
    return -(-size // _ALIGNMENT) * _ALIGNMENT


def _write_at(descriptor: int, octets: bytes, position: int) -> None:
    waiting = memoryview(octets)
    while waiting:
        written = os.pwrite(descriptor, waiting, position)
        waiting, position = waiting[written:], position + written


def _write_file(path: str, octets: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o640)
    try:
        _write_at(descriptor, octets, 0)
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


def _sync_file_system(descriptor: int) -> None:
    """Wait until all that was written to this file system is on disk (syncfs(2)). OSError if something is not."""
    if _LIBC.syncfs(descriptor) != 0:
        raise OSError(ctypes.get_errno(), "syncfs")
