"""The public form as an aiohttp application. It can seal and send; it can read nothing back."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from gateway.model.routing import Residence
from gateway.web import enquire, neighbour, notify, one_page, pages, safety
from gateway.web.cabinet import Cabinet
from gateway.web.deposit import Deposit
from gateway.web.desk import DESK, Desk
from gateway.web.limits import RateLimit
from gateway.web.locks import Locks
from gateway.web.render import Renderer
from gateway.web.site import Site


def create_app(
    site: Site,
    deposit: Deposit,
    folder: Path,
    *,
    panel_of: Callable[[Residence], str | None] = lambda residence: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    entropy: Callable[[int], bytes] = os.urandom,
) -> web.Application:
    """Return the application.

    ``folder`` is the intake's own, mode 0700: its database and the sealed files of drafts. ``panel_of`` names the panel
    a residence leads to, or None where that is not certain.
    """
    app = web.Application(
        middlewares=[safety.session_cookie, safety.limits, safety.faults, safety.forms],
        client_max_size=site.limits.max_form_bytes,
    )
    app[DESK] = Desk(
        site=site,
        deposit=deposit,
        cabinet=Cabinet(folder / "form.db"),
        renderer=Renderer(site),
        panel_of=panel_of,
        now=now,
        entropy=entropy,
        rates=RateLimit(os.urandom(32), time.monotonic),
        locks=Locks(),
    )
    app.on_response_prepare.append(safety.set_headers)
    app.cleanup_ctx.append(_cabinet)
    for part in (pages, notify, one_page, enquire, neighbour):
        part.add_routes(app)
    return app


async def _cabinet(app: web.Application) -> AsyncIterator[None]:
    cabinet = app[DESK].cabinet
    await cabinet.open()
    yield
    await cabinet.close()
