"""Carry out what a person decided: check signature and right, then one move, as the machine would make it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.model.case.agreement import pack_agreement
from gateway.model.case.instructions import Instruction, signed_bytes, unpack_instruction
from gateway.model.case.plan import TO_GENERAL_INBOX, TO_SENDER, PlannedDispatch, to_panel
from gateway.model.case.rows import CaseRow, DispatchRow, InstructionRow, InstructionState, IntakeRow, Move, Row
from gateway.model.channel.arrival import Arrival
from gateway.model.channel.assurance import Assurance, ContentState
from gateway.model.content import framing
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.content.framing import BadFrame
from gateway.model.content.intake_record import IntakeRecord, load_arrival
from gateway.model.ids import CaseId, PanelId, StaffId, case_number, uuid7
from gateway.model.kinds import (
    AlarmKind,
    CaseState,
    DispatchKind,
    Grade,
    IntakeKind,
    IntakeState,
    MoveKind,
)
from gateway.model.office.staff import StaffRow, may
from gateway.model.residence.panels import PanelRegister
from gateway.ports import Permanent
from gateway.stages import extract
from gateway.stages.cases.decide import forwards
from gateway.stages.cases.duplicates import duplicate_key
from gateway.stages.cases.handover import Event, Fact, may_close, record
from gateway.stages.route import route
from gateway.stages.transfer.files import File
from gateway.steps.intake import examine
from gateway.steps.intake.examine import Readers
from gateway.steps.outbox.bounces import handover_of
from gateway.steps.outbox.deliver import requeued
from gateway.steps.outbox.draft import Subject, Writing, draft
from gateway.steps.tools import Tools
from gateway.steps.watch.alarms import commit_with_alarm


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


class _Refused(Exception):
    """The instruction cannot be carried out. ``code`` is shown to the person."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class _Order:
    """One instruction that verified, with the rows it is about."""

    row: InstructionRow
    instruction: Instruction
    original: ConfidentialBytes | None
    intake: IntakeRow | None
    case: CaseRow | None
    dispatch: DispatchRow | None


@dataclass(frozen=True, slots=True)
class _Effect:
    """What an instruction adds and changes, besides its own row."""

    added: tuple[Row, ...] = ()
    changed: tuple[Row, ...] = ()
    case_id: CaseId | None = None
    detail: Mapping[str, str] | None = None


async def carry_out(tools: Tools, context: InstructionContext, row: InstructionRow) -> None:
    """Carry out one posted instruction, or refuse it with a code. Either way it is in the audit."""
    try:
        order = await _verified(tools, context, row)
        effect = await _EFFECTS[row.kind](tools, context, order)
    except _Refused as refused:
        await refuse(tools, row, refused.code)
        return
    done = replace(row, state=InstructionState.DONE, result="done")
    move = Move(
        row.kind,
        f"staff:{row.staff_id}",
        tools.clock.now(),
        added=effect.added,
        changed=(done, *effect.changed),
        intake_id=row.intake_id,
        case_id=effect.case_id or row.case_id,
        dispatch_id=row.dispatch_id,
        detail={"instruction": str(row.id), **(effect.detail or {})},
    )
    await tools.store.commit(move)  # False: a row moved meanwhile; the instruction is still posted and is tried again


async def _verified(tools: Tools, context: InstructionContext, row: InstructionRow) -> _Order:
    blob = await tools.store.blob(row.payload_blob)
    if blob is None or not context.verifies(row.signature, signed_bytes(row, blob)):
        raise _Refused("signature")
    staff = await context.staff(row.staff_id)
    if staff is None or not staff.active or not may(staff.role, row.kind) or row.kind not in _EFFECTS:
        raise _Refused("right")
    try:
        instruction, original = unpack_instruction(await tools.opener.open(blob))
    except (Permanent, BadFrame, ValueError):
        raise _Refused("payload") from None
    if instruction.kind is not row.kind:
        raise _Refused("payload")
    return _Order(
        row,
        instruction,
        original,
        await tools.store.intake(row.intake_id) if row.intake_id is not None else None,
        await tools.store.case(row.case_id) if row.case_id is not None else None,
        await tools.store.dispatch(row.dispatch_id) if row.dispatch_id is not None else None,
    )


async def refuse(tools: Tools, row: InstructionRow, code: str) -> None:
    """Refuse an instruction with a code that the person is shown."""
    refused = replace(row, state=InstructionState.REFUSED, result=code)
    detail = {"instruction": str(row.id), "kind": row.kind.value, "code": code}
    move = Move(
        MoveKind.REFUSED,
        "worker",
        tools.clock.now(),
        changed=(refused,),
        intake_id=row.intake_id,
        case_id=row.case_id,
        dispatch_id=row.dispatch_id,
        detail=detail,
    )
    if code == "signature":
        await commit_with_alarm(tools, move, AlarmKind.INSTRUCTION_REFUSED)
    else:
        await tools.store.commit(move)


