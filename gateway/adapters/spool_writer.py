"""Write sealed arrivals to disk. 250 and the confirmation page may follow only when they are durable.

Layout: ``spool/tmp/ID.part`` while it is written, ``spool/new/ID.sealed`` once it is a promise
(RFC 5321 section 6.1). The writer has the public seal key only and cannot read back.

Two ways in: ``keep`` for content that is in memory (one thread takes all that wait and makes them durable
together), and ``begin``, ``write``, ``commit`` for content that streams.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gateway.adapters.arrival_record import context_of
from gateway.adapters.seal import Sealer, SealPublicKey
from gateway.model import framing
from gateway.model.arrival import Arrival
from gateway.model.ids import IntakeId
from gateway.model.records import dump_arrival
from gateway.ports import Temporary

_BATCH = 64  # messages made durable together


class SpoolWriter:
    """Takes arrivals in. Every failure is Temporary: the sender still has the message."""

    def __init__(self, root: Path, key: SealPublicKey) -> None:
        self._new = root / "new"
        self._tmp = root / "tmp"
        self._key = key
        self._jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def clean(self) -> None:
        """Remove what an earlier process had begun and never promised."""
        for part in self._tmp.glob("*.part"):
            part.unlink(missing_ok=True)

    def has(self, intake_id: IntakeId) -> bool:
        """Say whether this arrival is on disk already."""
        return (self._new / f"{intake_id}.sealed").exists()

    async def keep(self, arrivals: Sequence[Arrival], content: Sequence[bytes]) -> None:
        """Seal content that is in memory for each arrival; return when every copy is durable."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="spool-writer", daemon=True)
            self._thread.start()
        loop = asyncio.get_running_loop()
        job = _Job(tuple(arrivals), tuple(content), loop, loop.create_future())
        self._jobs.put(job)
        await job.done

    async def begin(self, arrival: Arrival) -> SpoolEntry:
        """Open an entry for one arrival whose content follows by ``write``."""
        return await asyncio.to_thread(self.open_entry, arrival)

    def open_entry(self, arrival: Arrival) -> SpoolEntry:
        """Open an entry, blocking."""
        sealer = Sealer(self._key, context_of(arrival))
        name = str(arrival.intake_id)
        part = self._tmp / f"{name}.part"
        try:
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640)
        except OSError:
            raise Temporary("spool_write") from None
        return SpoolEntry(descriptor, sealer, framing.prefix(dump_arrival(arrival)), part, self._new / f"{name}.sealed")

    def _run(self) -> None:
        """The one writer: what came in while the disk was busy shares the next turn."""
        while True:
            batch = [self._jobs.get()]
            with contextlib.suppress(queue.Empty):
                while len(batch) < _BATCH:
                    batch.append(self._jobs.get_nowait())
            self._make_durable(batch)
            for loop in {job.loop for job in batch}:
                with contextlib.suppress(RuntimeError):  # a loop that has closed: nobody waits any more
                    loop.call_soon_threadsafe(_answer, [job for job in batch if job.loop is loop])

    def _make_durable(self, batch: list[_Job]) -> None:
        """Data of all, then names of all, then the folder once: the order that survives a power failure."""
        for step in (_Job.write, _Job.sync, _Job.name):
            for job in batch:
                job.attempt(step, self)
        try:
            _fsync_folder(self._new)
        except OSError:
            for job in batch:
                job.fail()
        for job in batch:
            job.promise()


@dataclass(slots=True)
class _Job:
    """What ``keep`` was asked for, and who waits for it."""

    arrivals: tuple[Arrival, ...]
    content: tuple[bytes, ...]
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[None]
    entries: list[SpoolEntry] = field(default_factory=list)
    failed: bool = False

    def attempt(self, step: Callable[[_Job, SpoolWriter], None], writer: SpoolWriter) -> None:
        """Take one step unless an earlier one failed."""
        if self.failed:
            return
        try:
            step(self, writer)
        except Exception:  # the rim of the writer thread: a fault fails this message alone, and its peer hears 451
            self.fail()

    def fail(self) -> None:
        self.failed = True
        for entry in self.entries:
            entry.abort()

    def write(self, writer: SpoolWriter) -> None:
        for arrival in self.arrivals:
            entry = writer.open_entry(arrival)
            self.entries.append(entry)
            entry.put(self.content, last=True)

    def sync(self, _: SpoolWriter) -> None:
        for entry in self.entries:
            entry.sync()

    def name(self, _: SpoolWriter) -> None:
        for entry in self.entries:
            entry.name()

    def promise(self) -> None:
        if not self.failed:
            for entry in self.entries:
                entry.promise()


def _answer(batch: list[_Job]) -> None:
    for job in batch:
        if job.done.done():  # nobody waits: the peer's time was over
            continue
        if job.failed:
            job.done.set_exception(Temporary("spool_write"))
        else:
            job.done.set_result(None)


class SpoolEntry:
    """One arrival that is being written."""

    __slots__ = ("_descriptor", "_final", "_part", "_prefix", "_promised", "_sealer")

    def __init__(self, descriptor: int, sealer: Sealer, prefix: bytes, part: Path, final: Path) -> None:
        self._descriptor = descriptor
        self._sealer = sealer
        self._prefix: bytes | None = prefix  # until the first write
        self._part = part
        self._final = final
        self._promised = False

    async def write(self, content: bytes) -> None:
        """Seal and write more content."""
        await asyncio.to_thread(self._attempt, lambda: self.put((content,)))

    async def commit(self) -> None:
        """Make the arrival durable: data on disk, then the name, then the folder. One step for the caller."""
        await asyncio.shield(asyncio.to_thread(self._attempt, self._commit))

    def abort(self) -> None:
        """Forget the entry. What is promised stays."""
        self._close()
        if self._promised:
            return
        with contextlib.suppress(OSError):
            self._part.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self._final.unlink(missing_ok=True)

    def _attempt(self, step: Callable[[], None]) -> None:
        try:
            step()
        except OSError:
            self.abort()
            raise Temporary("spool_write") from None

    def _commit(self) -> None:
        self.put((), last=True)
        self.sync()
        self.name()
        _fsync_folder(self._final.parent)
        self.promise()

    # The steps, blocking: OSError where the disk refuses

    def put(self, content: Sequence[bytes], last: bool = False) -> None:
        """Seal and write pieces of content; ``last``: nothing follows."""
        sealed = []
        if self._prefix is not None:
            sealed += [self._sealer.header, self._sealer.update(self._prefix)]
            self._prefix = None
        sealed += [self._sealer.update(piece) for piece in content]
        if last:
            sealed.append(self._sealer.finish())
        waiting = memoryview(b"".join(sealed))
        while waiting:
            waiting = waiting[os.write(self._descriptor, waiting) :]

    def sync(self) -> None:
        """Wait until the data is on disk."""
        os.fsync(self._descriptor)
        self._close()

    def name(self) -> None:
        """Give the entry the name that the worker looks for."""
        self._part.rename(self._final)

    def promise(self) -> None:
        """The folder is on disk too: from here on the entry is not ours to remove."""
        self._promised = True

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            with contextlib.suppress(OSError):
                os.close(descriptor)


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
