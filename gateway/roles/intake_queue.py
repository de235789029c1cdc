"""What waits in the spool, worked on side by side: nobody's message delays another's.

First everything is adopted, so that staff can see it. Then each is worked on in a task of its own, in fair order: the
secure mailbox, form and answers first, then senders that were proved, then strangers. What strangers send has a
limit in number and in bytes, and a deadline; what cannot be adopted waits longer each time.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from gateway.model.case.rows import IntakeRow
from gateway.model.ids import IntakeId
from gateway.model.kinds import AlarmKind, Channel, IntakeState, MailboxName
from gateway.ports import Budget, Temporary, spend_from
from gateway.steps.intake.adopt import Adopted, adopt
from gateway.steps.intake.advance import SETTLED, IntakeContext, is_damaged, work
from gateway.steps.intake.failures import attempt_failed
from gateway.steps.watch.alarms import raise_alarm

FIRST, PROVED, STRANGER = range(3)
CLASSES = ("first", "proved", "stranger")
ADOPT_AT_ONCE = 8
KEPT_OPEN_BYTES = 32 << 20  # of what was opened for adoption and is worked on next
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 300.0
DAMAGED_PAUSE_S = 3600.0
TELL_EVERY_S = 600.0


@dataclass(frozen=True, slots=True)
class QueueLimits:
    """How much at once. Asking DNS costs little, so many may wait for it; memory is what their bytes take."""

    at_once: int = 256
    of_strangers: int = 192
    bytes_at_once: int = 96 << 20
    message_s: float = 20.0  # of the children's time, over all parts and attempts
    deadline_s: float = 300.0  # on the clock, of one attempt
    late_s: float = 900.0  # undecided for so long: an alarm


def rank(row: IntakeRow) -> int:
    """Return whose turn it is: 0 goes first."""
    if row.mailbox is not MailboxName.GENERAL or row.channel is not Channel.SMTP:
        return FIRST
    return PROVED if row.grade is not None and row.grade.is_proved else STRANGER


@dataclass(slots=True)
class _Known:
    """One file of the spool, as this process knows it."""

    failures: int = 0
    next_at: float = 0.0  # of the loop's clock
    adopted: Adopted | None = None
    budget: Budget | None = None
    running: bool = False


@dataclass(slots=True)
class IntakeQueue:
    """The intake side of the worker. ``group`` owns its tasks."""

    context: IntakeContext
    group: asyncio.TaskGroup
    limits: QueueLimits = field(default_factory=QueueLimits)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _told_at: float | None = None
    _known: dict[IntakeId, _Known] = field(default_factory=dict)
    _kept_bytes: int = 0
    _bytes: int = 0
    _running: int = 0
    _strangers: int = 0

    async def look(self) -> int:
        """Adopt everything new, and begin what is due. Returns how much waits."""
        pending = await self.context.tools.spool.pending()
        waiting = set(pending)
        for gone in [one for one, known in self._known.items() if one not in waiting and not known.running]:
            del self._known[gone]
        await self._adopt([one for one in pending if self._needs_adoption(one)])
        self._begin()
        await self._measure(pending)
        return sum(1 for one in pending if self._is_open(one))

    def _is_open(self, intake_id: IntakeId) -> bool:
        known = self._known.get(intake_id)
        return known is None or known.adopted is None or not is_damaged(known.adopted.row)

    def _needs_adoption(self, intake_id: IntakeId) -> bool:
        known = self._known.setdefault(intake_id, _Known())
        return known.adopted is None and known.next_at <= _now()

    async def _adopt(self, fresh: Sequence[IntakeId]) -> None:
        places = asyncio.Semaphore(ADOPT_AT_ONCE)

        async def one(intake_id: IntakeId) -> None:
            async with places:
                await self._adopt_one(intake_id)

        async with asyncio.TaskGroup() as group:
            for intake_id in fresh:
                group.create_task(one(intake_id))

    async def _adopt_one(self, intake_id: IntakeId) -> None:
        tools, known = self.context.tools, self._known[intake_id]
        try:
            adopted = await adopt(tools, intake_id)
        except Exception as error:  # whatever is wrong with one spool file must not stop the others
            code = error.code if isinstance(error, Temporary) else type(error).__name__
            tools.journal.event("adopt_failed", intake_id=str(intake_id), code=code)
            tools.metrics.count("gateway_adoptions_failed")
            known.failures += 1
            known.next_at = _now() + pause_s(known.failures)
            return
        size = len(adopted.opened[1].reveal()) if adopted.opened is not None else 0
        if self._kept_bytes + size > KEPT_OPEN_BYTES:
            adopted = Adopted(adopted.row)
        else:
            self._kept_bytes += size
        known.adopted, known.failures, known.next_at = adopted, 0, 0.0
        if is_damaged(adopted.row):
            known.next_at = _now() + DAMAGED_PAUSE_S

    def _begin(self) -> None:
        """Begin what is due and has room, in fair order."""
        if self.stopping.is_set():
            return
        now, at = _now(), self.context.tools.clock.now()
        due = [
            (rank(known.adopted.row), intake_id, known)
            for intake_id, known in self._known.items()
            if known.adopted is not None and not known.running and known.next_at <= now and _is_due(known.adopted, at)
        ]
        for place, intake_id, known in sorted(due, key=lambda one: one[:2]):
            assert known.adopted is not None  # noqa: S101 - for the type checker
            if not self._has_room(place, known.adopted.row.size_bytes):
                continue
            known.running = True
            self._count(place, known.adopted.row.size_bytes, 1)
            task = self.group.create_task(self._run(place, intake_id, known))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    def _has_room(self, place: int, size: int) -> bool:
        if self._running == 0:
            return True
        if place == FIRST:
            return self._running < self.limits.at_once
        has_bytes = self._bytes + size <= self.limits.bytes_at_once
        return has_bytes and self._strangers < self.limits.of_strangers

    def _count(self, place: int, size: int, by: int) -> None:
        self._running += by
        self._bytes += by * size
        if place != FIRST:
            self._strangers += by

    async def _run(self, place: int, intake_id: IntakeId, known: _Known) -> None:
        adopted = known.adopted
        assert adopted is not None  # noqa: S101 - for the type checker
        if known.budget is None:
            known.budget = Budget(self.limits.message_s, urgent=place == FIRST)
        if adopted.opened is not None:
            self._kept_bytes -= len(adopted.opened[1].reveal())
            known.adopted = Adopted(adopted.row)
        try:
            with spend_from(known.budget):
                known.adopted = Adopted(await self._worked(adopted))
            self._rest(known, adopted.row)
        except Exception as error:  # the store, most likely: what was done is kept, the rest waits
            self.context.tools.journal.event("intake_waits", intake_id=str(intake_id), error=type(error).__name__)
            self.context.tools.metrics.count("gateway_intake_faults")
            known.failures += 1
            known.next_at = _now() + pause_s(known.failures)
        finally:
            known.running = False
            self._count(place, adopted.row.size_bytes, -1)
        row = known.adopted.row if known.adopted is not None else adopted.row
        if is_damaged(row):
            known.next_at = _now() + DAMAGED_PAUSE_S
        elif row.state in SETTLED:
            self._known.pop(intake_id, None)
        self._begin()

    def _rest(self, known: _Known, before: IntakeRow) -> None:
        """Let what did not move on wait a little: another was first, perhaps."""
        moved = known.adopted is None or known.adopted.row.version != before.version
        known.failures = 0 if moved else known.failures + 1
        known.next_at = 0.0 if moved else _now() + pause_s(known.failures)

    async def _worked(self, adopted: Adopted) -> IntakeRow:
        try:
            async with asyncio.timeout(self.limits.deadline_s):
                return await work(self.context, adopted)
        except TimeoutError:
            tools = self.context.tools
            row = await tools.store.intake(adopted.row.id) or adopted.row
            await attempt_failed(tools, row, "deadline")
            return await tools.store.intake(row.id) or row

    async def _measure(self, pending: Sequence[IntakeId]) -> None:
        """Say how long the oldest waits, and raise an alarm where that is too long."""
        metrics, now = self.context.tools.metrics, self.context.tools.clock.now()
        metrics.gauge("gateway_spool_pending", float(len(pending)))
        unadopted = [one for one in pending if (known := self._known.get(one)) is None or known.adopted is None]
        oldest = max((_age_s(one, now) for one in unadopted), default=0.0)
        metrics.gauge("gateway_oldest_unadopted_seconds", oldest)
        undecided = dict.fromkeys(CLASSES, 0.0)
        for known in self._known.values():
            if known.adopted is not None and known.adopted.row.state not in SETTLED:
                row = known.adopted.row
                name = CLASSES[rank(row)]
                undecided[name] = max(undecided[name], (now - row.received_at).total_seconds())
        for name, seconds in undecided.items():
            metrics.gauge("gateway_oldest_undecided_seconds", seconds, kind=name)
        is_late = max(oldest, *undecided.values()) > self.limits.late_s
        if is_late and (self._told_at is None or _now() - self._told_at > TELL_EVERY_S):
            self._told_at = _now()
            await raise_alarm(self.context.tools, AlarmKind.ARRIVALS_WAIT)


def pause_s(failures: int) -> float:
    """Return how long to wait after so many failures: doubled each time, never the same for two."""
    longest: float = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** min(failures - 1, 16))
    jitter: float = random.uniform(0.75, 1.25)  # noqa: S311 - to come apart, not to be secret
    return longest * jitter


def _is_due(adopted: Adopted, at: datetime) -> bool:
    row = adopted.row
    if row.state in SETTLED:
        return True
    return row.state in (IntakeState.RECEIVED, IntakeState.ASSESSED) and (
        row.next_attempt_at is None or row.next_attempt_at <= at
    )


def _age_s(intake_id: IntakeId, now: datetime) -> float:
    """Return how old a file of the spool is, by the instant in its name (RFC 9562 section 5.7)."""
    made = datetime.fromtimestamp((intake_id.int >> 80) / 1000, UTC)
    return max(0.0, (now - made).total_seconds())


def _now() -> float:
    return asyncio.get_running_loop().time()
