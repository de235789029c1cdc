"""Close an intake or a case, screen a case out, reopen it."""

from __future__ import annotations

from dataclasses import replace

from gateway.model.kinds import (
    CaseState,
    IntakeState,
)
from gateway.stages.cases.handover import may_close
from gateway.steps.instructions.cases import ended
from gateway.steps.instructions.context import Effect, InstructionContext, Order, Refused
from gateway.steps.instructions.verify import needed_intake
from gateway.steps.tools import Tools


async def close(tools: Tools, context: InstructionContext, order: Order) -> Effect:
    """Close a case that has no open hand-over, or an intake that has no case."""
    if order.case is not None:
        if not may_close(await tools.store.handovers(order.case.id)):
            raise Refused("handover_open")
        return Effect(changed=(ended(order.case, CaseState.CLOSED, tools.clock.now()),), case_id=order.case.id)
    intake = needed_intake(order)
    return Effect(changed=(replace(intake, state=IntakeState.CLOSED, held_reason=None),))


async def screen_out(tools: Tools, context: InstructionContext, order: Order) -> Effect:
    """End a case that is no child's death of ours to review."""
    if order.case is None:
        raise Refused("no_case")
    if not may_close(await tools.store.handovers(order.case.id)):
        raise Refused("handover_open")
    screened_out = ended(order.case, CaseState.SCREENED_OUT, tools.clock.now())
    return Effect(changed=(screened_out,), case_id=order.case.id)


async def reopen(tools: Tools, context: InstructionContext, order: Order) -> Effect:
    """Open an ended case again."""
    if order.case is None or order.case.state is CaseState.OPEN:
        raise Refused("no_case")
    return Effect(changed=(replace(order.case, state=CaseState.OPEN, closed_at=None),), case_id=order.case.id)
