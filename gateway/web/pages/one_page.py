"""The essentials on one page: the core and routing fields, for whoever has two minutes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aiohttp import web

from gateway.model.form.fields import FIELDS, SECTIONS, Field, Required
from gateway.model.form.notification import Answer
from gateway.stages.extract import from_form, residence
from gateway.stages.extract.doubts import Doubt, doubts, mark
from gateway.stages.extract.form import as_json
from gateway.web.draft.controls import answers, control
from gateway.web.draft.posts import send_once
from gateway.web.guard.safety import first, posted
from gateway.web.guard.visit import visit
from gateway.web.render import page
from gateway.web.services import FormServices, services

ASKED: tuple[Field, ...] = tuple(
    field for field in FIELDS if field.page and field.required in (Required.CORE, Required.ROUTING)
)


async def show(request: web.Request) -> web.Response:
    """Show the empty form."""
    return _form(request, {}, services(request).entropy(16).hex(), 200)


async def send(request: web.Request) -> web.Response:
    """Send what is known. Nothing is demanded but one answer; what looks odd is shown once more with the reason."""
    at = services(request)
    if first(request, "website"):  # the honeypot: people do not see it
        raise web.HTTPBadRequest
    found = {name: answer for name, answer in answers(ASKED, posted(request)).items() if answer is not None}
    post_id = first(request, "post", 64)
    if not found or not post_id:
        return _form(request, found, post_id or at.entropy(16).hex(), 422)
    notification = from_form({"fields": as_json(found)})
    odd = doubts(notification, at.now().date())
    if odd and first(request, "warned", 64) != mark("one-page", notification, odd):
        return _form(request, found, post_id, 200, odd, mark("one-page", notification, odd))
    description = describe(at, found, visit(request).language)
    reference = await send_once(at, request, post_id, description)
    title = visit(request).gettext("Notification sent")
    return page(request, at.renderer, "sent.html", title=title, reference=reference, panel=panel_name(at, found))


def describe(at: FormServices, found: dict[str, Answer], language: str) -> dict[str, Any]:
    """Return the description of a notification post."""
    return {"form": "notify", "language": language, "fields": as_json(found), "groups": {}, "files": []}


def panel_name(at: FormServices, found: dict[str, Answer]) -> str | None:
    """Return the name of the panel that will get this, if the residence makes it certain."""
    return at.panel_of(residence(from_form({"fields": as_json(found)})))


def _form(
    request: web.Request,
    found: dict[str, Answer],
    post_id: str,
    status: int,
    odd: Sequence[Doubt] = (),
    warned: str = "",
) -> web.Response:
    t = visit(request).gettext
    wrong = {doubt.field: t(doubt.text) for doubt in odd}
    controls = [control(field, found.get(field.id), wrong.get(field.id, ""), t) for field in ASKED]
    sections = [
        (visit(request).gettext(title), [one for one in controls if one.field.section == name])
        for name, title in SECTIONS.items()
    ]
    errors = (
        [{"text": visit(request).gettext("Write what you know in at least one place"), "href": f"#{ASKED[0].id}"}]
        if status != 200
        else []
    )
    return page(
        request,
        services(request).renderer,
        "one_page.html",
        status,
        title=visit(request).gettext("Notify a death on one page"),
        sections=[section for section in sections if section[1]],
        post_id=post_id,
        warned=warned,
        warnings=[{"text": text, "href": f"#{field_id}"} for field_id, text in wrong.items()],
        errors=errors,
        back="/notify",
    )


def add_routes(app: web.Application) -> None:
    app.router.add_get("/notify/one-page", show)
    app.router.add_post("/notify/one-page", send)
