"""What the console needs from outside: the desk that its pages work with, and the staff's accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from gateway.model.case.agreement import Agreement
from gateway.model.case.rows import AuditLink, CaseRow, DispatchRow, HandoverRow, InstructionRow, IntakeRow, KeyRow
from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.content.intake_record import IntakeRecord
from gateway.model.ids import (
    BlobId,
    CaseId,
    CaseNumber,
    DispatchId,
    HandoverId,
    InstructionId,
    IntakeId,
    Reference,
    StaffId,
)
from gateway.model.kinds import CaseState, IntakeState
from gateway.model.office.looks import Looked, Order, Original
from gateway.model.office.sessions import Session, SignedIn


class Desk(Protocol):
    """Rows are read as they are; content is opened only once the look is in the audit.

    Temporary if the store or a file cannot be reached; Permanent if content does not open
    ("destroyed", "seal_refused").
    """

    async def held_intakes(self) -> list[IntakeRow]:
        """Return what waits for a person, oldest first."""
        ...

    async def waiting_dispatches(self) -> list[DispatchRow]:
        """Return what should have been sent and has not been: held, or tried more than once."""
        ...

    async def watched_keys(self) -> list[KeyRow]:
        """Return the keys in use as the worker saw them last, by owner."""
        ...

    async def open_handovers(self) -> list[HandoverRow]: ...

    async def waiting_instructions(self) -> list[InstructionRow]:
        """Return what staff asked for and the worker has not carried out yet, oldest first."""
        ...

    async def intakes(self, states: Sequence[IntakeState], limit: int, offset: int) -> tuple[list[IntakeRow], int]:
        """Return one page, newest first, and how many there are in all."""
        ...

    async def near_misses(self, limit: int, offset: int) -> tuple[list[IntakeRow], int]:
        """Return one page of the intakes whose confidential content came by an unproved channel, newest first."""
        ...

    async def near_miss_times(self, since: datetime) -> list[datetime]:
        """Return when they were received, newest first."""
        ...

    async def cases(self, states: Sequence[CaseState], limit: int, offset: int) -> tuple[list[CaseRow], int]: ...

    async def intake(self, intake_id: IntakeId) -> IntakeRow | None: ...

    async def intake_by_reference(self, reference: Reference) -> IntakeRow | None: ...

    async def case(self, case_id: CaseId) -> CaseRow | None: ...

    async def case_by_number(self, number: CaseNumber) -> CaseRow | None: ...

    async def intakes_of(self, case_id: CaseId) -> list[IntakeRow]: ...

    async def dispatch(self, dispatch_id: DispatchId) -> DispatchRow | None: ...

    async def dispatches(
        self, intake_id: IntakeId | None = None, case_id: CaseId | None = None
    ) -> list[DispatchRow]: ...

    async def handovers(self, case_id: CaseId) -> list[HandoverRow]: ...

    async def instructions(
        self,
        intake_ids: Sequence[IntakeId] = (),
        case_id: CaseId | None = None,
        dispatch_ids: Sequence[DispatchId] = (),
    ) -> list[InstructionRow]:
        """Return what people asked for about any of these, newest first."""
        ...

    async def timeline(self, intake_ids: Sequence[IntakeId] = (), case_id: CaseId | None = None) -> list[AuditLink]:
        """Return the audit entries about any of these, in order."""
        ...

    async def open_record(self, intake: IntakeRow, staff_id: StaffId, looked: Looked) -> IntakeRecord | None:
        """Return what the worker found out; None if it has not got that far. The look is written first.

        What staff wrote when they opened a case from it comes last among the notifications.
        """
        ...

    async def open_inside(self, intake: IntakeRow, staff_id: StaffId) -> ConfidentialBytes | None:
        """Return what was inside an encrypted message; None if it was not encrypted. The look is written first."""
        ...

    async def open_original(self, intake: IntakeRow, staff_id: StaffId, looked: Looked) -> Original:
        """Return the message as it came. The look is written first."""
        ...

    async def open_agreements(
        self, case: CaseRow, handovers: Sequence[HandoverRow], staff_id: StaffId
    ) -> Mapping[HandoverId, Agreement]:
        """Return the agreements that were recorded. The look is written first."""
        ...

    async def open_reasons(self, links: Sequence[AuditLink]) -> Mapping[BlobId, ConfidentialText]:
        """Return the reasons people gave, for a page whose look has been written."""
        ...

    async def is_posted(self, instruction_id: InstructionId) -> bool:
        """Say whether the instruction that a page gave this id was posted."""
        ...

    async def post(self, order: Order) -> bool:
        """Sign and post one instruction, once for its id. False: another about the same thing still waits."""
        ...


class Accounts(Protocol):
    async def sign_in(self, staff_id: str, password: str, now: datetime) -> SignedIn | None:
        """Open a session, or None, without saying what was wrong."""
        ...

    async def session(self, token: str, now: datetime) -> Session | None:
        """Return the open session of a token."""
        ...

    async def sign_out(self, token: str, now: datetime) -> None: ...

    async def names(self) -> Mapping[StaffId, str]: ...
