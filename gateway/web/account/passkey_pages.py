"""Passkeys of an account: see, add, remove; and the challenge that begins a sign-in with one."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from aiohttp import web

from gateway.web.account import accounts, passkeys
from gateway.web.guard.safety import first
from gateway.web.guard.visit import Answered, visit
from gateway.web.render import page
from gateway.web.services import services

MAX_NAME = 40


async def challenge(request: web.Request) -> web.StreamResponse:
    """Give this browser a challenge. The same for everybody, so it does not reveal who has an account."""
    return web.json_response(await passkeys.begin_using(services(request), visit(request).token))


async def show(request: web.Request) -> web.StreamResponse:
    """Show the passkeys of the signed-in account, and ask for another."""
    return await _show(request, await _owner(request))


async def _owner(request: web.Request) -> str:
    """Return the account that is signed in, if it has a password here; who signs in elsewhere has passkeys there."""
    found = await accounts.signed_in(services(request), visit(request).token)
    if found is None:
        raise web.HTTPSeeOther("/account/sign-in")
    if not accounts.NAME.fullmatch(found[0]):
        raise web.HTTPSeeOther("/account")
    return found[0]


async def _show(request: web.Request, account: str, problem: str = "", href: str = "#name") -> web.Response:
    listed = [
        {
            "number": one.number,
            "name": one.name,
            "day": datetime.fromtimestamp(one.added_at, UTC).strftime("%d/%m/%Y"),
            "copied": one.copied,
        }
        for one in await passkeys.listed(services(request), account)
    ]
    return page(
        request,
        services(request).renderer,
        "passkeys.html",
        422 if problem else 200,
        title=visit(request).gettext("Your passkeys"),
        errors=[{"text": problem, "href": href}] if problem else [],
        back="/account",
        listed=listed,
        typed=first(request, "name", MAX_NAME),
        timed=True,
    )


async def begin(request: web.Request) -> web.StreamResponse:
    """Ask the browser for a new passkey. Needs the password again: an open session alone must not add a way in."""
    at, here = services(request), visit(request)
    account, name = await _owner(request), first(request, "name", MAX_NAME)
    if not name:
        return await _show(request, account, here.gettext("Give the passkey a name"))
    await _password(request, account)
    options = await passkeys.begin_adding(at, here.token, account, name)
    return page(
        request,
        at.renderer,
        "passkey_new.html",
        title=here.gettext("Make a passkey"),
        back="/account/passkeys",
        options=json.dumps(options),
        timed=True,
    )


async def _password(request: web.Request, account: str) -> None:
    at = services(request)
    allowed = at.rates.allow("sign-in", request.remote, at.site.limits.code_tries * 4, 3600)
    if not allowed or await accounts.password_opens(at, account, first(request, "password", 1000)) is None:
        problem = visit(request).gettext("This is not your password")
        raise Answered(await _show(request, account, problem, "#password"))
    at.rates.refund("sign-in", request.remote)
    await accounts.forget_tries(at, account)


async def add(request: web.Request) -> web.StreamResponse:
    """Store what the browser made."""
    account = await _owner(request)
    response = first(request, "passkey", passkeys.MAX_RESPONSE)
    if not await passkeys.add(services(request), visit(request).token, account, response):
        problem = visit(request).gettext("The passkey was not added. Try again from here.")
        return await _show(request, account, problem)
    raise web.HTTPSeeOther("/account/passkeys")


async def remove(request: web.Request) -> web.StreamResponse:
    """Forget one. Nobody is locked out by it: the one-time code stays."""
    await passkeys.remove(services(request), await _owner(request), first(request, "number", 3000))
    raise web.HTTPSeeOther("/account/passkeys")


def add_routes(app: web.Application) -> None:
    app.router.add_post("/account/passkeys/challenge", challenge)
    app.router.add_get("/account/passkeys", show)
    app.router.add_post("/account/passkeys", add)
    app.router.add_post("/account/passkeys/new", begin)
    app.router.add_post("/account/passkeys/remove", remove)
