"""Write to the audit what the panel lets through: a keyed fingerprint of its list, and how many entries it has.

The list (config/screening/known.toml) decides what reaches the general inbox, and whoever edits the file changes it.
The worker reads it once, at its start; a change is an entry of the audit before the first message is looked at with it.
The entries themselves are names: they stay in the file.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import asdict

from gateway.model.case.rows import Move
from gateway.model.content.screening import AllowList
from gateway.model.kinds import MoveKind
from gateway.steps.tools import Tools


async def note_allowed(tools: Tools, allowed: AllowList, matching_key: bytes) -> bool:
    """Write an entry where the list is not as the last entry says. Return whether one was written."""
    fingerprint = _fingerprint(allowed, matching_key)
    last = await tools.store.last_link(MoveKind.ALLOWED)
    if last is not None and last.detail.get("list") == fingerprint:
        return False
    counts = {name: str(len(entries)) for name, entries in asdict(allowed).items() if name != "panel"}
    move = Move(MoveKind.ALLOWED, "worker", tools.clock.now(), detail={"list": fingerprint, **counts})
    return await tools.store.commit(move)


def _fingerprint(allowed: AllowList, key: bytes) -> str:
    """Keyed, so that nobody can try names against it. Order does not matter: it changes nothing that is let through."""
    entries = {name: sorted(value) if name != "panel" else value for name, value in asdict(allowed).items()}
    return hmac.new(key, b"allowed\x1f" + json.dumps(entries, sort_keys=True).encode(), hashlib.sha256).hexdigest()
