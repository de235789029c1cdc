"""Believe an instruction only by its signature, its account, its right and the rows it names."""

from __future__ import annotations

from gateway.model import lifecycle
from gateway.model.case.instructions import signed_bytes, unpack_instruction
from gateway.model.case.rows import InstructionRow, IntakeRow
from gateway.model.channel.arrival import Arrival
from gateway.model.channel.assurance import Assurance, ContentState
from gateway.model.content import framing
from gateway.model.content.framing import BadFrame
from gateway.model.content.intake_record import IntakeRecord, load_arrival
from gateway.model.kinds import (
    Grade,
)
from gateway.model.office.staff import may
from gateway.ports import Permanent
from gateway.steps.instructions.context import InstructionContext, Order, Refused
from gateway.steps.tools import Tools


async def verified(tools: Tools, context: InstructionContext, row: InstructionRow) -> Order:
    """Return the order behind a row. Refused(code) where signature, right or payload do not hold."""
    blob = await tools.store.blob(row.payload_blob)
    if blob is None or not context.verifies(row.signature, signed_bytes(row, blob)):
        raise Refused("signature")
    if await tools.store.is_consumed(row):
        raise Refused("consumed")
    staff = await context.staff(row.staff_id)
    if staff is None or not staff.active or not may(staff.role, row.kind):
        raise Refused("right")
    try:
        instruction, original = unpack_instruction(await tools.opener.open(blob))
    except (Permanent, BadFrame, ValueError):
        raise Refused("payload") from None
    if instruction.kind is not row.kind:
        raise Refused("payload")
    order = Order(
        row,
        instruction,
        original,
        await tools.store.intake(row.intake_id) if row.intake_id is not None else None,
        await tools.store.case(row.case_id) if row.case_id is not None else None,
        await tools.store.dispatch(row.dispatch_id) if row.dispatch_id is not None else None,
    )
    _refuse_what_moved_on(order)
    return order


def _refuse_what_moved_on(order: Order) -> None:
    """Refused("moved_on") where a row is not as the person saw it, ("not_now") where its table has no such line."""
    row = order.row
    seen = ((order.intake, row.intake_version), (order.case, row.case_version), (order.dispatch, row.dispatch_version))
    if any(subject is not None and subject.version != version for subject, version in seen):
        raise Refused("moved_on")
    main = order.case or order.dispatch or order.intake
    if main is not None and not lifecycle.fits(type(main), main.state, row.kind):
        raise Refused("not_now")


def needed_intake(order: Order) -> IntakeRow:
    """Return the intake that the order is about. Refused("no_intake") where it has none."""
    if order.intake is None:
        raise Refused("no_intake")
    return order.intake


def record_of_order(order: Order) -> IntakeRecord:
    """Rebuild as much of the record as drafting needs, from what the console sent along."""
    if order.original is None:
        raise Refused("no_original")
    try:
        arrival: Arrival = load_arrival(framing.split(order.original.reveal())[0])
    except (BadFrame, ValueError):
        raise Refused("no_original") from None
    if order.intake is not None and arrival.intake_id != order.intake.id:
        raise Refused("wrong_original")
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