def _needed_intake(order: _Order) -> IntakeRow:
    if order.intake is None:
        raise _Refused("no_intake")
    return order.intake


def _record(order: _Order) -> IntakeRecord:
    """Rebuild as much of the record as drafting needs, from what the console sent along."""
    if order.original is None:
        raise _Refused("no_original")
    try:
        arrival: Arrival = load_arrival(framing.split(order.original.reveal())[0])
    except (BadFrame, ValueError):
        raise _Refused("no_original") from None
    if order.intake is not None and arrival.intake_id != order.intake.id:
        raise _Refused("wrong_original")
    instruction = order.instruction
    grade = order.intake.grade if order.intake is not None and order.intake.grade is not None else Grade.NOT_SECURE
    notifications = (instruction.notification,) if instruction.notification is not None else ()
    return IntakeRecord(
        arrival=arrival,
        assurance=Assurance(grade, ()),
        content=ContentState(),
        author=instruction.answer_to,
        notifications=notifications,
        screened=instruction.screened,
    )


async def _send_to_panel(tools: Tools, context: InstructionContext, order: _Order) -> _Effect:
    intake, panel = _needed_intake(order), order.instruction.panel
    if panel is None or order.instruction.notification is None:
        raise _Refused("payload")
    case, added = await _case_of(tools, context, order, intake)
    settled = replace(intake, state=IntakeState.DECIDED, held_reason=None, case_id=case.id)
    drafts = await _for_panels(tools, context, order, case, panel)
    return _with_case(case, added, panel, (settled,), drafts, {"panel": panel})


async def _for_panels(
    tools: Tools, context: InstructionContext, order: _Order, case: CaseRow, panel: PanelId
) -> tuple[Row, ...]:
    """Draft the case for the panel that a person chose, and what the panel of the area of death is told, once."""
    notification = order.instruction.notification
    if notification is None:
        raise _Refused("payload")
    found = route(extract.residence(notification), context.readers.routing(), tools.clock.now())
    told = {row.to for row in await tools.store.dispatches(case_id=case.id) if row.kind is DispatchKind.INFORM}
    planned = [item for item in forwards(panel, found.informed, context.home_panel) if item.to not in told]
    if not planned:
        return ()
    sequence = 1 + len(await tools.store.handovers(case.id))
    record = replace(_record(order), routes=(replace(found, panel=panel),))
    originals = await _originals(context, order, record)
    about = Subject(record, case.id, case.first_received_at, sequence, originals)
    return tuple([row for item in planned for row in await draft(tools, context.writing, item, about)])


def _with_case(
    case: CaseRow,
    added: tuple[Row, ...],
    panel: PanelId,
    changed: tuple[Row, ...],
    drafts: tuple[Row, ...],
    detail: Mapping[str, str],
) -> _Effect:
    placed = replace(case, panel=panel)
    if added:
        return _Effect((placed, *drafts), changed, case.id, detail)
    return _Effect(drafts, (placed, *changed), case.id, detail)


async def _case_of(
    tools: Tools, context: InstructionContext, order: _Order, intake: IntakeRow
) -> tuple[CaseRow, tuple[Row, ...]]:
    """Return the case of an intake, and a new row where it had none yet."""
    if intake.case_id is not None:
        known = await tools.store.case(intake.case_id)
        if known is not None:
            return known, ()
    now = tools.clock.now()
    notification = order.instruction.notification
    case = CaseRow(
        id=CaseId(uuid7(now, tools.draw())),
        number=case_number(tools.draw()),
        state=CaseState.OPEN,
        opened_at=now,
        first_received_at=intake.received_at,
        duplicate_key=duplicate_key(notification, context.matching_key) if notification is not None else None,
    )
    return case, (case,)


async def _originals(context: InstructionContext, order: _Order, record: IntakeRecord) -> tuple[File, ...]:
    """Read the original again, for the files that go along."""
    if order.original is None:
        return ()
    content = ConfidentialBytes(framing.split(order.original.reveal())[1])
    return examine.originals(await examine.read(context.readers, record.arrival, content))


async def _release(tools: Tools, context: InstructionContext, order: _Order) -> _Effect:
    intake = _needed_intake(order)
    if order.instruction.screened is None:
        raise _Refused("payload")
    planned = PlannedDispatch(DispatchKind.GENERAL_COPY, TO_GENERAL_INBOX)
    rows = await draft(tools, context.writing, planned, Subject(_record(order)))
    kind = IntakeKind.GENERAL_QUERY if intake.kind is IntakeKind.SPAM_SUSPECTED else intake.kind
    return _Effect(rows, (replace(intake, state=IntakeState.DECIDED, held_reason=None, kind=kind),))


