"""A general question: short, and without details of a child."""

from __future__ import annotations

from aiohttp import web

from gateway.web.draft.posts import send_once
from gateway.web.guard.safety import first
from gateway.web.guard.visit import visit
from gateway.web.render import page
from gateway.web.services import services

WHO = {
    "professional": "I work with children or families",
    "family": "I am a parent, carer or family member",
    "other": "Someone else",
}
FIELDS = ("enquirer_who", "enquirer_name", "enquirer_email", "enquirer_phone", "message")


async def show(request: web.Request) -> web.Response:
    """Show the empty form."""
    who = request.query.get("who", "")
    return _form(request, {"enquirer_who": who if who in WHO else ""}, services(request).entropy(16).hex(), [], 200)


async def send(request: web.Request) -> web.Response:
    """Send the question."""
    at = services(request)
    if first(request, "website"):
        raise web.HTTPBadRequest
    values = {name: first(request, name) for name in FIELDS}
    if values["enquirer_who"] not in WHO:
        values["enquirer_who"] = ""
    errors, t = [], visit(request).gettext
    if not values["message"]:
        errors.append({"text": t("Write your question"), "href": "#message"})
    if not (values["enquirer_email"] or values["enquirer_phone"]):
        errors.append(
            {"text": t("Give an email address or a telephone number, so that we can answer"), "href": "#enquirer_email"}
        )
    post_id = first(request, "post", 64) or at.entropy(16).hex()
    if errors:
        return _form(request, values, post_id, errors, 422)
    fields = {name: {"value": value, "state": "known"} for name, value in values.items() if value}
    description = {
        "form": "enquire",
        "language": visit(request).language,
        "fields": fields,
        "groups": {},
        "files": [],
    }
    reference = await send_once(at, request, post_id, description)
    return page(
        request,
        at.renderer,
        "enquiry_sent.html",
        title=visit(request).gettext("Thank you, we have your question"),
        reference=reference,
        family=values["enquirer_who"] == "family",
    )


def _form(
    request: web.Request, values: dict[str, str], post_id: str, errors: list[dict[str, str]], status: int
) -> web.Response:
    return page(
        request,
        services(request).renderer,
        "enquire.html",
        status,
        title=visit(request).gettext("Ask a question"),
        values={name: values.get(name, "") for name in FIELDS},
        who={name: visit(request).gettext(text) for name, text in WHO.items()},
        wrong={error["href"][1:]: error["text"] for error in errors},
        errors=errors,
        post_id=post_id,
        back="/",
    )


def add_routes(app: web.Application) -> None:
    app.router.add_get("/enquire", show)
    app.router.add_post("/enquire", send)
