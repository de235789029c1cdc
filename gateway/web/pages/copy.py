"""The notifier's copy: a tagged PDF, made in the session when it is asked for, never sent by mail.

It is laid out in a confined child process: what was typed is laid out by libraries in C, which have no place in the
process that faces the internet.
"""

from __future__ import annotations

from aiohttp import web

from gateway.ports import Temporary
from gateway.web.guard.visit import visit
from gateway.web.pages.check import summary
from gateway.web.pages.entrance import opened_draft
from gateway.web.services import services

AGAIN_S = 30


async def download(request: web.Request) -> web.StreamResponse:
    """Return the copy of a notification that was sent."""
    opened = await opened_draft(request, sent=True)
    at, here = services(request), visit(request)
    html = at.renderer.text(
        "copy.html",
        {
            "_": here.gettext,
            "language": here.language,
            "title": here.gettext("Notification of the death of a child"),
            "reference": opened.reference,
            "sections": summary(opened.draft, here.gettext),
            "files": opened.draft.files,
        },
    )
    try:
        async with at.locks.hold(("copy", opened.reference)):  # one at a time for each notifier
            content = await at.make_pdf(html)
    except Temporary:
        raise web.HTTPServiceUnavailable(headers={"Retry-After": str(AGAIN_S)}) from None
    return web.Response(
        body=content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="notification-{opened.reference}.pdf"'},
    )


def add_routes(app: web.Application) -> None:
    app.router.add_get("/notify/copy.pdf", download)
