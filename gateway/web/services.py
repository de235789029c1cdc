"""What every page of the public form works with, gathered in one place."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from gateway.model.residence.routing import Residence
from gateway.web.account.provider import Provider
from gateway.web.draft.deposit import Deposit
from gateway.web.draft.filestore import FileStore
from gateway.web.draft.form_store import FormStore
from gateway.web.draft.locks import Locks
from gateway.web.draft.scanner import StreamScanner
from gateway.web.guard.rate_limit import RateLimit
from gateway.web.notice_of import NoticeOf
from gateway.web.render import Renderer
from gateway.web.site import Site

PanelOf = Callable[[Residence], str | None]
MakePdf = Callable[[str], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class FormServices:
    site: Site
    deposit: Deposit
    form_store: FormStore
    renderer: Renderer
    panel_of: PanelOf  # "Oxfordshire CDOP" for a residence, or None where that is not certain
    now: Callable[[], datetime]  # aware, UTC
    entropy: Callable[[int], bytes]
    rates: RateLimit
    locks: Locks
    files: FileStore
    scanner: StreamScanner | None
    notice_of: NoticeOf
    copies: asyncio.Semaphore  # how many password checks run at a time
    make_pdf: MakePdf  # Temporary where it cannot be made now
    openid: Provider | None = None  # where people may sign in beside our own accounts


FORM_SERVICES: web.AppKey[FormServices] = web.AppKey("services", FormServices)


def services(request: web.Request) -> FormServices:
    """Return the services of the application that serves this request."""
    return request.app[FORM_SERVICES]
