"""Seal a decision into one move: the record, the case, the dispatches and the audit link, all or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from gateway.model.case.authority import authority_of, pack_authority
from gateway.model.case.plan import TO_GENERAL_INBOX, TO_SENDER, Plan
from gateway.model.case.rows import CaseRow, DispatchRow, IntakeRow, Move, Row, TransferRow
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.content.intake_record import IntakeRecord, pack_record
from gateway.model.ids import BlobId, CaseId, IntakeId, case_number, uuid7
from gateway.model.kinds import CaseState, DispatchKind, IntakeState, MoveKind
from gateway.stages.cases.duplicates import content_index, duplicate_key, may_join, shared_part
from gateway.stages.transfer.files import File
from gateway.stages.transfer.receipt import Receipt
from gateway.steps.outbox.drafting.draft import draft
from gateway.steps.outbox.drafting.writing import TRANSFER_KINDS, Subject, Writing
from gateway.steps.tools import Tools


@dataclass(frozen=True, slots=True)
class _Place:
    """The case an intake belongs to, and the row to add where it is new."""

    case_id: CaseId | None = None
    added: tuple[Row, ...] = ()
    linked: bool = False
    sequence: int = 1
    first_received_at: datetime | None = None
    same_as: IntakeId | None = None  # an intake of this case that says exactly the same
    content_index: str | None = None


@dataclass(frozen=True, slots=True)
class AnswerIndexes:
    """Blind indexes of whom an automatic answer goes to, and of the thread; None where there is no answer."""

    receiver: str | None = None
    thread: str | None = None
    everybodys_thread: str | None = None  # whoever writes in it: of what goes to the general inbox


@dataclass(frozen=True, slots=True)
class Transferred:
    """What else is written where another panel's transfer is taken in: all of it comes to the same case."""

    receipt: Receipt | None
    first_received_at: datetime  # by the panel that sent it: the statutory clocks run from there
    added: tuple[TransferRow, ...] = ()
    changed: tuple[IntakeRow | TransferRow, ...] = ()
    destroyed: tuple[BlobId, ...] = ()
    detail: Mapping[str, str] = field(default_factory=dict)

    def at(self, case_id: CaseId | None) -> Transferred:
        """Return the same with every row linked to the case."""
        return replace(
            self,
            added=tuple(replace(row, case_id=case_id) for row in self.added),
            changed=tuple(replace(row, case_id=case_id) for row in self.changed),
        )


async def settle(
    tools: Tools,
    writing: Writing,
    matching_key: bytes,
    row: IntakeRow,
    record: IntakeRecord,
    opened: ConfidentialBytes | None = None,
    indexes: AnswerIndexes | None = None,
    originals: tuple[File, ...] = (),
    transferred: Transferred | None = None,
) -> bool:
    """Commit what was decided for one intake. False: another was first, nothing was written."""
    plan = record.plan
    if plan is None:
        raise ValueError("nothing was decided")
    now = tools.clock.now()
    record_blob = await tools.case_blobs.seal(pack_record(record, opened), "record", now)
    authority = await tools.outbox_blobs.seal(pack_authority(authority_of(record)), "authority", now)
    came = transferred or Transferred(None, record.arrival.received_at)
    place = await _place(tools, matching_key, plan, record, came.first_received_at)
    came = came.at(place.case_id)
    about = Subject(record, place.case_id, place.first_received_at, place.sequence, originals, receipt=came.receipt)
    leaving = [item for item in plan.dispatches if not (place.same_as and item.kind in TRANSFER_KINDS)]
    drafts = [row for item in leaving for row in await draft(tools, writing, item, about)]
    changed = replace(
        row,
        state=plan.state,
        kind=plan.kind,
        grade=record.assurance.grade,
        held_reason=plan.held_reason,
        near_miss=plan.near_miss,
        case_id=place.case_id,
        record_blob=record_blob.id,
        authority_blob=authority.id,
        work_blob=None,
        next_attempt_at=None,
        duplicate_of=place.same_as,
        content_index=place.content_index,
    )
    move = Move(
        MoveKind.HOLD if plan.state is IntakeState.HELD else MoveKind.DECIDE,
        "worker",
        now,
        added=(record_blob, authority, *place.added, *_indexed(drafts, indexes or AnswerIndexes()), *came.added),
        changed=(changed, *came.changed),
        destroyed=(*came.destroyed, *(() if row.work_blob is None else (row.work_blob,))),
        intake_id=row.id,
        case_id=place.case_id,
        detail={**_detail(plan, place), **came.detail},
    )
    return await tools.store.commit(move)


def _indexed(drafts: list[Row], indexes: AnswerIndexes) -> tuple[Row, ...]:
    return tuple(_with_index(row, indexes) if isinstance(row, DispatchRow) else row for row in drafts)


def _with_index(row: DispatchRow, indexes: AnswerIndexes) -> DispatchRow:
    if row.to == TO_SENDER:
        return replace(row, receiver_index=indexes.receiver, thread_index=indexes.thread)
    return replace(row, thread_index=indexes.everybodys_thread) if row.to == TO_GENERAL_INBOX else row


async def _place(tools: Tools, matching_key: bytes, plan: Plan, record: IntakeRecord, since: datetime) -> _Place:
    """Find the case of this death, or make it. Several notifications of one death are one case, each kept."""
    if not plan.opens_case:
        return _Place()
    now = tools.clock.now()
    single = record.notifications[0] if len(record.notifications) == 1 else None
    key = duplicate_key(single, matching_key) if single is not None else None
    content = content_index(single, matching_key) if single is not None else None
    if key is not None:
        for known in await tools.store.cases_by_duplicate_key(shared_part(key)):
            if known.duplicate_key is None or not may_join(known.duplicate_key, key):
                continue
            same = [row.id for row in await tools.store.intakes(case_id=known.id) if row.content_index == content]
            sequence = 1 + len(await tools.store.handovers(known.id))
            return _Place(known.id, (), True, sequence, known.first_received_at, next(iter(same), None), content)
    route = record.routes[0] if len(record.routes) == 1 else None
    case = CaseRow(
        id=CaseId(uuid7(now, tools.draw())),
        number=case_number(tools.draw()),
        state=CaseState.OPEN,
        opened_at=now,
        first_received_at=since,
        panel=route.panel if route is not None and plan.state is not IntakeState.HELD else None,
        duplicate_key=key,
    )
    return _Place(case.id, (case,), first_received_at=case.first_received_at, content_index=content)


def _detail(plan: Plan, place: _Place) -> dict[str, str]:
    detail = {"kind": plan.kind.value, "state": plan.state.value, "moves": " ".join(plan.moves)}
    if plan.held_reason is not None:
        detail["reason"] = plan.held_reason.value
    if place.linked:
        detail["linked"] = "to a case that was known"
    if place.same_as is not None:
        detail["duplicate_of"] = str(place.same_as)
    if any(item.kind is DispatchKind.FORWARD for item in plan.dispatches):
        detail["forwarded"] = "yes"
    return detail
