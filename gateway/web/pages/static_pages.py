"""The pages of text only: start, families, emergencies, privacy, cookies, accessibility."""

from __future__ import annotations

import re
from pathlib import Path

from aiohttp import web

from gateway.web.guard.safety import LANGUAGE_COOKIE
from gateway.web.guard.visit import visit
from gateway.web.language import LANGUAGES
from gateway.web.render import page
from gateway.web.services import services

STATIC = Path(__file__).parents[1] / "static"
TITLES = {
    "families": "For parents, carers and families",
    "emergency": "If a child is in danger now",
    "privacy": "Privacy",
    "cookies": "Cookies",
    "accessibility": "Accessibility statement",
}
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


async def start(request: web.Request) -> web.Response:
    """Who should use what."""
    return page(
        request,
        services(request).renderer,
        "start.html",
        title=visit(request).gettext("Child death notifications and questions"),
    )


async def text(request: web.Request) -> web.Response:
    """A page whose text the panel can change in ``config/texts``."""
    name = request.path.strip("/")
    renderer = services(request).renderer
    blocks = renderer.blocks(f"web_{name}", visit(request).language)
    return page(
        request, renderer, "text.html", title=visit(request).gettext(TITLES[name]), name=name, blocks=blocks, back="/"
    )


async def brand(request: web.Request) -> web.Response:
    """The panel's colour, as a style sheet: the CSP allows no inline style."""
    colour = services(request).site.brand_colour
    if not _COLOUR.fullmatch(colour):
        raise web.HTTPNotFound
    return web.Response(text=f":root{{--govuk-brand-colour:{colour}}}\n", content_type="text/css")


async def language(request: web.Request) -> web.StreamResponse:
    """Remember the language and return to the page, if it is one of our own paths."""
    chosen, to = request.match_info["language"], request.query.get("to", "/")
    if chosen not in LANGUAGES:
        raise web.HTTPNotFound
    here = to if re.fullmatch(r"/(?!/)[A-Za-z0-9/_?=&.-]{0,200}", to) else "/"
    response = web.HTTPSeeOther(here)
    response.set_cookie(LANGUAGE_COOKIE, chosen, path="/", secure=True, httponly=True, samesite="Lax")
    raise response


def add_routes(app: web.Application) -> None:
    app.router.add_get("/", start)
    for name in TITLES:
        app.router.add_get(f"/{name}", text)
    app.router.add_get("/language/{language}", language)
    app.router.add_get("/static/brand.css", brand)
    app.router.add_static("/static/", STATIC, append_version=False)
