"""The public form as an aiohttp application. It can seal and send, but read nothing back."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from gateway.model.residence.routing import Residence
from gateway.ports import Temporary
from gateway.web.account import account_pages, openid_pages, passkey_pages
from gateway.web.account.provider import Provider
from gateway.web.draft.deposit import Deposit
from gateway.web.draft.filestore import FileStore
from gateway.web.draft.form_store import FormStore
from gateway.web.draft.locks import Locks
from gateway.web.draft.scanner import StreamScanner
from gateway.web.guard import safety
from gateway.web.guard.rate_limit import RateLimit
from gateway.web.notice_of import NoticeOf
from gateway.web.pages import (
    check,
    copy,
    enquire,
    entrance,
    files,
    lists,
    neighbour,
    notify,
    one_page,
    question,
    static_pages,
    tasks,
)
from gateway.web.render import Renderer
from gateway.web.services import FORM_SERVICES, FormServices, MakePdf
from gateway.web.site import Site

log = logging.getLogger(__name__)

SWEEP_S = 300.0


async def no_pdf(html: str) -> bytes:
    """Stand for the maker of PDFs where none was given."""
    raise Temporary("no_pdf")


def create_app(
    site: Site,
    deposit: Deposit,
    folder: Path,
    *,
    panel_of: Callable[[Residence], str | None] = lambda residence: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    entropy: Callable[[int], bytes] = os.urandom,
    scanner: StreamScanner | None = None,
    notice_of: NoticeOf = lambda reference: None,
    openid: Provider | None = None,
    make_pdf: MakePdf = no_pdf,
) -> web.Application:
    """Return the application.

    ``folder`` is intake's own, mode 0700: its database and the sealed files of drafts. ``panel_of`` names the panel
    that a residence leads to, or None if that is uncertain. ``openid``: where people may sign in, besides our accounts.
    """
    app = web.Application(
        middlewares=[safety.session_cookie, safety.limits, safety.faults, safety.forms],
        client_max_size=site.limits.max_form_bytes,
    )
    app[FORM_SERVICES] = FormServices(
        site=site,
        deposit=deposit,
        form_store=FormStore(folder / "form.db"),
        renderer=Renderer(site),
        panel_of=panel_of,
        now=now,
        entropy=entropy,
        rates=RateLimit(os.urandom(32), time.monotonic),
        locks=Locks(),
        files=FileStore(folder / "files"),
        scanner=scanner,
        notice_of=notice_of,
        copies=asyncio.Semaphore(2),
        make_pdf=make_pdf,
        openid=openid,
    )
    app.on_response_prepare.append(safety.set_headers)
    app.cleanup_ctx.append(_form_store)
    for part in (
        static_pages,
        notify,
        one_page,
        enquire,
        entrance,
        tasks,
        question,
        lists,
        files,
        check,
        copy,
        account_pages,
        passkey_pages,
        openid_pages,
        neighbour,
    ):
        part.add_routes(app)
    return app


async def _form_store(app: web.Application) -> AsyncIterator[None]:
    at = app[FORM_SERVICES]
    await at.form_store.open()
    await at.files.open()
    sweeping = asyncio.create_task(_sweep(at))  # lives as long as the application, not just one block of code
    yield
    sweeping.cancel()
    await asyncio.gather(sweeping, return_exceptions=True)
    await at.form_store.close()


async def _sweep(at: FormServices) -> None:
    """Delete what has expired, every few minutes: rows first, then files."""
    while True:
        try:
            gone = await at.form_store.forget(at.now().timestamp())
            await at.files.remove(gone)
            await at.files.drop_stale()
        except Temporary as error:
            log.error("form_sweep", extra={"code": error.code})  # noqa: TRY400  no traceback: it could quote content
        await asyncio.sleep(SWEEP_S)
