"""console.desk.Desk over the store, the blobs and the console's keys.

Holds the private case and instruction keys and the worker's public seal key: it can read what staff may read and ask
the worker for what staff may ask for; it cannot send anything itself.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import TypeAdapter

from gateway.adapters.store.console_reads import ConsoleReads
from gateway.model.case.agreement import Agreement, unpack_agreement
from gateway.model.case.instructions import open_key, pack_instruction, signed_bytes
from gateway.model.case.rows import (
    AuditLink,
    BlobRow,
    CaseRow,
    DispatchRow,
    HandoverRow,
    InstructionRow,
    InstructionState,
    IntakeRow,
    KeyRow,
    Move,
)
from gateway.model.content import framing
from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.content.intake_record import IntakeRecord, load_arrival, unpack_record
from gateway.model.form.notification import Notification
from gateway.model.ids import (
    ENTROPY_BYTES,
    BlobId,
    CaseId,
    CaseNumber,
    DispatchId,
    HandoverId,
    InstructionId,
    IntakeId,
    Reference,
    StaffId,
    uuid7,
)
from gateway.model.kinds import CaseState, DispatchState, IntakeState, MoveKind
from gateway.model.office.looks import Looked, Order, Original
from gateway.ports import BlobOpener, BlobSealer, Clock, Permanent, Store, Temporary

REASON = "reason"  # purpose of the blob that keeps a person's reason, for staff
WRITTEN = "written"  # purpose of the blob that keeps what a person wrote down when opening a case
REASON_BLOB, WRITTEN_BLOB = "reason_blob", "written_blob"  # where the audit entry of an instruction names them
_NOTIFICATION = TypeAdapter(Notification)


@dataclass(frozen=True, slots=True)
class DeskKeys:
    """What the console holds."""

    opener: BlobOpener  # case private key
    to_worker: BlobSealer  # the worker's seal public key
    to_staff: BlobSealer  # the case public key: reasons are kept for staff to read
    signing: Ed25519PrivateKey


class ConsoleDesk:
    """console.desk.Desk."""

    def __init__(self, store: Store, reads: ConsoleReads, keys: DeskKeys, clock: Clock) -> None:
        self._store = store
        self._reads = reads
        self._keys = keys
        self._clock = clock

    async def held_intakes(self) -> list[IntakeRow]:
        return await self._store.intakes((IntakeState.HELD,))

    async def waiting_dispatches(self) -> list[DispatchRow]:
        rows = await self._store.dispatches((DispatchState.HELD, DispatchState.QUEUED))
        return [row for row in rows if row.state is DispatchState.HELD or row.attempts > 1]

    async def watched_keys(self) -> list[KeyRow]:
        return [row for row in await self._store.watched_keys() if row.in_use]

    async def open_handovers(self) -> list[HandoverRow]:
        return await self._store.handovers(open_only=True)

    async def waiting_instructions(self) -> list[InstructionRow]:
        return await self._store.posted_instructions(1000)

    async def intakes(self, states: Sequence[IntakeState], limit: int, offset: int) -> tuple[list[IntakeRow], int]:
        return await self._reads.intakes(states, limit, offset)

    async def near_misses(self, limit: int, offset: int) -> tuple[list[IntakeRow], int]:
        return await self._reads.near_misses(limit, offset)

    async def near_miss_times(self, since: datetime) -> list[datetime]:
        return await self._reads.near_miss_times(since)

    async def cases(self, states: Sequence[CaseState], limit: int, offset: int) -> tuple[list[CaseRow], int]:
        return await self._reads.cases(states, limit, offset)

    async def intake(self, intake_id: IntakeId) -> IntakeRow | None:
        return await self._store.intake(intake_id)

    async def intake_by_reference(self, reference: Reference) -> IntakeRow | None:
        return await self._reads.intake_by_reference(reference)

    async def case(self, case_id: CaseId) -> CaseRow | None:
        return await self._store.case(case_id)

    async def case_by_number(self, number: CaseNumber) -> CaseRow | None:
        return await self._reads.case_by_number(number)

    async def intakes_of(self, case_id: CaseId) -> list[IntakeRow]:
        return await self._store.intakes(case_id=case_id)

    async def dispatch(self, dispatch_id: DispatchId) -> DispatchRow | None:
        return await self._store.dispatch(dispatch_id)

    async def dispatches(self, intake_id: IntakeId | None = None, case_id: CaseId | None = None) -> list[DispatchRow]:
        return await self._store.dispatches(intake_id=intake_id, case_id=case_id)

    async def handovers(self, case_id: CaseId) -> list[HandoverRow]:
        return await self._store.handovers(case_id)

    async def instructions(
        self,
        intake_ids: Sequence[IntakeId] = (),
        case_id: CaseId | None = None,
        dispatch_ids: Sequence[DispatchId] = (),
    ) -> list[InstructionRow]:
        return await self._reads.instructions(intake_ids, case_id, dispatch_ids)

    async def timeline(self, intake_ids: Sequence[IntakeId] = (), case_id: CaseId | None = None) -> list[AuditLink]:
        links: dict[int, AuditLink] = {}
        for intake_id in intake_ids:
            async for link in self._store.audit(intake_id=intake_id):
                links[link.sequence] = link
        if case_id is not None:
            async for link in self._store.audit(case_id=case_id):
                links[link.sequence] = link
        return [links[sequence] for sequence in sorted(links)]

    async def open_record(self, intake: IntakeRow, staff_id: StaffId, looked: Looked) -> IntakeRecord | None:
        if intake.record_blob is None:
            return None
        await self._look(intake, staff_id, looked)
        record = (await self._record(intake.record_blob))[0]
        return replace(record, notifications=(*record.notifications, *await self._written(intake)))

    async def open_inside(self, intake: IntakeRow, staff_id: StaffId) -> ConfidentialBytes | None:
        if intake.record_blob is None:
            return None
        await self._look(intake, staff_id, Looked.OPENED)
        return (await self._record(intake.record_blob))[1]

    async def open_original(self, intake: IntakeRow, staff_id: StaffId, looked: Looked) -> Original:
        await self._look(intake, staff_id, looked)
        frame = await self._open(intake.original_blob)
        try:
            description, content = framing.split(frame.reveal())
            return Original(load_arrival(description), ConfidentialBytes(content))
        except ValueError:  # not a frame: a person must still be able to read it
            return Original(None, frame)

    async def open_agreements(
        self, case: CaseRow, handovers: Sequence[HandoverRow], staff_id: StaffId
    ) -> Mapping[HandoverId, Agreement]:
        agreed = {row.id: row.agreement_blob for row in handovers if row.agreement_blob is not None}
        if not agreed:
            return {}
        detail = {"what": Looked.AGREEMENT.value}
        look = Move(MoveKind.LOOK, f"staff:{staff_id}", self._clock.now(), case_id=case.id, detail=detail)
        if not await self._store.commit(look):
            raise Temporary("audit")
        opened = {handover_id: unpack_agreement(await self._open(blob_id)) for handover_id, blob_id in agreed.items()}
        return {handover_id: agreement for handover_id, agreement in opened.items() if agreement is not None}

    async def open_reasons(self, links: Sequence[AuditLink]) -> Mapping[BlobId, ConfidentialText]:
        reasons: dict[BlobId, ConfidentialText] = {}
        for link in links:
            if link.move is MoveKind.INSTRUCT and REASON_BLOB in link.detail:
                blob_id = BlobId(UUID(link.detail[REASON_BLOB]))
                try:
                    content = await self._open(blob_id)
                except Permanent:  # destroyed with its case: the entry stays, the words are gone
                    continue
                reasons[blob_id] = ConfidentialText(content.reveal().decode())
        return reasons

    async def is_posted(self, instruction_id: InstructionId) -> bool:
        return await self._reads.instruction(instruction_id) is not None

    async def post(self, order: Order) -> bool:
        instruction_id = order.id or InstructionId(uuid7(self._clock.now(), secrets.token_bytes(ENTROPY_BYTES)))
        if await self._reads.instruction(instruction_id) is not None:
            return True  # a double click, a reload: it was posted already
        if await self._waits(order):
            return False
        now = self._clock.now()
        original = None
        if order.with_original and order.intake is not None:  # passed on sealed, seen by nobody: no look
            original = await self._open(order.intake.original_blob)
        instruction = order.instruction
        payload = await self._keys.to_worker.seal(pack_instruction(instruction, original), "instruction", now)
        words = ConfidentialBytes(instruction.reason.reveal().encode())
        reason = await self._keys.to_staff.seal(words, REASON, now)
        row = self._signed(order, payload, instruction_id)
        added, detail = [payload, reason], {REASON_BLOB: str(reason.id)}
        if instruction.kind is MoveKind.OPEN_CASE and instruction.notification is not None:
            content = ConfidentialBytes(_NOTIFICATION.dump_json(instruction.notification))
            written = await self._keys.to_staff.seal(content, WRITTEN, now)
            added.append(written)
            detail[WRITTEN_BLOB] = str(written.id)
        move = Move(
            MoveKind.INSTRUCT,
            f"staff:{order.staff_id}",
            row.posted_at,
            added=(*added, row),
            intake_id=row.intake_id or (order.dispatch.intake_id if order.dispatch is not None else None),
            case_id=row.case_id or (order.dispatch.case_id if order.dispatch is not None else None),
            dispatch_id=row.dispatch_id,
            detail={"kind": row.kind.value, "instruction": str(row.id), **detail},
        )
        if await self._store.commit(move):
            return True
        return await self._reads.instruction(instruction_id) is not None  # the other click of two was first

    async def _written(self, intake: IntakeRow) -> list[Notification]:
        """Return what people wrote down when they opened a case from this intake: the worker cannot keep it for us."""
        asked = await self._reads.instructions((intake.id,))
        refused = {str(row.id) for row in asked if row.state is InstructionState.REFUSED}
        found = []
        for link in await self.timeline((intake.id,)):
            if WRITTEN_BLOB in link.detail and link.detail.get("instruction") not in refused:
                content = await self._open(BlobId(UUID(link.detail[WRITTEN_BLOB])))
                found.append(_NOTIFICATION.validate_json(content.reveal()))
        return found

    async def _waits(self, order: Order) -> bool:
        """Say whether an instruction about the same intake, case or dispatch has not been carried out yet."""
        about = await self._reads.instructions(
            (order.intake.id,) if order.intake is not None else (),
            order.case.id if order.case is not None else None,
            (order.dispatch.id,) if order.dispatch is not None else (),
        )
        return any(row.state is InstructionState.POSTED for row in about)

    def _signed(self, order: Order, payload: BlobRow, instruction_id: InstructionId) -> InstructionRow:
        row = InstructionRow(
            id=instruction_id,
            kind=order.instruction.kind,
            staff_id=order.staff_id,
            posted_at=payload.created_at,
            state=InstructionState.POSTED,
            signature=b"",
            payload_blob=payload.id,
            intake_id=order.intake.id if order.intake is not None else None,
            case_id=order.case.id if order.case is not None else None,
            dispatch_id=order.dispatch.id if order.dispatch is not None else None,
            intake_version=order.intake.version if order.intake is not None else None,
            case_version=order.case.version if order.case is not None else None,
            dispatch_version=order.dispatch.version if order.dispatch is not None else None,
        )
        row = replace(row, open_key=open_key(row.kind, row.intake_id, row.case_id, row.dispatch_id))
        return replace(row, signature=self._keys.signing.sign(signed_bytes(row, payload)))

    async def _look(self, intake: IntakeRow, staff_id: StaffId, looked: Looked) -> None:
        """Write the look. Nothing is opened unless it is in the audit."""
        move = Move(
            MoveKind.LOOK,
            f"staff:{staff_id}",
            self._clock.now(),
            intake_id=intake.id,
            case_id=intake.case_id,
            detail={"what": looked.value},
        )
        if not await self._store.commit(move):
            raise Temporary("audit")

    async def _record(self, blob_id: BlobId) -> tuple[IntakeRecord, ConfidentialBytes | None]:
        content = await self._open(blob_id)
        try:
            return unpack_record(content)
        except ValueError:
            raise Permanent("record_unreadable") from None

    async def _open(self, blob_id: BlobId) -> ConfidentialBytes:
        blob = await self._store.blob(blob_id)
        if blob is None:
            raise Permanent("blob_missing")
        return await self._keys.opener.open(blob)
