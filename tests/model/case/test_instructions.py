"""An instruction and its original travel together, and what is signed changes with every part of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from gateway.model.case.instructions import Instruction, pack_instruction, signed_bytes, unpack_instruction
from gateway.model.case.rows import BlobRow, InstructionRow, InstructionState
from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.content.framing import BadFrame
from gateway.model.ids import BlobId, CaseId, DispatchId, InstructionId, IntakeId, PanelId, StaffId
from gateway.model.kinds import MoveKind
from tests.adapters.channel_kit import NOW

ORDER = Instruction(MoveKind.ANSWER, ConfidentialText("because"), PanelId("kent"), answer=ConfidentialText("Zoe"))
BLOB = BlobRow(BlobId(UUID(int=1)), "instruction", "k", b"header", b"body", 4, NOW)
ROW = InstructionRow(
    InstructionId(UUID(int=2)), MoveKind.KEEP, StaffId("miro"), NOW, InstructionState.POSTED, b"", BLOB.id
)
ID = UUID(int=9)


@pytest.mark.parametrize("original", [None, ConfidentialBytes(b"\x00original")])
def test_both_read_back_as_they_were(original: ConfidentialBytes | None) -> None:
    assert unpack_instruction(pack_instruction(ORDER, original)) == (ORDER, original)
    assert "Zoe" not in repr(ORDER)


def test_what_is_no_instruction_is_refused() -> None:
    with pytest.raises(BadFrame):
        unpack_instruction(ConfidentialBytes(b""))
    with pytest.raises(ValueError, match="validation"):
        unpack_instruction(ConfidentialBytes(b"\x00\x00\x00\x02{}"))


@pytest.mark.parametrize(
    "change",
    [
        {"id": InstructionId(ID)},
        {"kind": MoveKind.CLOSE},
        {"staff_id": StaffId("other")},
        {"posted_at": NOW + timedelta(seconds=1)},
        {"intake_id": IntakeId(ID)},
        {"case_id": CaseId(ID)},
        {"dispatch_id": DispatchId(ID)},
    ],
)
def test_every_part_of_the_row_is_signed(change: dict[str, Any]) -> None:
    assert signed_bytes(replace(ROW, **change), BLOB) != signed_bytes(ROW, BLOB)


def test_the_payload_is_signed_by_the_header_that_holds_its_key() -> None:
    assert signed_bytes(ROW, replace(BLOB, header=b"other")) != signed_bytes(ROW, BLOB)
    assert signed_bytes(replace(ROW, state=InstructionState.DONE), BLOB) == signed_bytes(ROW, BLOB)
