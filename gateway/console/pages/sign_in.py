"""Sign in and out."""

from __future__ import annotations

from aiohttp import web

from gateway.console.guard import COOKIE, SIGN_IN, form_of, parts_of, render

MAX_PASSWORD_CHARACTERS = 1024


async def show(request: web.Request) -> web.Response:
    """Ask who is there."""
    return render(request, "sign_in.html", refused=False)


async def sign_in(request: web.Request) -> web.Response:
    """Open a session. Every refusal looks the same."""
    parts = parts_of(request)
    form = await form_of(request)
    password = form.get("password", "")[:MAX_PASSWORD_CHARACTERS]
    opened = await parts.accounts.sign_in(form.get("account", "").strip(), password, parts.clock.now())
    if opened is None:
        return render(request, "sign_in.html", status=401, refused=True)
    response = web.HTTPSeeOther("/")
    response.set_cookie(COOKIE, opened.token, path="/", secure=True, httponly=True, samesite="Strict")
    raise response


async def sign_out(request: web.Request) -> web.Response:
    """End the session, and let the browser forget the pages."""
    parts = parts_of(request)
    await parts.accounts.sign_out(request.cookies.get(COOKIE, ""), parts.clock.now())
    response = web.HTTPSeeOther(SIGN_IN)
    response.del_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Strict")
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    raise response
