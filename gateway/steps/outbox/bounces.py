"""What arrives at bounce+TOKEN: reports about our own mail. They become facts; what a person must see is held."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from gateway.model.case.rows import DispatchRow, HandoverRow, IntakeRow, Move, Row
from gateway.model.channel.arrival import Arrival
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.content.message import Mail
from gateway.model.kinds import (
    AlarmKind,
    DispatchKind,
    DispatchState,
    HandoverState,
    HeldReason,
    IntakeKind,
    IntakeState,
    MoveKind,
)
from gateway.ports import MimeParser, Temporary
from gateway.stages.answers.automatic import automatic
from gateway.stages.cases.dsn import delivery_report
from gateway.stages.cases.handover import Event, Fact, of_transfer, record
from gateway.steps.tools import Tools
from gateway.steps.watch.alarms import raise_alarm

# Where these show, a machine wrote in answer to us. The null reverse-path alone is also that of a bounce in some form
# that nobody can parse, so it goes to a person.
_ANSWERING_MACHINE = frozenset({"auto_submitted", "bulk", "automatic_field"})
# A receipt that does not arrive is nobody's work; these are somebody's.
_MATTERS = frozenset(DispatchKind) - {
    DispatchKind.ACKNOWLEDGEMENT,
    DispatchKind.ADVICE,
    DispatchKind.RECEIPT,
    DispatchKind.TRANSFER_RECEIPT,
    DispatchKind.ALARM,
}


async def take_report(
    tools: Tools, mime: MimeParser, row: IntakeRow, arrival: Arrival, content: ConfidentialBytes
) -> None:
    """Take in one message to bounce+TOKEN, and commit what it means for the dispatch and its hand-over."""
    dispatch = await tools.store.dispatch_by_token(arrival.token) if arrival.token else None
    if dispatch is None:
        await _commit(tools, row, None, (), HeldReason.UNKNOWN_TOKEN, "no_dispatch")
        return
    mail = await mime.parse(content)
    if not isinstance(mail, Mail):
        await _commit(tools, row, dispatch, (), HeldReason.UNPARSEABLE, mail.code)
        return
    report = delivery_report(mail, tools.office.domain)
    if report is None:
        await _no_report(tools, row, dispatch, mail, arrival)
    elif not report.concerns(dispatch.id):
        await _commit(tools, row, dispatch, (), HeldReason.UNKNOWN_TOKEN, "another_dispatch")
    elif report.fact is None:
        await _commit(tools, row, dispatch, (), None, report.recipients[0].action.value)
    else:
        await _fact(tools, row, dispatch, report.fact, arrival.received_at)


async def _no_report(tools: Tools, row: IntakeRow, dispatch: DispatchRow, mail: Mail, arrival: Arrival) -> None:
    """Note an answering machine, which is never a receipt; hold what a person wrote, or nobody can parse."""
    reverse_path = arrival.envelope.reverse_path if arrival.envelope is not None else None
    signs = {automatic(mail, None), automatic(mail, reverse_path)}
    if signs & _ANSWERING_MACHINE:
        at = _earlier(dispatch.auto_replied_at, arrival.received_at)
        await _commit(tools, row, dispatch, (replace(dispatch, auto_replied_at=at),), None, "auto_reply")
    else:
        await _commit(tools, row, dispatch, (), HeldReason.SECURE_QUERY, "no_report")


async def _fact(tools: Tools, row: IntakeRow, dispatch: DispatchRow, fact: Fact, at: datetime) -> None:
    bounced = fact is Fact.BOUNCED
    if bounced:
        noted = replace(dispatch, bounced_at=_earlier(dispatch.bounced_at, at))
    else:
        noted = replace(dispatch, delivered_at=_earlier(dispatch.delivered_at, at))
    changed: list[Row] = [noted]
    handover = await handover_of(tools, dispatch)
    # One message of several that bounced is a transfer that did not arrive; delivered is only the whole of it.
    since = at if bounced or handover is None else await _whole_delivered(tools, handover, noted)
    if handover is not None and since is not None:
        moved = record(handover, Event(fact, since))
        changed += [] if moved is handover else [moved]
        handover = moved
    matters = bounced and dispatch.kind in _MATTERS
    await _commit(tools, row, dispatch, tuple(changed), HeldReason.BOUNCED if matters else None, fact.value)
    if handover is not None and bounced and handover.state is HandoverState.BOUNCED:
        await raise_alarm(tools, AlarmKind.HANDOVER_BOUNCED)


async def _whole_delivered(tools: Tools, handover: HandoverRow, noted: DispatchRow) -> datetime | None:
    """Return when the last message of a transfer was delivered; None while one of them was not."""
    handovers = await tools.store.handovers(handover.case_id)
    found = await tools.store.dispatches(case_id=handover.case_id)
    rows = [noted if row.id == noted.id else row for row in found if row.state is not DispatchState.CANCELLED]
    times = [row.delivered_at for row in rows if of_transfer(handovers, row) == handover]
    known = [at for at in times if at is not None]
    return max(known) if known and len(known) == len(times) else None


async def handover_of(tools: Tools, dispatch: DispatchRow) -> HandoverRow | None:
    """Return the hand-over a dispatch belongs to: its own, or that of the transfer whose further message it is."""
    if dispatch.case_id is None:
        return None
    return of_transfer(await tools.store.handovers(dispatch.case_id), dispatch)


def _earlier(known: datetime | None, at: datetime) -> datetime:
    return at if known is None else min(known, at)


async def _commit(
    tools: Tools,
    row: IntakeRow,
    dispatch: DispatchRow | None,
    changed: tuple[Row, ...],
    held: HeldReason | None,
    code: str,
) -> None:
    state = IntakeState.CLOSED if held is None else IntakeState.HELD
    case_id = dispatch.case_id if dispatch is not None else None
    settled = replace(row, state=state, kind=IntakeKind.DELIVERY_REPORT, held_reason=held, case_id=case_id)
    detail = {"kind": IntakeKind.DELIVERY_REPORT.value, "code": code}
    move = Move(
        MoveKind.REPORT,
        "worker",
        tools.clock.now(),
        changed=(settled, *changed),
        intake_id=row.id,
        case_id=case_id,
        dispatch_id=dispatch.id if dispatch is not None else None,
        detail=detail,
    )
    if not await tools.store.commit(move):
        raise Temporary("another_was_first")
