"""The notifier's copy: a tagged PDF, made in the session when it is asked for, never sent by mail."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from aiohttp import web

from gateway.web.guard.visit import visit
from gateway.web.pages.check import summary
from gateway.web.pages.entrance import opened_draft
from gateway.web.services import services

log = logging.getLogger(__name__)

TIMEOUT_S = 60.0


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
    async with asyncio.timeout(TIMEOUT_S), at.copies:
        content = await asyncio.to_thread(make_pdf, html)
    return web.Response(
        body=content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="notification-{opened.reference}.pdf"'},
    )


def make_pdf(html: str) -> bytes:
    """Return a tagged PDF (PDF/UA-1) of a page. Nothing is fetched from anywhere."""
    from weasyprint import HTML

    logging.getLogger("weasyprint").setLevel(logging.CRITICAL + 1)  # it logs pieces of what it lays out
    logging.getLogger("fontTools").setLevel(logging.CRITICAL + 1)
    content: bytes = HTML(string=html, url_fetcher=_refuse).write_pdf(pdf_variant="pdf/ua-1")
    return content


def _refuse(url: str, *more: Any, **options: Any) -> dict[str, Any]:
    raise ValueError("nothing is fetched")


def add_routes(app: web.Application) -> None:
    app.router.add_get("/notify/copy.pdf", download)
