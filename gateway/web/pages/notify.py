"""The start page of a notification."""

from __future__ import annotations

from aiohttp import web

from gateway.web.guard.visit import visit
from gateway.web.render import page
from gateway.web.services import services


async def start(request: web.Request) -> web.Response:
    """What you need, how long it takes, what happens then."""
    return page(
        request,
        services(request).renderer,
        "notify.html",
        title=visit(request).gettext("Notify the death of a child"),
        back="/",
    )


def add_routes(app: web.Application) -> None:
    app.router.add_get("/notify", start)
