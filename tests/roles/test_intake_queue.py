"""Everything is adopted first, nobody's message delays another's, and what cannot be opened is held once."""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest

from gateway.adapters.sealing.unseal import KeyRing
from gateway.adapters.spool import reader as spool_reader
from gateway.adapters.spool.reader import SpoolReader
from gateway.model.channel.arrival import Arrival
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.ids import IntakeId, Reference, uuid7
from gateway.model.kinds import Channel, HeldReason, IntakeState, MailboxName
from gateway.ports import OverBudget, Permanent, Temporary, spending
from gateway.roles.intake_queue import IntakeQueue, QueueLimits, pause_s
from gateway.steps.intake import advance
from gateway.steps.intake.advance import IntakeContext
from tests.steps.world import START, World, world

Doing = Callable[[Arrival], Any]


@dataclass
class Shelf:
    """A spool in memory. ``broken`` says what opening one raises."""

    here: dict[IntakeId, Arrival] = field(default_factory=dict)
    broken: dict[IntakeId, Exception] = field(default_factory=dict)
    opened: list[IntakeId] = field(default_factory=list)
    size: int = 10
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def put(self, mailbox: MailboxName = MailboxName.GENERAL, channel: Channel = Channel.SMTP) -> IntakeId:
        number = next(self.numbers)
        intake_id = IntakeId(uuid7(START + timedelta(seconds=number), bytes([number]) * 16))
        self.here[intake_id] = Arrival(intake_id, Reference(f"REF{number:07d}"), mailbox, channel, START)
        return intake_id

    async def pending(self) -> Sequence[IntakeId]:
        return sorted(self.here)

    async def open(self, intake_id: IntakeId) -> tuple[Arrival, ConfidentialBytes]:
        self.opened.append(intake_id)
        if intake_id in self.broken:
            raise self.broken[intake_id]
        return self.here[intake_id], ConfidentialBytes(b"x" * self.size)

    async def remove(self, intake_id: IntakeId) -> None:
        self.here.pop(intake_id, None)


@dataclass
class Rig:
    world: World
    shelf: Shelf
    queue: IntakeQueue
    done: list[IntakeId] = field(default_factory=list)

    async def row(self, intake_id: IntakeId) -> Any:
        return await self.world.store.intake(intake_id)


@asynccontextmanager
async def rig(folder: Path, monkeypatch: pytest.MonkeyPatch, doing: Doing, **limits: Any) -> AsyncIterator[Rig]:
    """A queue over a real store, where working on an arrival is what the test says."""
    shelf = Shelf()
    async with world(folder) as here, asyncio.timeout(30), asyncio.TaskGroup() as group:
        tools = replace(here.tools, spool=shelf)
        context = cast(IntakeContext, SimpleNamespace(tools=tools))
        made = Rig(here, shelf, IntakeQueue(context, group, QueueLimits(**limits)))

        async def by_door(context: object, row: Any, arrival: Arrival, content: object) -> None:
            await doing(arrival)
            made.done.append(row.id)
            fresh = await here.store.intake(row.id)
            assert fresh is not None
            from gateway.steps.intake.failures import hold

            await hold(tools, fresh, HeldReason.SECURE_QUERY, "done")

        monkeypatch.setattr(advance, "_by_door", by_door)
        yield made
        made.queue.stopping.set()


async def nothing(arrival: Arrival) -> None:
    return None


async def settled(made: Rig) -> None:
    await until(lambda: not made.queue._running)


async def until(done: Callable[[], bool]) -> None:
    """Let the other tasks run until something is so; ``rig`` sets the limit."""
    while not done():  # noqa: ASYNC110 - tasks that end have no event in common
        await asyncio.sleep(0)


async def test_everything_is_adopted_before_anything_is_worked_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = asyncio.Event()

    async def for_ever(arrival: Arrival) -> None:
        await waiting.wait()

    async with rig(tmp_path, monkeypatch, for_ever, at_once=2, of_strangers=1) as made:
        ids = [made.shelf.put() for _ in range(12)]
        assert await made.queue.look() == 12
        assert [(await made.row(one)).state for one in ids] == [IntakeState.RECEIVED] * 12
        waiting.set()
        await settled(made)
    assert made.shelf.here == {}
    assert sorted(made.shelf.opened) == sorted(ids), "each file was opened once"


async def test_a_message_that_takes_for_ever_delays_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = asyncio.Event()

    async def slow_first(arrival: Arrival) -> None:
        if arrival.reference == "REF0000000":
            await waiting.wait()

    async with rig(tmp_path, monkeypatch, slow_first) as made:
        first, *others = [made.shelf.put() for _ in range(6)]
        await made.queue.look()
        await until(lambda: len(made.done) >= 5)
        assert sorted(made.done) == others
        made.shelf.put(MailboxName.SECURE)
        await made.queue.look()
        await until(lambda: len(made.done) >= 6)
        assert first not in made.done
        waiting.set()
        await settled(made)


