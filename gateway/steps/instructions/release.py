"""Release: the general inbox gets what a person let through."""

from __future__ import annotations

from dataclasses import replace

from gateway.model.case.plan import TO_GENERAL_INBOX, PlannedDispatch
from gateway.model.kinds import (
    DispatchKind,
    IntakeKind,
    IntakeState,
)
from gateway.steps.instructions.context import Effect, InstructionContext, Order, Refused
from gateway.steps.instructions.verify import needed_intake, record_of_order
from gateway.steps.outbox.drafting.draft import draft
from gateway.steps.outbox.drafting.writing import Subject
from gateway.steps.tools import Tools


async def release(tools: Tools, context: InstructionContext, order: Order) -> Effect:
    """Draft the copy for the general inbox, exactly as the person agreed to it."""
    intake = needed_intake(order)
    if order.instruction.screened is None:
        raise Refused("payload")
    planned = PlannedDispatch(DispatchKind.GENERAL_COPY, TO_GENERAL_INBOX)
    rows = await draft(tools, context.writing, planned, Subject(record_of_order(order)))
    kind = IntakeKind.GENERAL_QUERY if intake.kind is IntakeKind.SPAM_SUSPECTED else intake.kind
    return Effect(rows, (replace(intake, state=IntakeState.DECIDED, held_reason=None, kind=kind),))
