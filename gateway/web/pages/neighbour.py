"""The page on which another panel answers a hand-over. It knows nothing of any case: every address looks the same.

GET shows the page, whatever the address, and does nothing: mail scanners follow links. POST seals what was typed, like
any other post; the worker judges it. So nobody can find out here whether a link or a code is right.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from aiohttp import web

from gateway.model import ids
from gateway.model.channel.arrival import Arrival, WebPost
from gateway.model.content.confidential import ConfidentialText
from gateway.model.form import form_post
from gateway.model.ids import CASE_NUMBER_LENGTH, IntakeId, Reference
from gateway.model.kinds import Channel, MailboxName
from gateway.stages.cases.neighbour_link import FORM, PATH, TOKEN, Choice, PanelAnswer, description, plain_code
from gateway.web.draft.posts import deliver, tls_of
from gateway.web.guard.safety import first
from gateway.web.guard.visit import visit
from gateway.web.render import page
from gateway.web.services import services

FIELDS = ("code", "choice", "declined_to", "name")


async def show(request: web.Request) -> web.Response:
    """Show the page."""
    return _form(request, dict.fromkeys(FIELDS, ""), [], 200)


async def send(request: web.Request) -> web.Response:
    """Seal the answer and give its reference."""
    if first(request, "website"):
        raise web.HTTPBadRequest
    values = {name: first(request, name, 200) for name in FIELDS}
    code = plain_code(values["code"])
    errors, t = [], visit(request).gettext
    if len(code) != CASE_NUMBER_LENGTH or any(letter not in ids.ALPHABET for letter in code):
        text = t("Type the {n} letters and digits that stand under the link in our message")
        errors.append({"text": text.format(n=CASE_NUMBER_LENGTH), "href": "#code"})
    if values["choice"] not in set(Choice):
        errors.append({"text": t("Choose your answer"), "href": "#choice"})
    if errors:
        return _form(request, values, errors, 422)
    said, name = ConfidentialText(values["declined_to"]), ConfidentialText(values["name"])
    answer = PanelAnswer(request.match_info["token"], code, Choice(values["choice"]), said, name)
    # A connection that is lost, or a time limit, must not stop the deposit half-way.
    reference = await asyncio.shield(asyncio.ensure_future(_deposit(request, answer)))
    return page(
        request, services(request).renderer, "neighbour_sent.html", title=t("We have your answer"), reference=reference
    )


async def _deposit(request: web.Request, answer: PanelAnswer) -> Reference:
    """Deposit one answer. Sent twice, it is two arrivals; the worker sees that the second says nothing new."""
    at = services(request)
    now = at.now()
    arrival = Arrival(
        IntakeId(ids.uuid7(now, at.entropy(ids.ENTROPY_BYTES))),
        ids.reference(at.entropy(ids.ENTROPY_BYTES)),
        MailboxName.SECURE,
        Channel.NEIGHBOUR_PAGE,
        now,
        web=WebPost(FORM, tls_of(request), visit(request).language),
    )
    await deliver(at, arrival, _once(form_post.head(description(answer, visit(request).language))))
    return arrival.reference


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content


def _form(request: web.Request, values: dict[str, str], errors: list[dict[str, str]], status: int) -> web.Response:
    return page(
        request,
        services(request).renderer,
        "neighbour.html",
        status,
        title=visit(request).gettext("Answer a hand-over"),
        values=values,
        action=request.path,
        wrong={error["href"][1:]: error["text"] for error in errors},
        errors=errors,
    )


def add_routes(app: web.Application) -> None:
    """Add the page. Any other address under it is "not found", as everywhere."""
    address = f"{PATH}/{{token:{TOKEN.pattern}}}"
    app.router.add_get(address, show)
    app.router.add_post(address, send)
