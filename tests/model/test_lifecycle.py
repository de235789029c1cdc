"""Every pair of state and event, tried on the real store: the lines of the tables are written, no other."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from gateway.model import lifecycle
from gateway.model.case.rows import (
    CaseRow,
    DispatchRow,
    HandoverRow,
    InstructionRow,
    InstructionState,
    IntakeRow,
    Move,
)
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.ids import InstructionId, StaffId
from gateway.model.kinds import CaseState, Channel, DispatchState, HandoverState, IntakeState, MailboxName, MoveKind
from tests.planted import plant
from tests.steps.world import CASE, FORWARD, START, PlainBlobs, World, world

STATES: dict[type, type[StrEnum]] = {
    IntakeRow: IntakeState,
    CaseRow: CaseState,
    DispatchRow: DispatchState,
    HandoverRow: HandoverState,
    InstructionRow: InstructionState,
}


async def subject(place: World, kind: type) -> Any:
    if kind is IntakeRow:
        return (await place.arrive(Channel.SMTP, MailboxName.SECURE))[0]
    if kind is CaseRow:
        return await place.store.case(CASE)
    if kind is DispatchRow:
        return await place.store.dispatch(FORWARD)
    if kind is HandoverRow:
        return await place.handover()
    blob = await PlainBlobs().seal(ConfidentialBytes(b""), "instruction", START)
    row = InstructionRow(
        InstructionId(uuid4()),
        MoveKind.KEEP,
        StaffId("ada"),
        START,
        InstructionState.POSTED,
        b"",
        blob.id,
        case_id=CASE,
    )
    assert await place.store.commit(Move(MoveKind.INSTRUCT, "staff:ada", START, added=(blob, row)))
    return row


@pytest.mark.parametrize("kind", STATES, ids=lambda kind: kind.__name__)
async def test_the_store_writes_the_lines_of_the_tables_and_no_other(tmp_path: Path, kind: type) -> None:
    async with world(tmp_path) as place:
        row = await subject(place, kind)
        for before in STATES[kind]:
            row = replace(row, state=before)
            assert await plant(place.store, Move(MoveKind.LOOK, "test", START, changed=(row,)))
            row = replace(row, version=row.version + 1)
            for event in MoveKind:
                for after in STATES[kind]:
                    move = Move(event, "test", START, changed=(replace(row, state=after),))
                    if after not in lifecycle.follows(kind, before, event):
                        with pytest.raises(lifecycle.NotInLifecycle):
                            await place.store.commit(move)
        assert (await subject_again(place, row)).state is row.state, "nothing that was refused was written"


async def subject_again(place: World, row: Any) -> Any:
    if isinstance(row, IntakeRow):
        return await place.store.intake(row.id)
    if isinstance(row, InstructionRow):
        return row
    return await subject(place, type(row))


@pytest.mark.parametrize("kind", STATES, ids=lambda kind: kind.__name__)
async def test_each_line_can_be_written(tmp_path: Path, kind: type) -> None:
    async with world(tmp_path) as place:
        row = await subject(place, kind)
        for (before, event), follows in lifecycle.TABLES[kind].items():
            for after in follows if before is not None else ():
                row = replace(row, state=before)
                assert await plant(place.store, Move(MoveKind.LOOK, "test", START, changed=(row,)))
                row = replace(row, version=row.version + 1, state=after)
                assert await place.store.commit(Move(event, "test", START, changed=(row,)))
                row = replace(row, version=row.version + 1)


def test_no_state_of_an_intake_or_a_case_is_a_dead_end() -> None:
    for state in (IntakeState.DECIDED, IntakeState.CLOSED):
        assert lifecycle.follows(IntakeRow, state, MoveKind.TAKE_BACK) == {IntakeState.HELD}
    for ended in (CaseState.CLOSED, CaseState.SCREENED_OUT, CaseState.HANDED_OVER):
        assert lifecycle.follows(CaseRow, ended, MoveKind.REOPEN) == {CaseState.OPEN}


def test_what_has_left_or_was_cancelled_is_never_queued_again() -> None:
    for before in (DispatchState.SENT, DispatchState.CANCELLED):
        for event in MoveKind:
            assert DispatchState.QUEUED not in lifecycle.follows(DispatchRow, before, event)


def test_an_instruction_is_carried_out_at_most_once() -> None:
    for before in (InstructionState.DONE, InstructionState.REFUSED):
        assert not any(lifecycle.fits(InstructionRow, before, event) for event in MoveKind)
