"""Gateways on loopback that are killed: each case is taken once by the panel of residence, and acknowledged."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.federation.__main__ import run
from bench.federation.deaths import POSTCODES, Death
from bench.federation.inside import Fate, Federation, start
from gateway.model.case.rows import Move, ReceiverRow
from gateway.model.kinds import DispatchKind, DispatchState, Grade, HeldReason, IntakeKind, IntakeState, MoveKind
from gateway.roles.worker import take_in
from gateway.steps.outbox.deliver import deliver
from tests.planted import plant


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """Return a folder with a short path: gpg-agent's sockets lie below it."""
    root = Path(tempfile.mkdtemp(prefix="f-", dir="/tmp"))
    yield root
    shutil.rmtree(root, ignore_errors=True)


async def test_real_processes_are_killed_and_each_case_is_taken_once_and_both_records_agree(short_folder: Path) -> None:
    said: list[str] = []
    figures = await run(short_folder, tuple(POSTCODES)[:3], 24, 3, pause_s=(0.1, 1.0), say=said.append)
    assert figures.faults == ()
    assert figures.kills == 3
    assert figures.forwards > 6
    assert figures.forwards == figures.acknowledged == figures.taken == figures.receipts
    assert figures.cases == figures.deaths + figures.forwards
    assert figures.told > 0


async def sent_again(federation: Federation, panel: str) -> None:
    """Send every forward of a panel a second time, as a worker does that was killed between sending and noting it."""
    store = federation.gateways[panel].store()
    forwards = [row for row in await store.dispatches() if row.kind is DispatchKind.FORWARD]
    queued = tuple(replace(row, state=DispatchState.QUEUED) for row in forwards)
    assert await plant(store, Move(MoveKind.MEND_DISPATCH, "worker", datetime.now(UTC), changed=queued))
    await federation.rest(60)


async def test_a_transfer_of_several_messages_is_one_case_and_repeats_of_it_are_closed(short_folder: Path) -> None:
    panels = ("oxfordshire", "buckinghamshire")
    async with AsyncExitStack() as stack:
        federation = await start(stack, short_folder, panels, Fate(random.Random(1), frozenset()))
        await federation.notify(Death(1, "buckinghamshire", "oxfordshire", attached_bytes=1_300_000))
        await federation.rest(60)
        sender, taker = (federation.gateways[panel].store() for panel in panels)
        [case] = await taker.cases()
        assert case.panel == "buckinghamshire"
        parts = await taker.all_transfers()
        assert len(parts) > 1
        assert {row.number for row in parts} == set(range(1, len(parts) + 1))
        assert {row.case_id for row in parts} == {case.id}
        assert {row.part_blob for row in parts} == {None}
        rows = await taker.intakes()
        assert {row.grade for row in rows} == {Grade.END_TO_END}
        assert {row.kind for row in rows} == {IntakeKind.NOTIFICATION}
        assert sorted(row.state for row in rows) == [IntakeState.CLOSED] * (len(parts) - 1) + [IntakeState.DECIDED]
        await sent_again(federation, "oxfordshire")
        repeats = [row for row in await taker.intakes() if row.duplicate_of is not None]
        assert len(repeats) == len(parts)
        assert {row.state for row in repeats} == {IntakeState.CLOSED}
        assert len(await taker.cases()) == 1
        assert [row.kind for row in await taker.dispatches()] == [DispatchKind.TRANSFER_RECEIPT]
        [handover] = await sender.handovers()
        assert handover.acknowledged_at is not None
        kinds = {row.kind for row in await sender.dispatches()} - {DispatchKind.FORWARD}
        assert DispatchKind.TRANSFER_RECEIPT not in kinds, "a receipt is not answered"
        audited = [link async for link in taker.audit(case_id=case.id) if "from_panel" in link.detail]
        assert {link.detail["from_panel"] for link in audited} == {"oxfordshire"}
        assert sum("repeat_of" in link.detail for link in audited) == len(parts)


async def test_what_had_left_of_a_packing_too_large_is_closed_by_the_taker_and_the_case_is_one(
    short_folder: Path,
) -> None:
    panels = ("oxfordshire", "buckinghamshire")
    async with AsyncExitStack() as stack:
        federation = await start(stack, short_folder, panels, Fate(random.Random(1), frozenset()))
        sending, taking = (federation.gateways[panel] for panel in panels)
        await taking.close_door()
        await federation.notify(Death(1, "buckinghamshire", "oxfordshire", attached_bytes=1_300_000))
        worker = await sending.born()
        await take_in(worker)
        [handover] = await sending.store().handovers()
        forwards = [row for row in await sending.store().dispatches() if row.kind is DispatchKind.FORWARD]
        assert len(forwards) > 1
        await taking.open_door()
        await deliver(worker.intake.tools, worker.outbound, forwards[0])  # one of them leaves and is waited with
        await taking.round()
        [waits] = await taking.store().intakes()
        assert (waits.state, waits.held_reason) == (IntakeState.HELD, HeldReason.TRANSFER_INCOMPLETE)
        learned = ReceiverRow("panel:buckinghamshire", 500_000, datetime.now(UTC))  # its server takes less from now on
        assert await sending.store().commit(Move(MoveKind.REPORT, "worker", datetime.now(UTC), added=(learned,)))
        await federation.rest(60)
        [case] = await taking.store().cases()
        [moved] = await sending.store().handovers()
        assert moved.dispatch_id != handover.dispatch_id
        assert moved.acknowledged_at is not None, "the receipt is that of the new packing"
        rows = await taking.store().all_transfers()
        assert {row.transfer for row in rows} == {handover.dispatch_id, moved.dispatch_id}
        assert {(row.case_id, row.part_blob) for row in rows} == {(case.id, None)}
        closed = await taking.store().intake(waits.id)
        assert closed is not None
        assert (closed.state, closed.held_reason, closed.case_id) == (IntakeState.CLOSED, None, case.id)
        assert not await taking.store().intakes(states=(IntakeState.HELD,))
        cancelled = [row for row in await sending.store().dispatches() if row.state is DispatchState.CANCELLED]
        assert {row.id for row in cancelled} == {row.id for row in forwards[1:]}
