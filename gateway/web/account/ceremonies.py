"""What a sign-in has to remember between two requests: sealed to the browser's token, short-lived, used once.

A challenge of a passkey, or state, nonce and verifier of OpenID Connect. Kept in the form store, not in memory: the
next request may reach another intake process.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping

from gateway.web.draft.draft import seal, unseal
from gateway.web.guard.tokens import derive, token_hash
from gateway.web.services import FormServices

LIFE_S = 600.0  # how long a person may take with the provider's pages or with the key


async def keep(services: FormServices, token: str, kind: str, content: Mapping[str, str]) -> None:
    """Keep what a ceremony needs, replacing what the same browser began before."""
    key = derive(token, f"ceremony {kind}")
    sealed = seal(key, json.dumps(dict(content)).encode(), f"ceremony {kind}", services.entropy)
    row = (token_hash(token), kind, sealed, services.now().timestamp() + LIFE_S)
    await services.form_store.run(lambda db: db.execute("INSERT OR REPLACE INTO ceremonies VALUES (?, ?, ?, ?)", row))


async def take(services: FormServices, token: str, kind: str) -> dict[str, str] | None:
    """Return what was kept and forget it; None if there was nothing, or it is too old."""
    where = (token_hash(token), kind)

    def work(db: sqlite3.Connection) -> sqlite3.Row | None:
        found: sqlite3.Row | None = db.execute(
            "DELETE FROM ceremonies WHERE token_hash = ? AND kind = ? RETURNING sealed, expires_at", where
        ).fetchone()
        return found

    row = await services.form_store.run(work)
    if row is None or row["expires_at"] < services.now().timestamp():
        return None
    content = unseal(derive(token, f"ceremony {kind}"), row["sealed"], f"ceremony {kind}")
    return None if content is None else dict(json.loads(content))
