"""What a move is about: an intake, a case or a dispatch, with the moves that are possible now."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aiohttp import web

from gateway.console.guard import parts_of, session_of
from gateway.console.moves.offers import Offer, case_offers, dispatch_offers, intake_offers
from gateway.console.pages.case_pages import case_of, dispatch_of, handover_of, open_records
from gateway.console.pages.intake_pages import intake_of, posted
from gateway.model.case.rows import CaseRow, DispatchRow, IntakeRow
from gateway.model.content.intake_record import IntakeRecord
from gateway.model.ids import ENTROPY_BYTES, uuid7
from gateway.model.kinds import MoveKind
from gateway.model.office.looks import Looked
from gateway.model.office.staff import may_look


@dataclass(frozen=True, slots=True)
class About:
    """What a move is about: one of intake, case or dispatch, with the moves that are possible."""

    path: str
    name: str
    version: int
    offers: tuple[Offer, ...]
    intake: IntakeRow | None = None
    case: CaseRow | None = None
    dispatch: DispatchRow | None = None
    record: IntakeRecord | None = None
    saw_source: bool = False
    instruction: str = field(default_factory=lambda: str(uuid7(datetime.now(UTC), secrets.token_bytes(ENTROPY_BYTES))))


async def intake_about(request: web.Request, looked: Looked = Looked.RECORD) -> About:
    """An intake, with its record if the role may see it."""
    desk, session, row = parts_of(request).desk, session_of(request), await intake_of(request)
    record = await desk.open_record(row, session.staff_id, looked) if may_look(session.role) else None
    waiting = bool(posted(await desk.instructions((row.id,))))
    return About(
        f"/intakes/{row.id}",
        f"Intake {row.reference}",
        row.version,
        intake_offers(row, record, session.role, waiting),
        intake=row,
        record=record,
        saw_source=await _saw_source(request, row),
    )


async def _saw_source(request: web.Request, row: IntakeRow) -> bool:
    """Say whether, by the audit, this person has seen the unmasked text."""
    actor = f"staff:{session_of(request).staff_id}"
    links = await parts_of(request).desk.timeline((row.id,))
    seen = (Looked.SOURCE.value, Looked.ORIGINAL.value, Looked.ORIGINAL_FILE.value)
    return any(link.move is MoveKind.LOOK and link.actor == actor and link.detail.get("what") in seen for link in links)


async def case_about(request: web.Request) -> About:
    """A case, with the record of its newest notification."""
    desk, session, row = parts_of(request).desk, session_of(request), await case_of(request)
    records = await open_records(request, session, await desk.intakes_of(row.id)) if may_look(session.role) else []
    notified = [(intake, record) for intake, record in records if record.notifications]
    intake, record = notified[-1] if notified else (None, None)
    waiting = bool(posted(await desk.instructions(case_id=row.id)))
    offers = case_offers(row, await desk.handovers(row.id), bool(notified), session.role, waiting)
    return About(f"/cases/{row.id}", f"Case {row.number}", row.version, offers, intake, row, record=record)


async def dispatch_about(request: web.Request) -> About:
    """A dispatch."""
    desk, session, row = parts_of(request).desk, session_of(request), await dispatch_of(request)
    waiting = bool(posted(await desk.instructions(dispatch_ids=(row.id,))))
    handover = await handover_of(request, row)
    offers = dispatch_offers(row, handover, session.role, waiting)
    return About(f"/dispatches/{row.id}", "Dispatch", row.version, offers, dispatch=row)


_ABOUT = {"intakes": intake_about, "cases": case_about, "dispatches": dispatch_about}


async def about_of(request: web.Request) -> About:
    """Return what the address of a request is about."""
    return await _ABOUT[request.path.split("/")[1]](request)
