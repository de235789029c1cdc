"""The moves a person can make: ask, check what it means, post it as a signed instruction."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from gateway.console.console_settings import PanelChoice
from gateway.console.guard import form_of, parts_of, render, session_of
from gateway.console.moves.filled import (
    NOT_KNOWN,
    FilledMove,
    Form,
    Material,
    chosen_notification,
    draft,
    strikes,
    wanted_by_section,
)
from gateway.console.moves.offers import LABELS, Offer, case_offers, dispatch_offers, intake_offers
from gateway.console.moves.release import BODY, SUBJECT, finding_marks, passages, quoted
from gateway.console.pages.case_pages import case_of, dispatch_of, handover_of, open_records
from gateway.console.pages.intake_pages import intake_of, posted, sources_of
from gateway.model.case.instructions import Instruction
from gateway.model.case.rows import CaseRow, DispatchRow, IntakeRow
from gateway.model.content.intake_record import IntakeRecord
from gateway.model.kinds import MoveKind
from gateway.model.office.looks import Looked, Order
from gateway.model.office.staff import may_look

CHECKED = frozenset({MoveKind.SEND_TO_PANEL, MoveKind.RELEASE, MoveKind.ANSWER})  # shown again before they are posted
# the worker writes these from the original again: it cannot read what is sealed to the case key
WITH_ORIGINAL = frozenset({MoveKind.SEND_TO_PANEL, MoveKind.RELEASE, MoveKind.ANSWER})
SOURCE_VIEW = "source"
SLUGS = frozenset(kind.value.replace("_", "-") for kind in LABELS)


@dataclass(frozen=True, slots=True)
class About:
    """What a move is about: one of intake, case or dispatch, with the moves that fit it."""

    path: str
    name: str
    version: int
    offers: tuple[Offer, ...]
    intake: IntakeRow | None = None
    case: CaseRow | None = None
    dispatch: DispatchRow | None = None
    record: IntakeRecord | None = None
    saw_source: bool = False


async def intake_about(request: web.Request, looked: Looked = Looked.RECORD) -> About:
    """An intake, with its record where the role may see it."""
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
    """Say whether the audit has it that this person saw the unmasked text."""
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


async def _about(request: web.Request) -> About:
    return await _ABOUT[request.path.split("/")[1]](request)


def _offer(about: About, slug: str) -> Offer:
    """Return the offer of a move; 404 if there is no such move, 409 if it does not fit (any more)."""
    offer = next((offer for offer in about.offers if offer.slug == slug), None)
    if offer is None:
        raise web.HTTPConflict if slug in SLUGS else web.HTTPNotFound
    return offer


async def ask(request: web.Request) -> web.Response:
    """Show the form of a move."""
    about = await _about(request)
    offer = _offer(about, request.match_info["move"])
    if offer.why_not:
        return render(request, "refused.html", status=403, about=about, offer=offer)
    return _form(request, about, offer, Form())


async def ask_unmasked(request: web.Request) -> web.Response:
    """Show the form of a release beside the unmasked text. A post, because it is a look."""
    about = await intake_about(request, Looked.SOURCE)
    offer = _offer(about, MoveKind.RELEASE.value)
    if offer.why_not:
        return render(request, "refused.html", status=403, about=about, offer=offer)
    return _form(request, about, offer, Form(view=SOURCE_VIEW), first=True)


async def post(request: web.Request) -> web.Response:
    """Read the form of a move; show it again if something is wrong, or once more to be checked; or post it."""
    about, form = await _about(request), await form_of(request)
    offer = _offer(about, request.match_info["move"])
    if offer.why_not:
        return render(request, "refused.html", status=403, about=about, offer=offer)
    if form.get("version") != str(about.version):
        return render(request, "changed.html", status=409, about=about)
    made = draft(offer.kind, form, _material(request, about))
    if made.instruction is None or form.get("step") == "back":
        return _form(request, about, offer, form, made if form.get("step") != "back" else None)
    if offer.kind in CHECKED and form.get("step") != "post":
        return _check(request, about, offer, form, made.instruction)
    order = Order(
        made.instruction,
        session_of(request).staff_id,
        intake=about.intake if about.case is None or offer.kind in WITH_ORIGINAL else None,
        case=about.case,
        dispatch=about.dispatch,
        with_original=offer.kind in WITH_ORIGINAL,
    )
    if not await parts_of(request).desk.post(order):
        return render(request, "changed.html", status=409, about=about)
    raise web.HTTPSeeOther(about.path)


def _material(request: web.Request, about: About) -> Material:
    return Material(parts_of(request).settings, about.intake, about.record, about.saw_source)


def _form(
    request: web.Request, about: About, offer: Offer, form: Form, made: FilledMove | None = None, *, first: bool = False
) -> web.Response:
    parts = parts_of(request)
    template = f"move_{offer.kind.value}.html" if offer.kind in _OWN_PAGES else "move.html"
    values: dict[str, object] = {}
    if offer.kind is MoveKind.SEND_TO_PANEL:
        values = {"choices": panel_choices(about.record, parts.settings.panels), "route": _route(about.record, form)}
    if offer.kind is MoveKind.OPEN_CASE:
        base = chosen_notification(form, about.record)
        values = {"fields": wanted_by_section(parts.settings), "base": base, "not_known": NOT_KNOWN}
    if offer.kind is MoveKind.AGREE and about.dispatch is not None:
        between = (about.dispatch.to.removeprefix("panel:"), parts.settings.home_panel)
        values = {"choices": [choice for choice in parts.settings.panels if choice.id in between]}
    if offer.kind is MoveKind.RELEASE:
        values = _release_values(about, form, first)
    errors = made.errors if made is not None else ()
    status = 422 if errors else 200
    return render(request, template, status, about=about, offer=offer, form=form, errors=errors, **values)


_OWN_PAGES = frozenset({MoveKind.AGREE, MoveKind.SEND_TO_PANEL, MoveKind.RELEASE, MoveKind.OPEN_CASE, MoveKind.ANSWER})


def _release_values(about: About, form: Form, first: bool) -> dict[str, object]:
    record = about.record
    if record is None or record.screened is None:
        raise web.HTTPNotFound
    sources = sources_of(record)
    findings = finding_marks(record.screened, sources)
    unmasked = form.get("view") == SOURCE_VIEW and about.saw_source
    ticked = {mark.value for mark in findings} if first or not unmasked else set(form.getall("finding", []))
    body = passages(sources.body, BODY, findings)
    # what is quoted from somebody else is struck out to begin with: a person must want it to go
    struck = set(form.getall("strike", [])) if "version" in form else quoted(body)
    return {
        "screened": record.screened,
        "findings": findings,
        "subject": passages(sources.subject, SUBJECT, findings),
        "body": body,
        "unmasked": unmasked,
        "ticked": ticked,
        "struck": struck,
    }


def _check(request: web.Request, about: About, offer: Offer, form: Form, instruction: Instruction) -> web.Response:
    """Show what would happen, exactly, with the form's values carried along."""
    carried = [(name, value) for name, value in form.items() if name not in ("csrf", "step")]
    standing = 0
    if offer.kind is MoveKind.RELEASE and about.record is not None and about.record.screened is not None:
        material = _material(request, about)
        struck = set(strikes(form, material))
        findings = finding_marks(about.record.screened, sources_of(about.record))
        standing = sum(1 for mark in findings if mark not in struck)
    return render(
        request,
        "check.html",
        about=about,
        offer=offer,
        instruction=instruction,
        carried=carried,
        standing=standing,
    )


def panel_choices(record: IntakeRecord | None, panels: tuple[PanelChoice, ...]) -> list[tuple[PanelChoice, str]]:
    """Return the panels with why each is suggested: the suggestion first, then the alternatives, then the rest."""
    why: dict[str, str] = {}
    for route in record.routes if record is not None else ():
        if route.panel is not None:
            why.setdefault(route.panel, "suggested")
        for alternative in route.alternatives:
            why.setdefault(alternative.panel, alternative.why)
    order = list(why)
    suggested = sorted((choice for choice in panels if choice.id in why), key=lambda choice: order.index(choice.id))
    rest = sorted((choice for choice in panels if choice.id not in why), key=lambda choice: choice.name)
    return [(choice, why.get(choice.id, "")) for choice in (*suggested, *rest)]


def _route(record: IntakeRecord | None, form: Form) -> object:
    """Return the route of the notification that is meant, None if there is none."""
    if record is None or not record.routes:
        return None
    notification = chosen_notification(form, record)
    index = record.notifications.index(notification) if notification is not None else 0
    return record.routes[index] if index < len(record.routes) else None
