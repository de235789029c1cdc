"""Close an intake or a case, screen a case out, reopen it."""

from __future__ import annotations

from dataclasses import replace

from gateway.model.case.rows import CaseRow, HandoverRow
from gateway.model.kinds import (
    CaseState,
    HeldReason,
    IntakeState,
)
from gateway.stages.cases.handover import may_close
from gateway.steps.instructions.cases import ended
from gateway.steps.instructions.context import Effect, InstructionContext, Order, Refused
from gateway.steps.instructions.verify import needed_intake
from gateway.steps.instructions.withdraw import cancel_of_case
from gateway.steps.tools import Tools


async def close(tools: Tools, context: InstructionContext, order: Order) -> Effect:
    """Close a case that has no open hand-over, or an intake that has no case."""
    if order.case is not None:
        return await _ended(tools, order.case, CaseState.CLOSED)
    intake = needed_intake(order)
    return Effect(changed=(replace(intake, state=IntakeState.CLOSED, held_reason=None),))


async def screen_out(tools: Tools, context: InstructionContext, order: Order) -> Effect:
    """End a case that is no child's death of ours to review."""
    if order.case is None:
        raise Refused("no_case")
    return await _ended(tools, order.case, CaseState.SCREENED_OUT)


async def _ended(tools: Tools, open_case: CaseRow, state: CaseState) -> Effect:
    """End the case. What of it has not left does not leave; what has left must be settled first."""
    unsent = await cancel_of_case(tools, open_case.id)
    withdrawn = {row.id for row in unsent.changed if isinstance(row, HandoverRow)}
    handovers = [row for row in await tools.store.handovers(open_case.id) if row.id not in withdrawn]
    if not may_close(handovers):
        raise Refused("handover_open")
    case = ended(open_case, state, tools.clock.now())
    return Effect((), (case, *unsent.changed), unsent.destroyed, open_case.id)


async def reopen(tools: Tools, context: InstructionContext, order: Order) -> Effect:
    """Open an ended case again."""
    if order.case is None or order.case.state is CaseState.OPEN:
        raise Refused("no_case")
    return Effect(changed=(replace(order.case, state=CaseState.OPEN, closed_at=None),), case_id=order.case.id)


async def take_back(tools: Tools, context: InstructionContext, order: Order) -> Effect:
    """Bring an intake that was kept, decided or closed back before a person."""
    intake = needed_intake(order)
    return Effect(changed=(replace(intake, state=IntakeState.HELD, held_reason=HeldReason.REOPENED),))
