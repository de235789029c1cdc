"""The moves a person can make: ask, check the effect, post it as a signed instruction."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web

from gateway.console.console_settings import PanelChoice
from gateway.console.guard import form_of, parts_of, render, session_of
from gateway.console.moves.about import About, about_of, intake_about
from gateway.console.moves.fill import draft
from gateway.console.moves.filled import NOT_KNOWN, FilledMove, Form, Material, chosen_notification
from gateway.console.moves.marks import BODY, SUBJECT, finding_marks, passages, quoted
from gateway.console.moves.offers import LABELS, Offer
from gateway.console.moves.open_case import wanted_by_section
from gateway.console.moves.release import strikes
from gateway.console.pages.intake_pages import sources_of
from gateway.model.case.instructions import Instruction
from gateway.model.content.intake_record import IntakeRecord
from gateway.model.ids import InstructionId
from gateway.model.kinds import MoveKind
from gateway.model.office.looks import Looked, Order

CHECKED = frozenset({MoveKind.SEND_TO_PANEL, MoveKind.RELEASE, MoveKind.ANSWER})  # shown again before they are posted


# the worker writes these from the original again: it cannot read what is sealed to the case key
WITH_ORIGINAL = frozenset({MoveKind.SEND_TO_PANEL, MoveKind.RELEASE, MoveKind.ANSWER})


SOURCE_VIEW = "source"


SLUGS = frozenset(kind.value.replace("_", "-") for kind in LABELS)


def _offer(about: About, slug: str) -> Offer:
    """Return the offer of a move; 404 if there is no such move, 409 if it is not (or no longer) possible."""
    offer = next((offer for offer in about.offers if offer.slug == slug), None)
    if offer is None:
        raise web.HTTPConflict if slug in SLUGS else web.HTTPNotFound
    return offer


async def ask(request: web.Request) -> web.Response:
    """Show the form of a move."""
    about = await about_of(request)
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
    """Read the form of a move; show it again if something is wrong or must be checked; otherwise post it."""
    about, form = await about_of(request), await form_of(request)
    given = instruction_of(form)
    if given is not None and await parts_of(request).desk.is_posted(given):
        raise web.HTTPSeeOther(about.path)  # the second press of a button: it was posted already
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
        id=given,
        with_original=offer.kind in WITH_ORIGINAL,
    )
    if not await parts_of(request).desk.post(order):
        return render(request, "changed.html", status=409, about=about)
    raise web.HTTPSeeOther(about.path)


def instruction_of(form: Form) -> InstructionId | None:
    """Return the id that the page gave the instruction; None where the form bears none."""
    try:
        return InstructionId(UUID(form.get("instruction", "")))
    except ValueError:
        return None


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
    """Show exactly what would happen, carrying the form's values along."""
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
    """Return the panels, each with its reason: the suggestion first, then the alternatives, then the rest."""
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
    """Return the route of the chosen notification, None if there is none."""
    if record is None or not record.routes:
        return None
    notification = chosen_notification(form, record)
    index = record.notifications.index(notification) if notification is not None else 0
    return record.routes[index] if index < len(record.routes) else None
