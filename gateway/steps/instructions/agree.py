"""Agree: write down what was agreed with the other panel."""

from __future__ import annotations

from gateway.model.case.agreement import pack_agreement
from gateway.model.case.rows import HandoverRow
from gateway.stages.cases.handover import Event, Fact, record
from gateway.steps.instructions.context import Effect, InstructionContext, Order, Refused
from gateway.steps.instructions.withdraw import cancel_of_case
from gateway.steps.outbox.bounces import handover_of
from gateway.steps.tools import Tools


async def agree(tools: Tools, context: InstructionContext, order: Order) -> Effect:
    """Write down what was agreed with the neighbour: the hand-over is done, whatever it was before."""
    agreement, dispatch = order.instruction.agreement, order.dispatch
    if agreement is None:
        raise Refused("payload")
    handover = await handover_of(tools, dispatch) if dispatch is not None else None
    if handover is None or (order.case is not None and handover.case_id != order.case.id):
        raise Refused("no_handover")
    now = tools.clock.now()
    blob = await tools.case_blobs.seal(pack_agreement(agreement), "agreement", now)
    agreed = record(handover, Event(Fact.AGREED, now, agreement_blob=blob.id))
    if agreed.agreement_blob != blob.id:
        raise Refused("agreed_already")
    unsent = await cancel_of_case(tools, handover.case_id)
    changed = (agreed, *(row for row in unsent.changed if not isinstance(row, HandoverRow) or row.id != agreed.id))
    return Effect((blob,), changed, unsent.destroyed, handover.case_id, {"reviewing": agreement.reviewing})
