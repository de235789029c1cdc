"""What every move of a person works with: its context, the verified order, and what comes of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from gateway.model.case.instructions import Instruction
from gateway.model.case.rows import CaseRow, DispatchRow, InstructionRow, IntakeRow, Row
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.ids import BlobId, CaseId, PanelId, StaffId
from gateway.model.office.staff import StaffRow
from gateway.model.residence.panels import PanelRegister
from gateway.steps.intake.readers import Readers
from gateway.steps.outbox.drafting.writing import Writing


@dataclass(frozen=True, slots=True)
class InstructionContext:
    """What carrying out takes besides the tools."""

    writing: Writing
    verifies: Callable[[bytes, bytes], bool]  # signature, signed bytes: by the console's public instruction key
    staff: Callable[[StaffId], Awaitable[StaffRow | None]]
    matching_key: bytes
    home_panel: PanelId
    readers: Readers
    register: Callable[[], PanelRegister]
    hold: timedelta = timedelta(0)  # how long what a person sends can be withdrawn before it leaves


class Refused(Exception):
    """The instruction cannot be carried out. ``code`` is shown to the person."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Order:
    """One instruction that verified, with the rows it is about."""

    row: InstructionRow
    instruction: Instruction
    original: ConfidentialBytes | None
    intake: IntakeRow | None
    case: CaseRow | None
    dispatch: DispatchRow | None


@dataclass(frozen=True, slots=True)
class Effect:
    """What an instruction adds and changes, besides its own row."""

    added: tuple[Row, ...] = ()
    changed: tuple[Row, ...] = ()
    destroyed: tuple[BlobId, ...] = ()
    case_id: CaseId | None = None
    detail: Mapping[str, str] | None = None
