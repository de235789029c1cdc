"""Queue a held dispatch again."""

from __future__ import annotations

from gateway.steps.instructions.context import Effect, InstructionContext, Order, Refused
from gateway.steps.outbox.deliver import requeued
from gateway.steps.tools import Tools


async def mend_dispatch(tools: Tools, context: InstructionContext, order: Order) -> Effect:
    """Queue a held dispatch again. Refused("not_held") for any other."""
    if order.dispatch is None or order.dispatch.held_reason is None:
        raise Refused("not_held")
    return Effect(changed=(requeued(order.dispatch),))
