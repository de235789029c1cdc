"""What every request goes through: limits of rate, size and time; the session cookie; the CSRF check; the headers.

Sources: OWASP ASVS 5; Fetch Metadata; the CSP forbids inline code and every other host.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import parse_qs

from aiohttp import web

from gateway.ports import Temporary
from gateway.web.draft.drafts import Gone
from gateway.web.guard.visit import VISIT, Answered, Visit, visit
from gateway.web.language import LANGUAGES
from gateway.web.render import page
from gateway.web.services import services

log = logging.getLogger(__name__)

SESSION_COOKIE = "__Host-session"
LANGUAGE_COOKIE = "__Host-language"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: browsers would then send "Origin: null" with every form.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Robots-Tag": "noindex",
}
MAX_PARAMETERS = 500


async def set_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Put the safety headers on every response, errors too."""
    for name, value in HEADERS.items():
        response.headers[name] = value
    if not request.path.startswith("/static/"):
        response.headers["Cache-Control"] = "no-store"
    response.headers.pop("Server", None)


@web.middleware
async def session_cookie(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give every browser a random token; nothing is stored for it until a draft begins."""
    token = request.cookies.get(SESSION_COOKIE, "")
    fresh = not (32 <= len(token) <= 64 and token.isascii())
    if fresh:
        token = secrets.token_urlsafe(32)
    language = request.cookies.get(LANGUAGE_COOKIE, "en")
    request[VISIT] = Visit(token, fresh, language if language in LANGUAGES else "en")
    try:
        response = await handler(request)
    except web.HTTPRedirection as redirection:
        set_cookies(request, redirection)
        raise
    if not response.prepared and not request.path.startswith("/static/"):
        set_cookies(request, response)
    return response


def set_cookies(request: web.Request, response: web.StreamResponse) -> None:
    """Give the browser its token if it is a new one."""
    if visit(request).fresh:
        token = visit(request).token
        response.set_cookie(SESSION_COOKIE, token, path="/", secure=True, httponly=True, samesite="Lax")


@web.middleware
async def limits(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse too many requests from one prefix (429) and requests that take too long (408)."""
    at = services(request)
    most = at.site.limits
    kind = "post" if request.method == "POST" else "page"
    if not at.rates.allow(kind, request.remote, most.posts_a_minute if kind == "post" else most.pages_a_minute):
        return _fault(request, 429)
    time = most.upload_timeout_s if request.path in UPLOAD_PATHS else most.page_timeout_s
    try:
        async with asyncio.timeout(time):
            return await handler(request)
    except TimeoutError:
        response = _fault(request, 408)
        response.force_close()
        return response


@web.middleware
async def faults(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every error into a page with a fixed text that says what was kept and whom to ring."""
    try:
        return await handler(request)
    except web.HTTPRedirection:
        raise
    except Answered as answered:
        return answered.response
    except Gone:
        raise web.HTTPSeeOther("/notify/sent") from None
    except web.HTTPException as error:
        return _fault(request, error.status)
    except Temporary as error:
        log.error("form_not_kept", extra={"code": error.code})  # noqa: TRY400  no traceback: it could quote content
        return _fault(request, 503)
    except TimeoutError:
        raise
    # The last resort: no outside text may reach the browser or the log, whatever went wrong.
    except Exception as error:
        log.error("form_error", extra={"code": type(error).__name__})  # noqa: TRY400  as above
        return _fault(request, 500)


# A status with a page of its own, and that page's title. Every other error is shown as 500.
FAULTS = {
    403: ("stale", "This page is too old to be sent"),
    404: ("not_found", "Page not found"),
    408: ("slow", "That took too long"),
    413: ("too_big", "That is too big to send"),
    429: ("too_many", "Too many requests"),
    500: ("down", "Sorry, there is a problem"),
}
_LIKE = {405: 404}


def _fault(request: web.Request, status: int) -> web.Response:
    kind, title = FAULTS[_LIKE.get(status, status if status in FAULTS else 500)]
    title = visit(request).gettext(title)
    response = page(request, services(request).renderer, "fault.html", status, title=title, kind=kind)
    if status == 429:
        response.headers["Retry-After"] = "60"
    return response


UPLOAD_PATHS = frozenset({"/notify/files"})


@web.middleware
async def forms(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Read the body of every POST except uploads, within its limit, and check where it comes from."""
    if request.method not in ("GET", "HEAD"):
        if request.method != "POST":
            raise web.HTTPMethodNotAllowed(request.method, ["GET", "HEAD", "POST"])
        check_origin(request)
        if request.path not in UPLOAD_PATHS:
            posted = await _read(request)
            check_csrf(request, posted.get("csrf", [""])[0])
            visit(request).posted = posted
    return await handler(request)


def check_origin(request: web.Request) -> None:
    """403 unless the browser says that the request comes from our own pages, or is too old to say."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site != "same-origin":
        raise web.HTTPForbidden
    origin = request.headers.get("Origin")
    if origin is not None and origin != services(request).site.base_url:
        raise web.HTTPForbidden


def check_csrf(request: web.Request, token: str) -> None:
    """403 unless the form holds this session's token."""
    if SESSION_COOKIE not in request.cookies or not hmac.compare_digest(token.encode(), visit(request).csrf.encode()):
        raise web.HTTPForbidden


async def _read(request: web.Request) -> Mapping[str, list[str]]:
    """Read an urlencoded body. ``request.post()`` is not used: it writes big bodies to disk in clear."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPUnsupportedMediaType
    most = services(request).site.limits.max_form_bytes
    body = bytearray()
    async for chunk in request.content.iter_chunked(65536):
        body += chunk
        if len(body) > most:
            raise web.HTTPRequestEntityTooLarge(most, len(body))
    try:
        return parse_qs(body.decode(), keep_blank_values=True, max_num_fields=MAX_PARAMETERS, errors="strict")
    except ValueError:
        raise web.HTTPBadRequest from None


def posted(request: web.Request) -> Mapping[str, list[str]]:
    """Return the fields of the form that was posted."""
    return visit(request).posted


def first(request: web.Request, name: str, most: int = 10_000) -> str:
    """Return one posted text, "" if it was not sent."""
    values = posted(request).get(name, [""])
    return values[0][:most].replace("\r\n", "\n").strip()
