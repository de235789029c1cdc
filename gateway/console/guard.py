"""What applies to every page: headers, the origin of a post, who is signed in, and errors with fixed texts."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp import web
from multidict import MultiDict

from gateway.console.console_settings import ConsoleSettings
from gateway.console.desk import Accounts, Desk
from gateway.console.render import Pages
from gateway.model.office.sessions import Session
from gateway.model.office.staff import may_look
from gateway.ports import Clock, Permanent, Temporary

COOKIE = "__Host-cdop-console"
SIGN_IN = "/sign-in"
OPEN_TO_ALL = frozenset({SIGN_IN})
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",  # "no-referrer" would remove the Origin from our own posts
    "Strict-Transport-Security": "max-age=63072000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Parts:
    """What every page uses."""

    desk: Desk
    accounts: Accounts
    settings: ConsoleSettings
    clock: Clock
    pages: Pages


PARTS: web.AppKey[Parts] = web.AppKey("parts", Parts)
_SESSION: web.RequestKey[Session] = web.RequestKey("session", Session)
FIXED_TEXTS = {
    400: ("This cannot be done", "The request was not understood. Go back and try again."),
    403: ("You cannot do this", "Your role does not allow it, or the page was open for too long. Nothing was changed."),
    404: ("Not found", "There is nothing here. It may have been a mistyped address."),
    405: ("This cannot be done", "The request was not understood. Go back and try again."),
    408: ("It took too long", "The request did not arrive whole in time. Try again."),
    409: ("It no longer fits", "This was possible a moment ago and is not now. Look again at where it stands."),
    410: (
        "It does not open",
        "What was kept here has been destroyed, or does not open whole. The operator can say more.",
    ),
    413: ("Too much at once", "What was sent is too large."),
    500: ("A fault", "A fault in the console stopped this. Nothing was changed."),
    503: ("Not at the moment", "The gateway's store cannot be reached at the moment. Nothing was changed. Try again."),
}


def parts_of(request: web.Request) -> Parts:
    """Return what the pages use."""
    return request.app[PARTS]


def session_of(request: web.Request) -> Session:
    """Return who is signed in. The guard has ensured that somebody is."""
    return request[_SESSION]


def signed_in(request: web.Request) -> Session | None:
    """Return who is signed in, None on the sign-in page."""
    return request.get(_SESSION)


def require_look(request: web.Request) -> Session:
    """Return who is signed in if they may see content; 403 if not."""
    session = session_of(request)
    if not may_look(session.role):
        raise web.HTTPForbidden
    return session


@web.middleware
async def headers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Nothing is cached, framed, scripted or disclosed. Static files hold no content."""
    try:
        response = await handler(request)
    except web.HTTPException as error:  # a redirect, or static files
        error.headers.update(HEADERS)
        raise
    for name, value in HEADERS.items():
        if name != "Cache-Control" or not request.path.startswith("/static/"):
            response.headers[name] = value
    return response


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every failure becomes a page with a fixed text."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return error_page(request, error.status)
    except Temporary:
        return error_page(request, 503)
    except Permanent:
        return error_page(request, 410)
    except TimeoutError:
        return error_page(request, 408)


def error_page(request: web.Request, status: int) -> web.Response:
    """Return the fixed page of a status."""
    title, text = FIXED_TEXTS.get(status, FIXED_TEXTS[500])
    return render(request, "error.html", status=status, title=title, text=text)


@web.middleware
async def own_posts_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A post must come from our own pages: by Sec-Fetch-Site, or by the Origin if a browser is too old for it."""
    if request.headers.get("Sec-Purpose", "").startswith("prefetch"):
        raise web.HTTPForbidden  # a look that nobody took must not be written
    if request.method not in ("GET", "HEAD"):
        site = request.headers.get("Sec-Fetch-Site")
        origin = urlsplit(request.headers.get("Origin", "")).netloc
        if site != "same-origin" and (site is not None or not origin or origin != request.host):
            raise web.HTTPForbidden
    return await handler(request)


@web.middleware
async def signed_in_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every page but the sign-in needs a living session; every post its CSRF token."""
    if request.path in OPEN_TO_ALL or request.path.startswith("/static/"):
        return await handler(request)
    parts = parts_of(request)
    token = request.cookies.get(COOKIE, "")
    session = await parts.accounts.session(token, parts.clock.now()) if token else None
    if session is None:
        raise web.HTTPSeeOther(SIGN_IN)
    request[_SESSION] = session
    if request.method == "POST":
        given = (await form_of(request)).get("csrf", "")
        if not hmac.compare_digest(given.encode(), session.csrf_token.encode()):
            raise web.HTTPForbidden
    return await handler(request)


async def form_of(request: web.Request) -> MultiDict[str]:
    """Return the fields of a post. Only plain form encoding: nothing is ever spooled to a file."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPBadRequest
    async with asyncio.timeout(parts_of(request).settings.body_timeout_s):
        posted = await request.post()
    return MultiDict((name, value) for name, value in posted.items() if isinstance(value, str))


def render(request: web.Request, template: str, status: int = 200, **values: object) -> web.Response:
    """Return a page with what every page shows: the office, who is signed in, and their CSRF token."""
    parts = parts_of(request)
    session = signed_in(request)
    return parts.pages.render(
        template,
        status,
        office=parts.settings.office_name,
        session=session,
        csrf=session.csrf_token if session is not None else "",
        path=request.path,
        settings=parts.settings,
        **values,
    )
