"""Withdraw: take back what has not left. What other moves cancel is decided here too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.model.case.rows import DispatchRow, HandoverRow, Row
from gateway.model.ids import BlobId, CaseId
from gateway.model.kinds import DispatchKind, DispatchState, HandoverState
from gateway.stages.cases.handover import of_transfer
from gateway.steps.instructions.context import Effect, InstructionContext, Order, Refused
from gateway.steps.tools import Tools

WAITING = (DispatchState.QUEUED, DispatchState.HELD)
# What is sent for a case, and what it makes no sense to send once the case has gone another way.
OF_A_CASE = frozenset({DispatchKind.FORWARD, DispatchKind.INFORM, DispatchKind.REMINDER})


@dataclass(frozen=True, slots=True)
class Cancelled:
    """What does not leave any more: rows to change, payloads to destroy."""

    changed: tuple[Row, ...] = ()
    destroyed: tuple[BlobId, ...] = ()


async def withdraw(tools: Tools, context: InstructionContext, order: Order) -> Effect:
    """Take back one dispatch, with every message of its transfer and its hand-over."""
    dispatch = order.dispatch
    if dispatch is None or dispatch.state not in WAITING:
        raise Refused("has_left")
    whole, handover = [dispatch], None
    if dispatch.case_id is not None and dispatch.kind is DispatchKind.FORWARD:
        handovers = await tools.store.handovers(dispatch.case_id)
        handover = of_transfer(handovers, dispatch)
        rows = await tools.store.dispatches(case_id=dispatch.case_id)
        whole = [row for row in rows if handover is not None and of_transfer(handovers, row) == handover] or whole
    if any(row.state is DispatchState.SENT for row in whole):
        raise Refused("has_left")
    ended = cancelled(whole, [handover] if handover is not None else [], tools.clock.now())
    return Effect((), ended.changed, ended.destroyed, dispatch.case_id, {"withdrawn": dispatch.kind.value})


async def cancel_of_case(tools: Tools, case_id: CaseId) -> Cancelled:
    """Cancel whatever of a case has not left: it goes elsewhere, is closed, or is agreed on."""
    rows = [row for row in await tools.store.dispatches(WAITING, case_id=case_id) if row.kind in OF_A_CASE]
    handovers = await tools.store.handovers(case_id)
    sent = {row.id for row in await tools.store.dispatches((DispatchState.SENT,), case_id=case_id)}
    unsent = [one for one in handovers if one.dispatch_id not in sent and one.state is HandoverState.PROPOSED]
    return cancelled(rows, unsent, tools.clock.now())


def cancelled(rows: Iterable[DispatchRow], handovers: Iterable[HandoverRow], now: datetime) -> Cancelled:
    """Return waiting dispatches cancelled, hand-overs that never left withdrawn, payloads destroyed.

    Refused("leaving_now") where the worker is handing one of them over at this moment.
    """
    waiting = [row for row in rows if row.state in WAITING]
    if any(row.leaving_at is not None for row in waiting):
        raise Refused("leaving_now")
    ended = [
        replace(row, state=DispatchState.CANCELLED, held_reason=None, next_attempt_at=None, payload_blob=None)
        for row in waiting
    ]
    withdrawn = [replace(one, state=HandoverState.WITHDRAWN, withdrawn_at=now, due_at=None) for one in handovers]
    return Cancelled((*ended, *withdrawn), tuple(row.payload_blob for row in waiting if row.payload_blob is not None))