async def test_the_secure_mailbox_and_the_form_go_first_and_strangers_never_take_every_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting, begun = asyncio.Event(), list[MailboxName | Channel]()

    async def note(arrival: Arrival) -> None:
        begun.append(arrival.channel if arrival.channel is Channel.FORM else arrival.mailbox)
        if arrival.mailbox is MailboxName.GENERAL and arrival.channel is Channel.SMTP:
            await waiting.wait()

    async with rig(tmp_path, monkeypatch, note, at_once=4, of_strangers=2) as made:
        for _ in range(5):
            made.shelf.put()
        made.shelf.put(MailboxName.SECURE)
        made.shelf.put(MailboxName.GENERAL, Channel.FORM)
        await made.queue.look()
        await until(lambda: len(made.done) >= 2)
        assert set(begun[:2]) == {MailboxName.SECURE, Channel.FORM}
        assert begun[2:] == [MailboxName.GENERAL] * 2
        waiting.set()
        await settled(made)
    assert len(made.done) == 7


async def test_what_strangers_send_is_bounded_in_bytes_and_one_larger_than_that_goes_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    most: list[int] = []

    async def note(arrival: Arrival) -> None:
        most.append(made.queue._bytes)
        await asyncio.sleep(0)

    async with rig(tmp_path, monkeypatch, note, bytes_at_once=25) as made:
        for _ in range(6):
            made.shelf.put()
        await made.queue.look()
        await settled(made)
        made.shelf.size = 100
        made.shelf.put()
        await made.queue.look()
        await settled(made)
    assert max(most[:6]) <= 25
    assert len(most) == 7


async def test_an_adoption_that_fails_waits_longer_each_time_and_does_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with rig(tmp_path, monkeypatch, nothing) as made:
        bad, good = made.shelf.put(), made.shelf.put()
        made.shelf.broken[bad] = Temporary("spool_read")
        for _ in range(50):
            await made.queue.look()
            await settled(made)
        assert made.shelf.opened.count(bad) == 1, "never a spin"
        assert made.done == [good]
        assert made.world.counts.alarms.count("arrivals_wait") == 0
    assert pause_s(1) < 2 < pause_s(4) < pause_s(8) < pause_s(50) <= 375


async def test_what_never_opens_is_one_held_row_and_one_alarm_and_its_file_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with rig(tmp_path, monkeypatch, nothing) as made:
        bad = made.shelf.put()
        made.shelf.broken[bad] = Permanent("seal_refused")
        for _ in range(20):
            await made.queue.look()
            await settled(made)
        row = await made.row(bad)
        assert (row.state, row.held_reason) == (IntakeState.HELD, HeldReason.DAMAGED_ARRIVAL)
        assert made.shelf.opened == [bad]
        assert len([link async for link in made.world.store.audit(intake_id=bad)]) == 2, "adopted and held, no more"
        assert bad in made.shelf.here
        del made.shelf.broken[bad]  # the operator mended it
        made.queue._known[bad].next_at = 0
        await made.queue.look()
        await settled(made)
        await made.queue.look()
        await settled(made)
        assert made.done == [bad]
        assert (await made.row(bad)).reference == "REF0000000"


async def test_what_is_over_its_budget_is_held_once_with_that_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def greedy(arrival: Arrival) -> None:
        budget = spending()
        assert budget is not None
        assert budget.urgent is (arrival.mailbox is MailboxName.SECURE)
        raise OverBudget

    async with rig(tmp_path, monkeypatch, greedy) as made:
        ids = [made.shelf.put(), made.shelf.put(MailboxName.SECURE)]
        await made.queue.look()
        await settled(made)
        rows = [await made.row(one) for one in ids]
        assert [row.held_reason for row in rows] == [HeldReason.OVER_BUDGET] * 2
        assert made.shelf.here == {}


async def test_a_message_past_its_deadline_is_an_attempt_that_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(arrival: Arrival) -> None:
        await asyncio.Event().wait()

    async with rig(tmp_path, monkeypatch, hang, deadline_s=0.01) as made:
        slow = made.shelf.put()
        await made.queue.look()
        await settled(made)
        row = await made.row(slow)
        assert (row.state, row.attempts) == (IntakeState.RECEIVED, 1)
        assert row.next_attempt_at > made.world.clock.now()
        made.queue.stopping.set()


@pytest.mark.parametrize("kind", ["fifo", "link", "folder", "dangling", "too large", "empty", "noise"])
async def test_what_somebody_puts_into_the_spool_instead_of_an_arrival_is_refused_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    (tmp_path / "new").mkdir()
    intake_id = IntakeId(UUID(int=7))
    path = tmp_path / "new" / f"{intake_id}.sealed"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind in ("link", "dangling"):
        (tmp_path / "secret").write_text("a")
        path.symlink_to(tmp_path / ("secret" if kind == "link" else "nowhere"))
    else:
        path.write_bytes(b"" if kind == "empty" else b"x" * 100)
    if kind == "too large":
        monkeypatch.setattr(spool_reader, "MAX_BYTES", 99)
    reader = SpoolReader(tmp_path, KeyRing({}))
    assert await reader.pending() == [intake_id]
    with pytest.raises(Permanent):
        await asyncio.wait_for(reader.open(intake_id), 20)
