"""Every key in use, as the worker last saw it. The console itself reads no key of another panel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from gateway.console import words
from gateway.console.console_settings import ConsoleSettings
from gateway.console.guard import parts_of, render
from gateway.model.case.rows import KeyRow
from gateway.stages.openpgp.key_dates import days_left, warning

_OWN = {
    "own": "This office: OpenPGP",
    "smime own": "This office: S/MIME",
    "tls intake": "Mail and form: TLS",
    "tls console": "Console: TLS",
    "seal": "Seal key: what arrives",
    "case": "Case key: what staff may read",
}


@dataclass(frozen=True, slots=True)
class ShownKey:
    """One key in words. ``attention`` is "" if there is nothing to do."""

    row: KeyRow
    owner: str
    left: str
    attention: str


async def show(request: web.Request) -> web.Response:
    """List every key in use; what wants attention first."""
    parts = parts_of(request)
    shown = shown_keys(await parts.desk.watched_keys(), parts.settings, parts.clock.now())
    looked_at = max((key.row.looked_at for key in shown), default=None)
    return render(request, "keys.html", keys=sorted(shown, key=lambda key: not key.attention), looked_at=looked_at)


def shown_keys(rows: Sequence[KeyRow], settings: ConsoleSettings, now: datetime) -> list[ShownKey]:
    """Return the keys in words. Days are counted from now, not from when the worker saw them."""
    shown = []
    for row in rows:
        left = days_left(row.expires_at, now)
        reached = warning(left)
        days = (
            "Never expires" if left is None else "Expired" if left < 0 else f"{left} day{'' if left == 1 else 's'} left"
        )
        trouble = words.KEY_TROUBLES.get(row.trouble, row.trouble.replace("_", " "))
        attention = trouble or ("" if reached is None else f"{days}. Ask for the new one in time.")
        shown.append(ShownKey(row, _owner(row.owner, settings), days, attention))
    return shown


def _owner(owner: str, settings: ConsoleSettings) -> str:
    if owner in _OWN:
        return _OWN[owner]
    if owner.startswith("smime "):
        return f"{settings.panel_name(owner.removeprefix('smime '))}: S/MIME"
    return f"{settings.panel_name(owner)}: OpenPGP"
