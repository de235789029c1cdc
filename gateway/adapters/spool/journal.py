"""Make many arrivals durable with one wait for the disk: their sealed bytes are first appended to one file.

A segment is a file ``spool/tmp/journal-N`` of a fixed size, written full of zeros when it is made, so that adding to
it changes no metadata and one ``fdatasync`` costs the disk one write. Each arrival's own file ``tmp/ID.part`` is
written too, and not waited for. A moment later, or when the segment is full, a second thread makes all those files
durable at once, gives them their names in ``new/`` and only then empties the segment. So whatever has its name is
whole, and whatever was promised but has no name yet is in a segment.

The format of a segment, and what happens if a process ends before giving names: gateway/adapters/spool/recovery.py.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import queue
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from uuid import UUID

from gateway.adapters.spool.recovery import (
    SEGMENT_BYTES,
    Record,
    Report,
    SpoolFolders,
    empty,
    head,
    locked,
    recover_segment,
    size_of,
    sync_folder,
    write_at,
)

_SEGMENTS = 2  # one is filled while the other's arrivals get their names
_OPEN_S = 0.5  # how long a segment is filled before its arrivals get their names
_WITHOUT_OTHER_S = 2.0  # how long if there is no other segment to continue with
_ASK_AGAIN_S = 0.02
_RETRY_S = 1.0
_ROOM_FOR_MAIL_BYTES = 128 * 1024 * 1024
_LIBC = ctypes.CDLL(None, use_errno=True)


class SpoolJournal:
    """The segments of one process. Only the writer's thread calls ``keep`` and ``turn_over``."""

    def __init__(self, root: Path, report: Report) -> None:
        self._folders = SpoolFolders(root / "tmp", root / "new")
        self._report = report
        self._free: queue.SimpleQueue[Segment] = queue.SimpleQueue()
        self._full: queue.SimpleQueue[Segment] = queue.SimpleQueue()
        self._segments: list[Segment] = []
        self._current: Segment | None = None
        self._started = False
        self._counting = threading.Lock()
        self._owed = 0

    @property
    def owed(self) -> int:
        """How many arrivals are promised but have no name yet."""
        with self._counting:
            return self._owed

    def keep(self, records: list[Record]) -> bool:
        """Make the records durable. False if that is not possible now: then each file must be waited for.

        The files of the records are already in ``tmp`` and get their names from here.
        """
        segment = self._segment(size_of(records))
        if segment is None:
            return False
        try:
            segment.add(records)
        except OSError:  # after a failed fdatasync nobody knows what is on disk: nothing more is written here
            self._hand_over(segment)
            return False
        self._owes(len(records))
        return True

    def _owes(self, more: int) -> None:
        with self._counting:
            self._owed += more

    def due_in(self) -> float | None:
        """Return the seconds after which to call ``turn_over``, None if nothing waits for its name."""
        if self._current is None or not self._current.names:
            return None
        return max(_ASK_AGAIN_S, self._current.opened_at + _OPEN_S - time.monotonic())

    def turn_over(self) -> None:
        """Have the arrivals of the current segment named, if it is time."""
        segment = self._current
        if segment is None or not segment.names:
            return
        patience = _OPEN_S if not self._free.empty() else _WITHOUT_OTHER_S
        if time.monotonic() >= segment.opened_at + patience:
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
        """Make the segments, then keep giving names."""
        try:
            for segment in _own_segments(self._folders, self._report):
                self._segments.append(segment)
                self._free.put(segment)
        except OSError:  # no room for them: every turn waits for its own files
            self._report("spool_no_journal")
        while True:
            segment = self._full.get()
            while not self._named(segment):
                time.sleep(_RETRY_S)
            self._free.put(segment)

    def _named(self, segment: Segment) -> bool:
        try:
            if not segment.doubtful:
                segment.give_names(self._folders)
            else:  # a file is gone or may not have been written: what was promised is in the segment
                recover_segment(segment.descriptor, self._folders, self._report)
            number = len(segment.names)
            segment.clear()
            self._owes(-number)
        except Exception:  # last resort of this thread: whatever is wrong, what was promised stays and is tried again
            for one in self._segments:  # the kernel reports a failed write only once, and whose it was it does not say
                one.doubtful = True
            self._report("spool_not_named")
            return False
        return True


@dataclass(slots=True)
class Segment:
    """One file of the journal, locked by this process, and the names it still owes."""

    descriptor: int
    position: int = 0
    generation: bytes = b""
    opened_at: float = 0.0
    names: list[str] = field(default_factory=list)
    doubtful: bool = False  # a write failed since it was empty: none of its files is trusted

    def has_room(self, size_bytes: int) -> bool:
        return self.position + size_bytes <= SEGMENT_BYTES

    def add(self, records: list[Record]) -> None:
        """Write one turn and wait until it is on disk. OSError if that is uncertain."""
        if not self.names:
            self.generation = os.urandom(8)
            self.opened_at = time.monotonic()
        pieces: list[bytes] = []
        for name, sealed in records:
            pieces += (head(self.generation, UUID(name).bytes, sealed), sealed)
        write_at(self.descriptor, b"".join(pieces), self.position)
        self.position += size_of(records)
        os.fdatasync(self.descriptor)
        self.names += [name for name, _ in records]

    def give_names(self, folders: SpoolFolders) -> None:
        """Make every file durable, then its name. OSError if any of them cannot be."""
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
        empty(self.descriptor)
        self.position = 0
        self.names.clear()
        self.doubtful = False


def _own_segments(folders: SpoolFolders, report: Report) -> Iterator[Segment]:
    """Take as many segments as a process needs: unused ones, or new ones. OSError without room."""
    taken = 0
    for number in count():
        if taken == _SEGMENTS:
            return
        path = folders.tmp / f"journal-{number}"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if not locked(descriptor):  # another process of this intake holds it
                os.close(descriptor)
                continue
            recover_segment(descriptor, folders, report)
            _fill(descriptor, path)
            sync_folder(folders.tmp)
        except OSError:
            os.close(descriptor)
            raise
        taken += 1
        yield Segment(descriptor)


def _fill(descriptor: int, path: Path) -> None:
    """Write the file to its full size once, so that later writes find every block allocated.

    OSError, and no file, if that would leave too little room for mail itself.
    """
    size = os.fstat(descriptor).st_size
    if size >= SEGMENT_BYTES:
        return
    try:
        room = os.fstatvfs(descriptor)
        if room.f_bavail * room.f_frsize < SEGMENT_BYTES + _ROOM_FOR_MAIL_BYTES:
            raise OSError(errno.ENOSPC, "no room for a journal")
        while size < SEGMENT_BYTES:
            size += os.pwrite(descriptor, bytes(min(1 << 20, SEGMENT_BYTES - size)), size)
        os.fsync(descriptor)
    except OSError:
        path.unlink(missing_ok=True)
        raise


def _sync_file_system(descriptor: int) -> None:
    """Wait until everything written to this file system is on disk (syncfs(2)). OSError if anything is not."""
    if _LIBC.syncfs(descriptor) != 0:
        raise OSError(ctypes.get_errno(), "syncfs")
