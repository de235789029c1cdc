"""Answer the sender, encrypted or over a proved way only."""

from __future__ import annotations

from dataclasses import replace

from gateway.model.case.plan import TO_SENDER, PlannedDispatch, to_panel
from gateway.model.case.rows import IntakeRow
from gateway.model.kinds import (
    DispatchKind,
    IntakeState,
)
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
    panel = context.register().with_key_at(instruction.answer_to.reveal(), tools.clock.now().date())
    is_proved = intake.grade is not None and intake.grade.is_proved and instruction.answer_may_carry_content
    if panel is None and not is_proved:
        raise Refused("not_a_secure_sender")
    planned = PlannedDispatch(DispatchKind.ANSWER, to_panel(panel) if panel is not None else TO_SENDER)
    about = Subject(record_of_order(order), intake.case_id, answer=instruction.answer)
    rows = await draft(tools, context.writing, planned, about)
    changed = (replace(intake, state=IntakeState.DECIDED, held_reason=None),) if _is_held(intake) else ()
    return Effect(rows, changed, intake.case_id)


def _is_held(intake: IntakeRow) -> bool:
    return intake.state is IntakeState.HELD
