"""Sign in, see how far one's notifications have come, sign out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from gateway.web.account import accounts, passkeys
from gateway.web.draft import drafts
from gateway.web.guard.safety import first
from gateway.web.guard.visit import visit
from gateway.web.notice_of import Notice, NoticeState
from gateway.web.render import page
from gateway.web.services import FormServices, services

STATES = {
    NoticeState.RECEIVED: "Received",
    NoticeState.WITH_PANEL: "With the panel",
    NoticeState.ACKNOWLEDGED: "Acknowledged by the panel",
}


async def ask(request: web.Request) -> web.StreamResponse:
    """Show the sign-in page."""
    return _ask(request, "", 200)


async def sign_in(request: web.Request) -> web.StreamResponse:
    """Sign in with name, password, and one-time code or passkey: all in one post, with one answer for every fault."""
    at, t = services(request), visit(request).gettext
    account, token = first(request, "account", 64).lower(), drafts.new_token()
    passkey = first(request, "passkey", passkeys.MAX_RESPONSE)
    if passkey:
        challenge = await passkeys.challenge_of(at, visit(request).token)
        second = _by_passkey(at, account, challenge, passkey)
    else:
        second = accounts.by_code(at, account, first(request, "code", 12).replace(" ", ""))
    allowed = at.rates.allow("sign-in", request.remote, at.site.limits.code_tries * 4, 3600)
    if not allowed or not await accounts.sign_in(at, token, account, first(request, "password", 1000), second):
        return _ask(request, t("That did not sign you in. Check what you typed, or wait for the next code."), 403)
    at.rates.refund("sign-in", request.remote)
    await signed(request, token)
    raise web.HTTPSeeOther("/account")


async def signed(request: web.Request, token: str) -> None:
    """Give the browser its signed-in session; a form that was open before stays open, the owner's details filled in."""
    at, here = services(request), visit(request)
    found = await accounts.signed_in(at, token)
    if found is not None:
        await drafts.carry_over(at, here.token, token, found[1].answers())
    here.renew(token)


def _by_passkey(at: FormServices, account: str, challenge: str, response: str) -> accounts.Second:
    async def second(held: Mapping[str, Any]) -> bool:
        return await passkeys.used(at, account, challenge, response)

    return second


def _ask(request: web.Request, problem: str, status: int) -> web.Response:
    provider = services(request).openid
    return page(
        request,
        services(request).renderer,
        "sign_in.html",
        status,
        title=visit(request).gettext("Sign in"),
        errors=[{"text": problem, "href": "#account"}] if problem else [],
        back="/notify",
        provider=provider.name if provider is not None else "",
    )


async def show(request: web.Request) -> web.StreamResponse:
    """Show what was sent from this account: references and states, no content."""
    at, t = services(request), visit(request).gettext
    found = await accounts.signed_in(at, visit(request).token)
    if found is None:
        raise web.HTTPSeeOther("/account/sign-in")
    rows = [
        (reference, datetime.fromtimestamp(sent_at, UTC).strftime("%d/%m/%Y"), *_state(at.notice_of(reference), t))
        for reference, sent_at in await accounts.sent_by(at, found[0])
    ]
    return page(
        request,
        at.renderer,
        "account.html",
        title=t("What you have sent"),
        name=found[1].notifier_name or found[0],
        rows=rows,
        own=accounts.NAME.fullmatch(found[0]) is not None,
        reference="",
        timed=True,
    )


def _state(notice: Notice | None, say: Callable[[str], str]) -> tuple[str, str]:
    if notice is None:
        return say("Received"), ""
    return say(STATES[notice.state]), notice.panel or ""


async def sign_out(request: web.Request) -> web.StreamResponse:
    """End the session. A form in progress stays saved under its return code."""
    await drafts.close_session(services(request), visit(request).token)
    visit(request).renew(drafts.new_token())
    raise web.HTTPSeeOther("/notify")


def add_routes(app: web.Application) -> None:
    app.router.add_get("/account", show)
    app.router.add_get("/account/sign-in", ask)
    app.router.add_post("/account/sign-in", sign_in)
    app.router.add_post("/account/sign-out", sign_out)
