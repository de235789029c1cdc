"""Keep an intake sealed and let nothing out."""

from __future__ import annotations

from dataclasses import replace

from gateway.model.kinds import (
    IntakeState,
)
from gateway.steps.instructions.context import Effect, InstructionContext, Order
from gateway.steps.instructions.verify import needed_intake
from gateway.steps.tools import Tools


async def keep(tools: Tools, context: InstructionContext, order: Order) -> Effect:
    """Keep it sealed, let nothing out, and take it off the queue."""
    intake = needed_intake(order)
    return Effect(changed=(replace(intake, state=IntakeState.DECIDED, held_reason=None),))
