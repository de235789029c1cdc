"""One case, and one dispatch."""

from __future__ import annotations

from aiohttp import web

from gateway.console.guard import parts_of, render, session_of
from gateway.console.moves.offers import case_offers, dispatch_offers
from gateway.console.pages.case_file import lay_out, timeline
from gateway.console.pages.handovers import shown_handovers
from gateway.console.pages.intake_pages import posted, uuid_of
from gateway.console.times import case_age, intake_age
from gateway.model.case.rows import CaseRow, DispatchRow, HandoverRow, IntakeRow
from gateway.model.content.intake_record import IntakeRecord
from gateway.model.ids import CaseId, DispatchId
from gateway.model.office.looks import Looked
from gateway.model.office.sessions import Session
from gateway.model.office.staff import may_look
from gateway.ports import Permanent


async def case_of(request: web.Request) -> CaseRow:
    """Return the case in the address; 404 if there is none."""
    row = await parts_of(request).desk.case(CaseId(uuid_of(request)))
    if row is None:
        raise web.HTTPNotFound
    return row


async def dispatch_of(request: web.Request) -> DispatchRow:
    """Return the dispatch in the address; 404 if there is none."""
    row = await parts_of(request).desk.dispatch(DispatchId(uuid_of(request)))
    if row is None:
        raise web.HTTPNotFound
    return row


async def open_records(
    request: web.Request, session: Session, intakes: list[IntakeRow]
) -> list[tuple[IntakeRow, IntakeRecord]]:
    """Return the records of a case's intakes that open. Each is a look."""
    opened = []
    for row in intakes:
        try:
            record = await parts_of(request).desk.open_record(row, session.staff_id, Looked.RECORD)
        except Permanent:  # the intake's own page says why it does not open
            continue
        if record is not None:
            opened.append((row, record))
    return opened


async def show(request: web.Request) -> web.Response:
    """Everything about one case that the role may see."""
    parts, session, row = parts_of(request), session_of(request), await case_of(request)
    desk, now = parts.desk, parts.clock.now()
    intakes = await desk.intakes_of(row.id)
    handovers = await desk.handovers(row.id)
    dispatches = await desk.dispatches(case_id=row.id)
    looks = may_look(session.role)
    records = await open_records(request, session, intakes) if looks else []
    instructions = await desk.instructions(case_id=row.id)
    asked = await desk.instructions(dispatch_ids=tuple(dispatch.id for dispatch in dispatches))
    waiting = bool(posted([*instructions, *asked]))
    links = await desk.timeline([intake.id for intake in intakes], row.id)
    reasons = await desk.open_reasons(links) if looks else {}
    names = await parts.accounts.names()
    notified = [(intake, record) for intake, record in records if record.notifications]
    return render(
        request,
        "case.html",
        row=row,
        age=case_age(row, now, parts.settings.clocks),
        intakes=[(intake, intake_age(intake, now, parts.settings.clocks)) for intake in intakes],
        notified=[
            (intake, record, [lay_out(notification, parts.settings) for notification in record.notifications])
            for intake, record in notified
        ],
        may_look=looks,
        handovers=await shown_handovers(request, session.role, waiting, handovers, dispatches, links),
        agreements=await desk.open_agreements(row, handovers, session.staff_id) if looks else {},
        dispatches=dispatches,
        offers=case_offers(row, handovers, bool(notified), session.role, waiting=bool(posted(instructions))),
        instructions=instructions,
        timeline=timeline(links, names, parts.settings),
        reasons={str(blob_id): words for blob_id, words in reasons.items()},
        names=names,
    )


async def handover_of(request: web.Request, row: DispatchRow) -> HandoverRow | None:
    """Return the hand-over that a dispatch began."""
    if row.case_id is None:
        return None
    handovers = await parts_of(request).desk.handovers(row.case_id)
    return next((handover for handover in handovers if handover.dispatch_id == row.id), None)


async def show_dispatch(request: web.Request) -> web.Response:
    """One outgoing message: what is known about it, without its content."""
    parts, session, row = parts_of(request), session_of(request), await dispatch_of(request)
    instructions = await parts.desk.instructions(dispatch_ids=(row.id,))
    return render(
        request,
        "dispatch.html",
        row=row,
        intake=await parts.desk.intake(row.intake_id) if row.intake_id is not None else None,
        case=await parts.desk.case(row.case_id) if row.case_id is not None else None,
        offers=dispatch_offers(row, await handover_of(request, row), session.role, waiting=bool(posted(instructions))),
        instructions=instructions,
        names=await parts.accounts.names(),
    )
