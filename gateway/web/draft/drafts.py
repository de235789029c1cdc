"""Drafts and sessions of the form: begin, open, save, come back, leave. The keys: ``gateway.web.draft.draft``."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from gateway.model import ids
from gateway.model.form.notification import Answer
from gateway.model.ids import IntakeId, Reference
from gateway.web.draft.draft import Draft, code_key, dump, load, new_code, seal, unseal
from gateway.web.guard.tokens import derive, token_hash
from gateway.web.services import FormServices

_TOUCH_S = 60  # a session's time is written at most this often


class NoDraft(StrEnum):
    """Why there is no draft to work on."""

    NONE = "none"  # this browser has none
    IDLE = "idle"  # it had one, and was idle for too long
    WRONG = "wrong"  # reference and code do not open one
    LOCKED = "locked"  # too many wrong codes for this reference


class Gone(Exception):
    """The draft was sent or has expired while a page was open."""


@dataclass(frozen=True, slots=True, repr=False)
class Opened:
    """A draft that its notifier has opened."""

    reference: Reference
    key: bytes
    draft: Draft
    version: int
    sent: bool


async def begin(services: FormServices, token: str, draft: Draft) -> str:
    """Begin a draft for a session and return its return code, which is shown once and kept nowhere."""
    key, code = services.entropy(32), new_code(services.entropy)
    reference = ids.reference(services.entropy(ids.ENTROPY_BYTES))
    now = services.now().timestamp()
    expires = now + services.site.limits.draft_days * 86400
    sealed = seal(key, dump(draft), f"draft {reference} 1", services.entropy)
    by_code = seal(code_key(code, reference), key, f"code {reference}", services.entropy)

    def work(db: sqlite3.Connection) -> None:
        db.execute(
            "INSERT INTO drafts (reference, version, sealed, key_by_code, state, expires_at)"
            " VALUES (?, 1, ?, ?, 'open', ?)",
            (reference, sealed, by_code, expires),
        )
        _put_session(services, db, token, reference, key)

    await services.form_store.run(work)
    return code


def _put_session(services: FormServices, db: sqlite3.Connection, token: str, reference: str, key: bytes) -> None:
    now = services.now().timestamp()
    by_session = seal(derive(token, "draft"), key, f"session {reference}", services.entropy)
    db.execute(
        "INSERT INTO sessions (token_hash, reference, key_by_session, idle_until, expires_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (token_hash) DO UPDATE SET reference = excluded.reference,"
        " key_by_session = excluded.key_by_session, idle_until = excluded.idle_until,"
        # An account's session keeps its end, whatever form is opened in it.
        " expires_at = CASE WHEN account IS NULL THEN excluded.expires_at ELSE expires_at END",
        (token_hash(token), reference, by_session, now + services.site.limits.idle_minutes * 60, now + 86400),
    )


async def of_session(services: FormServices, token: str) -> Opened | NoDraft:
    """Open the draft of a session, and mark the session as active."""
    now = services.now().timestamp()
    row = await services.form_store.read(
        lambda db: db.execute(
            "SELECT s.reference, s.key_by_session, s.idle_until, d.version, d.sealed, d.state FROM sessions s"
            " LEFT JOIN drafts d ON d.reference = s.reference AND d.expires_at > ?"
            " WHERE s.token_hash = ? AND s.reference IS NOT NULL AND s.expires_at > ?",
            (now, token_hash(token), now),
        ).fetchone()
    )
    if row is None:
        return NoDraft.NONE
    if row["idle_until"] < now:
        await close_session(services, token)
        return NoDraft.IDLE
    if row["sealed"] is None:
        return NoDraft.NONE
    key = unseal(derive(token, "draft"), row["key_by_session"], f"session {row['reference']}")
    if key is None:
        return NoDraft.NONE
    idle_until = now + services.site.limits.idle_minutes * 60
    if idle_until - row["idle_until"] > _TOUCH_S:
        await services.form_store.run(
            lambda db: db.execute(
                "UPDATE sessions SET idle_until = ? WHERE token_hash = ?", (idle_until, token_hash(token))
            )
        )
    return _opened(row, Reference(row["reference"]), key)


def _opened(row: sqlite3.Row, reference: Reference, key: bytes) -> Opened | NoDraft:
    content = unseal(key, row["sealed"], f"draft {reference} {row['version']}")
    if content is None:
        return NoDraft.NONE
    return Opened(reference, key, load(content), row["version"], row["state"] == "sent")


async def newest(services: FormServices, opened: Opened) -> Opened:
    """Return the newest version of an opened draft. Gone if it has expired."""
    row = await services.form_store.read(
        lambda db: db.execute(
            "SELECT version, sealed, state FROM drafts WHERE reference = ?", (opened.reference,)
        ).fetchone()
    )
    found = _opened(row, opened.reference, opened.key) if row is not None else NoDraft.NONE
    if isinstance(found, NoDraft):
        raise Gone
    return found


async def save(services: FormServices, opened: Opened, change: Callable[[Draft], None]) -> Draft:
    """Apply a change to the newest version of a draft and keep it. Gone if it was sent or has expired meanwhile."""
    async with services.locks.hold(opened.reference):
        latest = await newest(services, opened)
        if latest.sent:
            raise Gone
        change(latest.draft)
        version = latest.version + 1
        sealed = seal(opened.key, dump(latest.draft), f"draft {opened.reference} {version}", services.entropy)
        expires = services.now().timestamp() + services.site.limits.draft_days * 86400

        def work(db: sqlite3.Connection) -> int:
            return db.execute(
                "UPDATE drafts SET version = ?, sealed = ?, expires_at = ?"
                " WHERE reference = ? AND version = ? AND state = 'open'",
                (version, sealed, expires, opened.reference, latest.version),
            ).rowcount

        if await services.form_store.run(work) != 1:
            raise Gone
        return latest.draft


async def come_back(services: FormServices, token: str, reference: str, code: str) -> NoDraft | None:
    """Open a draft by reference and return code, for this session. None: it is open. Each try is counted first."""
    now = services.now().timestamp()
    most = services.site.limits.code_tries

    def count(db: sqlite3.Connection) -> sqlite3.Row | None:
        db.execute("UPDATE drafts SET tries = 0, tries_from = ? WHERE reference = ? AND tries_from < ?",
                   (now, reference, now - 3600))  # fmt: skip
        db.execute("UPDATE drafts SET tries = tries + 1 WHERE reference = ?", (reference,))
        found: sqlite3.Row | None = db.execute(
            "SELECT key_by_code, tries FROM drafts WHERE reference = ? AND expires_at > ?", (reference, now)
        ).fetchone()
        return found

    row = await services.form_store.run(count)
    if row is None:
        return NoDraft.WRONG
    if row["tries"] > most:
        return NoDraft.LOCKED
    key = unseal(code_key(code, reference), row["key_by_code"], f"code {reference}")
    if key is None:
        return NoDraft.WRONG

    def work(db: sqlite3.Connection) -> None:
        db.execute("UPDATE drafts SET tries = 0 WHERE reference = ?", (reference,))
        _put_session(services, db, token, reference, key)

    await services.form_store.run(work)
    return None


async def close_session(services: FormServices, token: str) -> None:
    """End a session: its draft can then be opened by the return code only."""
    await services.form_store.run(
        lambda db: db.execute("DELETE FROM sessions WHERE token_hash = ?", (token_hash(token),))
    )


async def carry_over(services: FormServices, older: str, token: str, answers: Mapping[str, Answer]) -> None:
    """Move a form open in an older session into this one, adding ``answers`` where it has none yet."""
    found = await of_session(services, older)
    if isinstance(found, NoDraft) or found.sent:
        return

    def work(db: sqlite3.Connection) -> None:
        _put_session(services, db, token, found.reference, found.key)
        db.execute("DELETE FROM sessions WHERE token_hash = ?", (token_hash(older),))

    await services.form_store.run(work)
    try:
        await save(services, found, lambda draft: draft.fields.update({**answers, **draft.fields}))
    except Gone:  # sent or expired this moment: the page says so when it is looked at
        return


@dataclass(frozen=True, slots=True)
class Sending:
    """The identity under which a draft is sent: the same for every attempt with the same answers."""

    intake_id: IntakeId
    received_at: str


async def begin_sending(services: FormServices, opened: Opened) -> Sending | None:
    """Fix the identity for this version of the draft; None if it was sent already. Hold the draft's lock."""
    now = services.now()
    fresh = str(ids.uuid7(now, services.entropy(ids.ENTROPY_BYTES)))

    def work(db: sqlite3.Connection) -> Sending | None:
        db.execute(
            "UPDATE drafts SET intake_id = ?, intake_version = version, received_at = ?"
            " WHERE reference = ? AND state = 'open' AND intake_version IS NOT version",
            (fresh, now.isoformat(), opened.reference),
        )
        row = db.execute(
            "SELECT intake_id, received_at, state FROM drafts WHERE reference = ?", (opened.reference,)
        ).fetchone()
        if row is None:
            raise Gone
        return None if row["state"] == "sent" else Sending(IntakeId(UUID(row["intake_id"])), row["received_at"])

    return await services.form_store.run(work)


async def mark_sent(services: FormServices, opened: Opened, account: str | None) -> None:
    """Record that a draft was sent. Its answers stay for an hour, sealed as before, for the notifier's copy."""
    now = services.now().timestamp()

    def work(db: sqlite3.Connection) -> None:
        db.execute(
            "UPDATE drafts SET state = 'sent', expires_at = ? WHERE reference = ?",
            (now + services.site.limits.sent_minutes * 60, opened.reference),
        )
        if account is not None:
            db.execute("INSERT OR IGNORE INTO account_posts VALUES (?, ?, ?)", (account, opened.reference, now))

    await services.form_store.run(work)


def new_token() -> str:
    """Return a fresh session token."""
    return secrets.token_urlsafe(32)
