"""To the OpenID provider and back. Whatever goes wrong, one page says so, without details."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from gateway.ports import Permanent, Temporary
from gateway.web.account import accounts, openid
from gateway.web.account.account_pages import signed
from gateway.web.account.provider import Provider
from gateway.web.draft import drafts
from gateway.web.guard.visit import visit
from gateway.web.render import page
from gateway.web.services import services

log = logging.getLogger(__name__)

FAILED = "/account/openid/failed"
MAX_ANSWER = 4096  # characters of one parameter that comes back


async def leave_for(request: web.Request) -> web.StreamResponse:
    """Send the browser to the provider. A link, because our policy lets no form lead to another host."""
    provider = _provider(request)
    if request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        raise web.HTTPForbidden  # only our own page, or the person, begins a sign-in
    try:
        async with _in_time(request):
            address = await openid.begin(services(request), provider, visit(request).token)
    except (Permanent, Temporary) as refused:
        raise _failed(refused) from None
    raise web.HTTPSeeOther(address)


async def come_back(request: web.Request) -> web.StreamResponse:
    """Sign in whoever the provider sends back with a code, if everything is in order."""
    at, provider, token = services(request), _provider(request), drafts.new_token()
    answer = {name: value[:MAX_ANSWER] for name, value in request.query.items()}
    try:
        if not at.rates.allow("sign-in", request.remote, at.site.limits.code_tries * 4, 3600):
            raise Permanent("too_many")
        if len(answer) != len(request.query):
            raise Permanent("repeated_parameter")  # RFC 6749 section 3.1
        async with _in_time(request):
            identity = await openid.finish(at, provider, visit(request).token, answer)
    except (Permanent, Temporary) as refused:
        raise _failed(refused) from None
    at.rates.refund("sign-in", request.remote)
    await accounts.open_session(at, token, openid.account_of(identity), openid.details_of(identity))
    await signed(request, token)
    raise web.HTTPSeeOther("/account")


def _provider(request: web.Request) -> Provider:
    provider = services(request).openid
    if provider is None:
        raise web.HTTPNotFound
    return provider


@asynccontextmanager
async def _in_time(request: web.Request) -> AsyncIterator[None]:
    """Give up before the time limit of the whole request, so that there is an answer."""
    try:
        async with asyncio.timeout(services(request).site.limits.page_timeout_s * 0.75):
            yield
    except TimeoutError:
        raise Temporary("provider_time") from None


def _failed(refused: Permanent | Temporary) -> web.HTTPSeeOther:
    """Log why, and redirect to the one page for every failure, whose address holds no code and no state."""
    log.warning("openid_refused", extra={"code": refused.code})
    return web.HTTPSeeOther(FAILED)


async def failed(request: web.Request) -> web.StreamResponse:
    """Say that nobody is signed in."""
    provider = _provider(request)
    return page(
        request,
        services(request).renderer,
        "openid_failed.html",
        403,
        title=visit(request).gettext("You are not signed in"),
        provider=provider.name,
    )


def add_routes(app: web.Application) -> None:
    app.router.add_get("/account/openid", leave_for)
    app.router.add_get(openid.BACK, come_back)
    app.router.add_get(FAILED, failed)