async def _open_case(tools: Tools, context: InstructionContext, order: _Order) -> _Effect:
    intake = _needed_intake(order)
    if intake.case_id is not None:
        raise _Refused("has_case")
    case, added = await _case_of(tools, context, order, intake)
    opened = replace(intake, state=IntakeState.DECIDED, held_reason=None, kind=IntakeKind.NOTIFICATION, case_id=case.id)
    return _Effect(added, (opened,), case.id, {"opened": "case"})


async def _answer(tools: Tools, context: InstructionContext, order: _Order) -> _Effect:
    """Answer the original sender: encrypted where there is a key, else only over a way that was proved."""
    intake, instruction = _needed_intake(order), order.instruction
    if not instruction.answer or not instruction.answer_to:
        raise _Refused("payload")
    panel = context.register().with_key_at(instruction.answer_to.reveal(), tools.clock.now().date())
    is_proved = intake.grade is not None and intake.grade.is_proved and instruction.answer_may_carry_content
    if panel is None and not is_proved:
        raise _Refused("not_a_secure_sender")
    planned = PlannedDispatch(DispatchKind.ANSWER, to_panel(panel) if panel is not None else TO_SENDER)
    about = Subject(_record(order), intake.case_id, answer=instruction.answer)
    rows = await draft(tools, context.writing, planned, about)
    changed = (replace(intake, state=IntakeState.DECIDED, held_reason=None),) if _is_held(intake) else ()
    return _Effect(rows, changed, intake.case_id)


def _is_held(intake: IntakeRow) -> bool:
    return intake.state is IntakeState.HELD


async def _keep(tools: Tools, context: InstructionContext, order: _Order) -> _Effect:
    """Keep it sealed, let nothing out, and take it off the queue."""
    intake = _needed_intake(order)
    return _Effect(changed=(replace(intake, state=IntakeState.DECIDED, held_reason=None),))


async def _close(tools: Tools, context: InstructionContext, order: _Order) -> _Effect:
    if order.case is not None:
        if not may_close(await tools.store.handovers(order.case.id)):
            raise _Refused("handover_open")
        return _Effect(changed=(_ended(order.case, CaseState.CLOSED, tools.clock.now()),), case_id=order.case.id)
    intake = _needed_intake(order)
    return _Effect(changed=(replace(intake, state=IntakeState.CLOSED, held_reason=None),))


async def _agree(tools: Tools, context: InstructionContext, order: _Order) -> _Effect:
    """Write down what was agreed with the neighbour: the hand-over is done, whatever it was before."""
    agreement, dispatch = order.instruction.agreement, order.dispatch
    if agreement is None:
        raise _Refused("payload")
    handover = await handover_of(tools, dispatch) if dispatch is not None else None
    if handover is None or (order.case is not None and handover.case_id != order.case.id):
        raise _Refused("no_handover")
    now = tools.clock.now()
    blob = await tools.case_blobs.seal(pack_agreement(agreement), "agreement", now)
    agreed = record(handover, Event(Fact.AGREED, now, agreement_blob=blob.id))
    if agreed.agreement_blob != blob.id:
        raise _Refused("agreed_already")
    return _Effect((blob,), (agreed,), handover.case_id, {"reviewing": agreement.reviewing})


def _ended(case: CaseRow, state: CaseState, now: datetime) -> CaseRow:
    return replace(case, state=state, closed_at=now)


async def _screen_out(tools: Tools, context: InstructionContext, order: _Order) -> _Effect:
    if order.case is None:
        raise _Refused("no_case")
    if not may_close(await tools.store.handovers(order.case.id)):
        raise _Refused("handover_open")
    ended = _ended(order.case, CaseState.SCREENED_OUT, tools.clock.now())
    return _Effect(changed=(ended,), case_id=order.case.id)


async def _reopen(tools: Tools, context: InstructionContext, order: _Order) -> _Effect:
    if order.case is None or order.case.state is CaseState.OPEN:
        raise _Refused("no_case")
    return _Effect(changed=(replace(order.case, state=CaseState.OPEN, closed_at=None),), case_id=order.case.id)


async def _mend_dispatch(tools: Tools, context: InstructionContext, order: _Order) -> _Effect:
    if order.dispatch is None or order.dispatch.held_reason is None:
        raise _Refused("not_held")
    return _Effect(changed=(requeued(order.dispatch),))


_EFFECTS: Mapping[MoveKind, Callable[[Tools, InstructionContext, _Order], Awaitable[_Effect]]] = {
    MoveKind.SEND_TO_PANEL: _send_to_panel,
    MoveKind.RELEASE: _release,
    MoveKind.OPEN_CASE: _open_case,
    MoveKind.ANSWER: _answer,
    MoveKind.KEEP: _keep,
    MoveKind.CLOSE: _close,
    MoveKind.SCREEN_OUT: _screen_out,
    MoveKind.REOPEN: _reopen,
    MoveKind.MEND_DISPATCH: _mend_dispatch,
    MoveKind.AGREE: _agree,
}
