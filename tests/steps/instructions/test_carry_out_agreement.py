"""A person writes down what was agreed; until then an open hand-over keeps its case open."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from gateway.adapters.store import tables
from gateway.model.case.agreement import Agreement, unpack_agreement
from gateway.model.case.instructions import Instruction, pack_instruction
from gateway.model.case.rows import BlobRow, InstructionRow, InstructionState, Move
from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.ids import DispatchId, InstructionId, PanelId, StaffId
from gateway.model.kinds import CaseState, HandoverState, MoveKind
from gateway.model.office.staff import Role, StaffRow
from gateway.model.residence.panels import PanelRegister
from gateway.steps.instructions.carry_out import carry_out
from gateway.steps.instructions.context import InstructionContext
from tests.steps.world import CASE, FORWARD, START, PlainBlobs, World, world

AGREEMENT = Agreement(
    PanelId("testshire"),
    ConfidentialText("The summary goes to Oxfordshire by the gateway."),
    ConfidentialText("A. Example and B. Example, by telephone"),
    date(2026, 3, 3),
)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as made:
        yield made


class Opener:
    """Opens the one payload that the test posts."""

    def __init__(self, content: ConfidentialBytes) -> None:
        self.content = content

    async def open(self, blob: BlobRow) -> ConfidentialBytes:
        return self.content


async def order(office: World, kind: MoveKind, dispatch_id: DispatchId | None = None, **parts: Any) -> str:
    """Post one instruction of a manager, have it carried out, and return what came of it."""
    case = await office.store.case(CASE)
    dispatch = await office.store.dispatch(dispatch_id) if dispatch_id is not None else None
    content = pack_instruction(Instruction(kind, ConfidentialText("because"), **parts))
    blob = await PlainBlobs().seal(content, "instruction", START)
    row = InstructionRow(
        InstructionId(uuid4()),
        kind,
        StaffId("miro"),
        office.clock.now(),
        InstructionState.POSTED,
        b"signature",
        blob.id,
        case_id=CASE,
        dispatch_id=dispatch_id,
        case_version=case.version if case is not None else None,
        dispatch_version=dispatch.version if dispatch is not None else None,
    )
    assert await office.store.commit(Move(MoveKind.INSTRUCT, "console", START, added=(blob, row)))

    async def staff(staff_id: StaffId) -> StaffRow:
        return StaffRow(staff_id, "Miro Hale", "", Role.MANAGER, active=True, created_at=START)

    context = InstructionContext(
        writing=None,  # type: ignore[arg-type]  # nothing is drafted here
        verifies=lambda signature, signed: True,
        staff=staff,
        matching_key=b"",
        home_panel=PanelId("testshire"),
        readers=None,  # type: ignore[arg-type]
        register=lambda: PanelRegister({}),
    )
    tools = replace(office.tools, opener=Opener(content))
    await carry_out(tools, context, row)
    async with office.engine.connect() as connection:
        table = tables.instruction
        found = await connection.execute(select(table.c.result).where(table.c.id == row.id))
        return str(found.scalar_one())


async def test_an_agreement_is_sealed_and_settles_the_hand_over(office: World) -> None:
    done = await order(office, MoveKind.AGREE, FORWARD, agreement=AGREEMENT)
    assert done == "done"
    row = await office.handover()
    assert (row.state, row.agreed_at) == (HandoverState.AGREED, START)
    assert row.agreement_blob is not None
    sealer = office.tools.case_blobs
    assert isinstance(sealer, PlainBlobs)
    assert unpack_agreement(ConfidentialBytes(sealer.sealed[-1])) == AGREEMENT


@pytest.mark.parametrize("ending", [MoveKind.CLOSE, MoveKind.SCREEN_OUT])
async def test_a_case_ends_only_once_its_hand_over_is_done(office: World, ending: MoveKind) -> None:
    assert await order(office, ending) == "handover_open"
    case = await office.store.case(CASE)
    assert case is not None
    assert case.state is CaseState.OPEN
    await order(office, MoveKind.AGREE, FORWARD, agreement=AGREEMENT)
    assert await order(office, ending) == "done"


async def test_an_agreement_about_nothing_is_refused(office: World) -> None:
    assert await order(office, MoveKind.AGREE, FORWARD) == "payload"
    assert await order(office, MoveKind.AGREE, agreement=AGREEMENT) == "no_handover"
    assert (await office.handover()).state is HandoverState.SENT


async def test_a_second_agreement_does_not_replace_the_first(office: World) -> None:
    await order(office, MoveKind.AGREE, FORWARD, agreement=AGREEMENT)
    first = await office.handover()
    office.clock.pass_by(timedelta(hours=1))
    assert await order(office, MoveKind.AGREE, FORWARD, agreement=AGREEMENT) == "agreed_already"
    assert await office.handover() == first


def test_what_is_no_agreement_is_none() -> None:
    assert unpack_agreement(ConfidentialBytes(b"{}")) is None
