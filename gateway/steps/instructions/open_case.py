"""Open a case from an intake that was read as something else."""

from __future__ import annotations

from dataclasses import replace

from gateway.model.kinds import (
    IntakeKind,
    IntakeState,
)
from gateway.steps.instructions.cases import case_of
from gateway.steps.instructions.context import Effect, InstructionContext, Order, Refused
from gateway.steps.instructions.verify import needed_intake
from gateway.steps.tools import Tools


async def open_case(tools: Tools, context: InstructionContext, order: Order) -> Effect:
    """Open a case from an intake that has none."""
    intake = needed_intake(order)
    if intake.case_id is not None:
        raise Refused("has_case")
    case, added = await case_of(tools, context, order, intake)
    opened = replace(intake, state=IntakeState.DECIDED, held_reason=None, kind=IntakeKind.NOTIFICATION, case_id=case.id)
    return Effect(added, (opened,), case_id=case.id, detail={"opened": "case"})
