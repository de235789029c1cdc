"""Answer the sender, encrypted or over a proved way only."""

from __future__ import annotations

from dataclasses import replace

from gateway.model.case.authority import Authority, unpack_authority
from gateway.model.case.plan import TO_SENDER, PlannedDispatch, to_panel
from gateway.model.case.rows import IntakeRow
from gateway.model.kinds import (
    DispatchKind,
    IntakeState,
)
from gateway.ports import Permanent
from gateway.steps.instructions.context import Effect, InstructionContext, Order, Refused
from gateway.steps.instructions.verify import needed_intake, record_of_order
from gateway.steps.outbox.drafting.draft import draft
from gateway.steps.outbox.drafting.writing import Subject
from gateway.steps.tools import Tools


async def answer(tools: Tools, context: InstructionContext, order: Order) -> Effect:
    """Answer the original sender: encrypted where there is a key, else only over a way that was proved."""
    intake, instruction = needed_intake(order), order.instruction
    if not instruction.answer or not instruction.answer_to:
        raise Refused("payload")
    authority = await _authority(tools, intake)
    if authority.author.reveal() != instruction.answer_to.reveal():
        raise Refused("another_address")
    panel = context.register().with_key_at(authority.author.reveal(), tools.clock.now().date())
    if panel is None and not authority.may_carry_content:
        raise Refused("not_a_secure_sender")
    planned = PlannedDispatch(DispatchKind.ANSWER, to_panel(panel) if panel is not None else TO_SENDER)
    about = Subject(record_of_order(order), intake.case_id, answer=instruction.answer)
    rows = await draft(tools, context.writing, planned, about)
    changed = (replace(intake, state=IntakeState.DECIDED, held_reason=None),) if _is_held(intake) else ()
    return Effect(rows, changed, case_id=intake.case_id)


async def _authority(tools: Tools, intake: IntakeRow) -> Authority:
    """Return what the worker sealed when it decided the intake: no address in an instruction is believed."""
    blob = await tools.store.blob(intake.authority_blob) if intake.authority_blob is not None else None
    if blob is None:
        raise Refused("no_authority")
    try:
        found = unpack_authority(await tools.opener.open(blob))
    except Permanent:
        found = None
    if found is None:
        raise Refused("no_authority")
    return found


def _is_held(intake: IntakeRow) -> bool:
    return intake.state is IntakeState.HELD
