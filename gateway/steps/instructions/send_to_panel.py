"""Send to panel: a person chose which panel reviews."""

from __future__ import annotations

from dataclasses import replace

from gateway.model.kinds import (
    IntakeState,
)
from gateway.steps.instructions.cases import case_of, for_panels, with_case
from gateway.steps.instructions.context import Effect, InstructionContext, Order, Refused
from gateway.steps.instructions.verify import needed_intake
from gateway.steps.instructions.withdraw import cancel_of_case
from gateway.steps.tools import Tools


async def send_to_panel(tools: Tools, context: InstructionContext, order: Order) -> Effect:
    """Draft the hand-over to the panel that a person chose, and settle the intake."""
    intake, panel = needed_intake(order), order.instruction.panel
    if panel is None or order.instruction.notification is None:
        raise Refused("payload")
    case, added = await case_of(tools, context, order, intake)
    settled = replace(intake, state=IntakeState.DECIDED, held_reason=None, case_id=case.id)
    unsent = await cancel_of_case(tools, case.id)
    drafts = await for_panels(tools, context, order, case, panel)
    effect = with_case(case, added, panel, (settled, *unsent.changed), drafts, {"panel": panel})
    return replace(effect, destroyed=unsent.destroyed)
