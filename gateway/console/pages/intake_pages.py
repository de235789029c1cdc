"""One intake: what the gateway found out, and its original as a separate step."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web

from gateway.console.guard import parts_of, render, require_look, session_of
from gateway.console.moves.marks import Sources, finding_marks, released
from gateway.console.moves.offers import intake_offers
from gateway.console.pages.case_file import lay_out, timeline
from gateway.console.text import visible
from gateway.console.times import intake_age
from gateway.model.case.rows import InstructionRow, InstructionState, IntakeRow
from gateway.model.content.intake_record import IntakeRecord
from gateway.model.ids import IntakeId
from gateway.model.kinds import HeldReason
from gateway.model.office.looks import Looked
from gateway.model.office.staff import may_look
from gateway.ports import Permanent

SHOWN_CHARACTERS = 200_000


def uuid_of(request: web.Request) -> UUID:
    """Return the id in the address; 404 if it is not one."""
    try:
        return UUID(request.match_info["id"])
    except ValueError:
        raise web.HTTPNotFound from None


async def intake_of(request: web.Request) -> IntakeRow:
    """Return the intake in the address; 404 if there is none."""
    row = await parts_of(request).desk.intake(IntakeId(uuid_of(request)))
    if row is None:
        raise web.HTTPNotFound
    return row


def posted(instructions: list[InstructionRow]) -> list[InstructionRow]:
    """Return those that the worker has not carried out yet."""
    return [row for row in instructions if row.state is InstructionState.POSTED]


async def show(request: web.Request) -> web.Response:
    """Everything about one intake that the role may see. For those who may see content it is a look."""
    parts, session, row = parts_of(request), session_of(request), await intake_of(request)
    record, unopened = None, ""
    if may_look(session.role):
        try:
            record = await parts.desk.open_record(row, session.staff_id, Looked.RECORD)
        except Permanent as error:  # the original may still open: the page says so and offers it
            unopened = error.code
    instructions = await parts.desk.instructions((row.id,))
    links = await parts.desk.timeline((row.id,))
    reasons = await parts.desk.open_reasons(links) if may_look(session.role) else {}
    return render(
        request,
        "intake.html",
        row=row,
        age=intake_age(row, parts.clock.now(), parts.settings.clocks),
        case=await parts.desk.case(row.case_id) if row.case_id is not None else None,
        record=record,
        unopened=unopened,
        may_look=may_look(session.role),
        laid_out=[lay_out(notification, parts.settings) for notification in record.notifications] if record else [],
        masked=masked_view(record),
        offers=intake_offers(row, record, session.role, waiting=bool(posted(instructions))),
        instructions=instructions,
        dispatches=await parts.desk.dispatches(intake_id=row.id),
        timeline=timeline(links, await parts.accounts.names(), parts.settings),
        reasons={str(blob_id): words for blob_id, words in reasons.items()},
        names=await parts.accounts.names(),
        malware=row.held_reason is HeldReason.MALWARE,
    )


def masked_view(record: IntakeRecord | None) -> tuple[str, str] | None:
    """Return subject and text of a general message with every finding masked; None if there is no examined text."""
    if record is None or record.screened is None or not record.screened.source:
        return None
    sources = sources_of(record)
    masked = released(record.screened, sources, finding_marks(record.screened, sources))
    return masked.subject.reveal(), masked.text.reveal()


def sources_of(record: IntakeRecord) -> Sources:
    """Return the texts that the findings of a record point into."""
    if record.screened is None:
        return Sources("", "")
    return Sources(record.screened.source_subject.reveal(), record.screened.source.reveal())


async def ask_for_original(request: web.Request) -> web.Response:
    """Say what the next step shows, and that it is recorded."""
    require_look(request)
    row = await intake_of(request)
    malware = row.held_reason is HeldReason.MALWARE
    return render(request, "ask_original.html", row=row, malware=malware, has_record=row.record_blob is not None)


async def original(request: web.Request) -> web.Response:
    """Show the message as it came, as text."""
    session, row = require_look(request), await intake_of(request)
    opened = await parts_of(request).desk.open_original(row, session.staff_id, Looked.ORIGINAL)
    text = as_text(opened.content.reveal())
    return render(
        request,
        "original.html",
        row=row,
        arrival=opened.arrival,
        text=text[:SHOWN_CHARACTERS],
        left_out=max(0, len(text) - SHOWN_CHARACTERS),
        inside=False,
    )


async def inside(request: web.Request) -> web.Response:
    """Show what was inside an encrypted message, as text."""
    session, row = require_look(request), await intake_of(request)
    content = await parts_of(request).desk.open_inside(row, session.staff_id)
    if content is None:
        title, text = "It was not encrypted", "There is nothing inside: the message as it came is all there is."
        return render(request, "error.html", status=404, title=title, text=text)
    text = as_text(content.reveal())
    left_out = max(0, len(text) - SHOWN_CHARACTERS)
    return render(
        request, "original.html", row=row, arrival=None, text=text[:SHOWN_CHARACTERS], left_out=left_out, inside=True
    )


async def original_file(request: web.Request) -> web.Response:
    """Download the message as a file, to be opened by hand: a wrapper that the gateway cannot open."""
    session, row = require_look(request), await intake_of(request)
    if row.held_reason is HeldReason.MALWARE:
        raise web.HTTPForbidden
    opened = await parts_of(request).desk.open_original(row, session.staff_id, Looked.ORIGINAL_FILE)
    return web.Response(
        body=opened.content.reveal(),
        content_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{row.reference}.eml"'},
    )


def as_text(content: bytes) -> str:
    """Return bytes as text that hides nothing: UTF-8, else each byte by its Latin-1 character."""
    try:
        decoded = content.decode()
    except UnicodeDecodeError:
        decoded = content.decode("latin-1")
    return visible(decoded)
