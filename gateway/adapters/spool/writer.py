"""Write sealed arrivals to disk. 250 and the confirmation page may follow only when they are durable.

Layout: ``spool/tmp/ID.part`` while it is written, ``spool/new/ID.sealed`` once it is a promise
(RFC 5321 section 6.1). The writer has the public seal key only and cannot read back.

Two ways in: ``keep`` for content in memory (one thread takes everything that waits and makes it durable together,
under load through the journal: gateway/adapters/spool/journal.py), and ``begin``, ``write``, ``commit`` for content
that streams.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gateway.adapters.sealing.seal import Sealer, SealPublicKey
from gateway.adapters.spool.arrival_record import context_of
from gateway.adapters.spool.journal import SpoolJournal
from gateway.adapters.spool.recovery import recover, sync_folder
from gateway.model.channel.arrival import Arrival
from gateway.model.content import framing
from gateway.model.content.intake_record import dump_arrival
from gateway.model.ids import IntakeId
from gateway.ports import Temporary

_BATCH = 64  # messages made durable together
_GATHER_S = 0.0015
_LIVELY_S = 10.0
_WRITE_BACK_BYTES = 2 * 1024 * 1024  # how much of a long message at a time starts going to disk before its end


class SpoolWriter:
    """Accepts arrivals. Every failure is Temporary: the sender still has the message."""

    def __init__(self, root: Path, key: SealPublicKey, report: Callable[[str], None] = lambda _: None) -> None:
        """``report`` gets a fixed code for what goes wrong after a promise: nothing is lost, but it is late."""
        self._journal = SpoolJournal(root, report)
        self._report = report
        self._root = root
        self._new = root / "new"
        self._tmp = root / "tmp"
        self._key = key
        self._jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def recover(self) -> int:
        """Name what an ended process promised but did not name; return how many. OSError if that fails."""
        return recover(self._root, self._report)

    def clean(self) -> None:
        """Remove what an earlier process had begun but never promised. Call ``recover`` first."""
        for part in self._tmp.glob("*.part"):
            part.unlink(missing_ok=True)

    async def named(self, within_s: float) -> bool:
        """Wait until every promised arrival has its name. False if that takes longer: nothing is lost."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                while self._journal.owed:  # noqa: ASYNC110 - a thread is at work; this is for the end of a process
                    await asyncio.sleep(0.01)
        return not self._journal.owed

    def has(self, intake_id: IntakeId) -> bool:
        """Say whether this arrival is on disk already."""
        return (self._new / f"{intake_id}.sealed").exists()

    async def keep(self, arrivals: Sequence[Arrival], content: Sequence[bytes]) -> None:
        """Seal content in memory for each arrival; return when every copy is durable."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="spool-writer", daemon=True)
            self._thread.start()
        loop = asyncio.get_running_loop()
        # Sealed here, not in the thread: sealing would hold the interpreter's lock there just as long, and this leaves
        # the thread only system calls, which hold none.
        sealed = tuple((str(arrival.intake_id), self._seal(arrival, content)) for arrival in arrivals)
        job = _Job(sealed, loop, loop.create_future())
        self._jobs.put(job)
        await job.done

    def _seal(self, arrival: Arrival, content: Sequence[bytes]) -> bytes:
        sealer = Sealer(self._key, context_of(arrival))
        frame = b"".join((framing.prefix(dump_arrival(arrival)), *content))
        return b"".join((sealer.header, sealer.update(frame), sealer.finish()))

    async def begin(self, arrival: Arrival) -> SpoolEntry:
        """Open an entry for one arrival whose content follows through ``write``."""
        return await asyncio.to_thread(self.open_entry, arrival)

    def open_entry(self, arrival: Arrival) -> SpoolEntry:
        """Open an entry, blocking."""
        sealer = Sealer(self._key, context_of(arrival))
        prefix = framing.prefix(dump_arrival(arrival))
        try:
            return SpoolEntry(self.create(str(arrival.intake_id)), sealer, prefix)
        except OSError:
            raise Temporary("spool_write") from None

    def create(self, name: str) -> _File:
        """Create the file of one entry. OSError if that fails."""
        return _File(f"{self._tmp}/{name}.part", f"{self._new}/{name}.sealed")

    def _run(self) -> None:
        """The only writer: whatever arrived while the disk was busy shares the next turn.

        Under load, and for some seconds after, a turn waits for its write to the journal, if there is one; otherwise
        for its own files.
        """
        crowded, lively_until = False, 0.0
        while True:
            batch = self._waiting(gather=crowded)
            crowded = len(batch) > 1
            if crowded:
                lively_until = time.monotonic() + _LIVELY_S
            _attempt(_Job.write, batch, self)
            if not (time.monotonic() < lively_until and self._journalled(batch)):
                self._by_themselves(batch)
            for job in batch:
                job.promise()
            for loop in {job.loop for job in batch}:
                with contextlib.suppress(RuntimeError):  # the loop has closed: nobody waits any more
                    loop.call_soon_threadsafe(_answer, [job for job in batch if job.loop is loop])

    def _waiting(self, gather: bool) -> list[_Job]:
        """Wait for something to write and return all of it.

        ``gather``: others have just arrived, so more are coming; waiting a moment for them saves the disk a turn.
        """
        batch: list[_Job] = []
        while not batch:
            self._journal.turn_over()
            with contextlib.suppress(queue.Empty):
                batch.append(self._jobs.get(timeout=self._journal.due_in()))
        if gather:
            time.sleep(_GATHER_S)
        with contextlib.suppress(queue.Empty):
            while len(batch) < _BATCH:
                batch.append(self._jobs.get_nowait())
        return batch

    def _journalled(self, batch: list[_Job]) -> bool:
        """Make everything durable by one write to the journal, which gives the names. False if it cannot."""
        return self._journal.keep([record for job in batch if not job.failed for record in job.sealed])

    def _by_themselves(self, batch: list[_Job]) -> None:
        """All data, then all names, then the folder: the order that survives a power failure."""
        for step in (_Job.start_writing_back, _Job.sync, _Job.name):
            _attempt(step, batch, self)
        try:
            sync_folder(self._new)
        except OSError:
            for job in batch:
                job.fail()


@dataclass(slots=True)
class _Job:
    """One request to ``keep``, and who waits for it."""

    sealed: tuple[tuple[str, bytes], ...]  # intake id and what to write
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[None]
    files: list[_File] = field(default_factory=list)
    failed: bool = False

    def attempt(self, step: Callable[[_Job, SpoolWriter], None], writer: SpoolWriter) -> None:
        """Take one step unless an earlier one failed."""
        if self.failed:
            return
        try:
            step(self, writer)
        except Exception:  # last resort of the writer thread: a fault fails this message alone, and its peer gets 451
            self.fail()

    def fail(self) -> None:
        self.failed = True
        for file in self.files:
            file.abort()

    def write(self, writer: SpoolWriter) -> None:
        for name, content in self.sealed:
            file = writer.create(name)
            self.files.append(file)
            file.write(content)

    def start_writing_back(self, _: SpoolWriter) -> None:
        for file in self.files:
            file.start_writing_back()

    def sync(self, _: SpoolWriter) -> None:
        for file in self.files:
            file.sync()

    def name(self, _: SpoolWriter) -> None:
        for file in self.files:
            file.name()

    def promise(self) -> None:
        """Leave the files alone from now on, and close their descriptors."""
        if not self.failed:
            for file in self.files:
                file.promise()


def _attempt(step: Callable[[_Job, SpoolWriter], None], batch: list[_Job], writer: SpoolWriter) -> None:
    for job in batch:
        job.attempt(step, writer)


def _answer(batch: list[_Job]) -> None:
    for job in batch:
        if job.done.done():  # nobody waits: the peer's time has run out
            continue
        if job.failed:
            job.done.set_exception(Temporary("spool_write"))
        else:
            job.done.set_result(None)


class SpoolEntry:
    """One arrival, written as it streams in."""

    __slots__ = ("_file", "_prefix", "_sealer")

    def __init__(self, file: _File, sealer: Sealer, prefix: bytes) -> None:
        self._file = file
        self._sealer = sealer
        self._prefix: bytes | None = prefix  # until the first write

    async def write(self, content: bytes) -> None:
        """Seal and write more content."""
        await asyncio.to_thread(self._attempt, lambda: self._put(content, last=False))

    async def commit(self) -> None:
        """Make the arrival durable: data on disk, then the name, then the folder."""
        await asyncio.shield(asyncio.to_thread(self._attempt, self._commit))

    def abort(self) -> None:
        """Discard the entry. What is promised stays."""
        self._file.abort()

    def _attempt(self, step: Callable[[], None]) -> None:
        try:
            step()
        except OSError:
            self._file.abort()
            raise Temporary("spool_write") from None

    def _put(self, content: bytes, last: bool) -> None:
        if self._prefix is not None:
            self._file.write(self._sealer.header)
            self._file.write_many(self._sealer.chunks(self._prefix))
            self._prefix = None
        self._file.write_many(self._sealer.chunks(content))
        if last:
            self._file.write(self._sealer.finish())

    def _commit(self) -> None:
        self._put(b"", last=True)
        self._file.sync()
        self._file.name()
        sync_folder(Path(self._file.final).parent)
        self._file.promise()


class _File:
    """One file from ``tmp`` to ``new``, step by step. Every step blocks; OSError if the disk refuses.

    The lock is for ``abort``: a descriptor closed during a write could belong to another file a moment later.
    """

    __slots__ = ("_descriptor", "_lock", "_part", "_unsent", "final", "promised")

    def __init__(self, part: str, final: str) -> None:
        self._part = part
        self.final = final
        self.promised = False
        self._lock = threading.Lock()
        self._unsent = 0
        self._descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640)

    def write(self, sealed: bytes) -> None:
        """Write all of it."""
        with self._lock:
            waiting = memoryview(sealed)
            while waiting:
                waiting = waiting[os.write(self._descriptor, waiting) :]
            self._unsent += len(sealed)
            if self._unsent > _WRITE_BACK_BYTES:
                self._unsent = 0
                self._write_back()

    def write_many(self, sealed: Sequence[bytes]) -> None:
        """Write all of them, one after another."""
        for piece in sealed:
            self.write(piece)

    def start_writing_back(self) -> None:
        """Start writing to disk without waiting."""
        with self._lock:
            self._write_back()

    def _write_back(self) -> None:
        os.posix_fadvise(self._descriptor, 0, 0, os.POSIX_FADV_DONTNEED)  # Linux begins to write dirty pages out

    def sync(self) -> None:
        """Wait until the data is on disk."""
        with self._lock:
            os.fsync(self._descriptor)
            self._close()

    def name(self) -> None:
        """Give the file the name that the worker looks for."""
        os.rename(self._part, self.final)  # noqa: PTH104 - plain strings: a Path for each message costs more than this

    def promise(self) -> None:
        """It, or the journal, is on disk: from now on it must not be removed."""
        self.promised = True
        with self._lock:
            self._close()

    def abort(self) -> None:
        """Remove the file unless it is promised. If a step is under way, after that step."""
        if self._lock.acquire(blocking=False):
            self._remove()
            self._lock.release()
        else:
            threading.Thread(target=self._remove_later, daemon=True).start()

    def _remove_later(self) -> None:
        with self._lock:
            self._remove()

    def _remove(self) -> None:
        self._close()
        if self.promised:
            return
        for path in (self._part, self.final):
            with contextlib.suppress(OSError):
                Path(path).unlink(missing_ok=True)

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            with contextlib.suppress(OSError):
                os.close(descriptor)
