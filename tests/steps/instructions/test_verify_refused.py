"""An instruction is believed with the console's signature, of an account in use, with the right; and with no other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from gateway.model.case.instructions import Instruction, pack_instruction, signed_bytes
from gateway.model.case.rows import BlobRow, InstructionRow, InstructionState, Move
from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.ids import InstructionId, PanelId, StaffId
from gateway.model.kinds import MoveKind
from gateway.model.office.staff import Role, StaffRow
from gateway.model.residence.panels import PanelRegister
from gateway.steps.instructions.context import InstructionContext, Order, Refused
from gateway.steps.instructions.verify import verified
from tests.steps.world import CASE, START, PlainBlobs, World, world

MIRO = StaffRow(StaffId("miro"), "Miro Hale", "", Role.MANAGER, active=True, created_at=START)
SIGNATURE = b"the console's"


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as made:
        yield made


class Opener:
    def __init__(self, content: ConfidentialBytes) -> None:
        self.content = content

    async def open(self, blob: BlobRow) -> ConfidentialBytes:
        return self.content


async def judged(
    office: World, staff: StaffRow | None = MIRO, kind: MoveKind = MoveKind.CLOSE, signature: bytes = SIGNATURE
) -> Order:
    """Post an instruction to close a case, say of it ``kind`` in its row, and have it verified."""
    content = pack_instruction(Instruction(MoveKind.CLOSE, ConfidentialText("because")))
    blob = await PlainBlobs().seal(content, "instruction", START)
    row = InstructionRow(
        InstructionId(uuid4()), kind, MIRO.id, START, InstructionState.POSTED, signature, blob.id, case_id=CASE
    )
    assert await office.store.commit(Move(MoveKind.INSTRUCT, "console", START, added=(blob, row)))

    async def account(staff_id: StaffId) -> StaffRow | None:
        return staff if staff_id == MIRO.id else None

    context = InstructionContext(
        writing=None,  # type: ignore[arg-type]  # nothing is drafted here
        verifies=lambda given, signed: given == SIGNATURE and signed == signed_bytes(row, blob),
        staff=account,
        matching_key=b"",
        home_panel=PanelId("testshire"),
        readers=None,  # type: ignore[arg-type]
        register=lambda: PanelRegister({}),
    )
    return await verified(replace(office.tools, opener=Opener(content)), context, row)


async def test_an_instruction_with_signature_account_and_right_is_an_order(office: World) -> None:
    order = await judged(office)
    assert order.instruction.kind is MoveKind.CLOSE
    assert order.case is not None


async def test_without_the_consoles_signature_it_is_nobodys(office: World) -> None:
    with pytest.raises(Refused, match="signature"):
        await judged(office, signature=b"somebody's")


@pytest.mark.parametrize(
    "staff",
    [None, replace(MIRO, active=False), replace(MIRO, role=Role.READER)],
    ids=["no account", "a closed account", "an account without the right"],
)
async def test_an_account_that_may_not_ask_for_it_is_refused(office: World, staff: StaffRow | None) -> None:
    with pytest.raises(Refused, match="right"):
        await judged(office, staff)


async def test_a_row_that_says_another_move_than_was_sealed_is_refused(office: World) -> None:
    with pytest.raises(Refused, match="payload"):
        await judged(office, kind=MoveKind.REOPEN)
