"""Accounts of professionals who notify often: a user name, a password, and a one-time code or a passkey.

Nobody needs one. Those who sign in by OpenID Connect only have a session here (``gateway.web.account.openid``).

What an account holds (its owner's details, the secret of the one-time codes) is sealed under a key that argon2id makes
from the password: opening it is the check, and a stolen database reveals none of it. One-time codes: RFC 6238,
SHA-1, 30 seconds, 6 digits, one step early or late, each step once.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import re
import sqlite3
import struct
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote

from argon2.low_level import Type, hash_secret_raw

from gateway.model.form.notification import Answer
from gateway.stages.extract.answers import known
from gateway.web.draft.draft import seal, unseal
from gateway.web.draft.form_store import FormStore
from gateway.web.guard.tokens import derive, token_hash
from gateway.web.services import FormServices

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,63}")
MIN_PASSWORD = 12
_SALT = 16
_STEP_S = 30


@dataclass(frozen=True, slots=True, repr=False)
class Details:
    """What the form fills in for the owner of an account."""

    notifier_name: str = ""
    notifier_role: str = ""
    notifier_agency: str = ""  # a code of agency_type, then perhaps ": " and words
    notifier_phone: str = ""
    notifier_email: str = ""

    def answers(self) -> dict[str, Answer]:
        """Return what is known about them as answers of the form."""
        return {name: known(value) for name, value in asdict(self).items() if value}


def _password_key(password: str, salt: bytes) -> bytes:
    """Derive the key from a password: argon2id, 64 MiB, 3 passes (RFC 9106 section 4, second choice)."""
    return hash_secret_raw(password.encode(), salt, 3, 65536, 1, 32, Type.ID)


def totp(secret: bytes, step: int) -> str:
    """Return the one-time code of a step: RFC 4226 section 5.3, RFC 6238."""
    digest = hmac.digest(secret, struct.pack(">Q", step), "sha1")
    offset = digest[-1] & 15
    number: int = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def step_of(secret: bytes, code: str, now: float) -> int | None:
    """Return the step whose code this is, at most one away from now; None for a wrong code."""
    present = int(now) // _STEP_S
    good = [step for step in (present - 1, present, present + 1) if hmac.compare_digest(totp(secret, step), code)]
    return good[-1] if good else None


async def create(
    form_store: FormStore, account: str, password: str, details: Details, entropy: Callable[[int], bytes]
) -> str:
    """Make or replace an account and return the address that an authenticator app reads, shown once.

    ValueError for a name or a password that cannot be used.
    """
    if not NAME.fullmatch(account):
        raise ValueError("a user name has 3 to 64 small letters, digits, dots or dashes")
    if len(password) < MIN_PASSWORD:
        raise ValueError(f"a password has at least {MIN_PASSWORD} characters")
    secret, salt = entropy(20), entropy(_SALT)
    content = json.dumps({"secret": secret.hex(), "details": asdict(details)}).encode()
    key = await asyncio.to_thread(_password_key, password, salt)
    sealed = salt + seal(key, content, f"account {account}", entropy)

    def work(db: sqlite3.Connection) -> None:
        _forget(db, account)
        db.execute("INSERT INTO accounts (account, sealed) VALUES (?, ?)", (account, sealed))

    await form_store.run(work)
    spelled = base64.b32encode(secret).decode().rstrip("=")
    return f"otpauth://totp/{quote('CDOP notify')}:{quote(account)}?secret={spelled}&issuer={quote('CDOP notify')}"


Second = Callable[[Mapping[str, Any]], Awaitable[bool]]


async def password_opens(services: FormServices, account: str, password: str) -> dict[str, Any] | None:
    """Return what an account holds if the password opens it. Each try is counted first; a wrong name costs the same."""
    now = services.now().timestamp()

    def count(db: sqlite3.Connection) -> sqlite3.Row | None:
        db.execute(
            "UPDATE accounts SET tries = 0, tries_from = ? WHERE account = ? AND tries_from < ?",
            (now, account, now - 3600),
        )
        db.execute("UPDATE accounts SET tries = tries + 1 WHERE account = ?", (account,))
        found: sqlite3.Row | None = db.execute(
            "SELECT sealed, tries FROM accounts WHERE account = ?", (account,)
        ).fetchone()
        return found

    row = await services.form_store.run(count)
    sealed: bytes = row["sealed"] if row is not None else bytes(_SALT + 64)
    async with services.copies:  # 64 MiB each: a few at a time
        key = await asyncio.to_thread(_password_key, password[:1000], sealed[:_SALT])
    content = unseal(key, sealed[_SALT:], f"account {account}")
    if content is None or row is None or row["tries"] > services.site.limits.code_tries:
        return None
    return dict(json.loads(content))


async def forget_tries(services: FormServices, account: str) -> None:
    """Reset the count of tries: the owner has given everything that was asked for."""
    await services.form_store.run(lambda db: db.execute("UPDATE accounts SET tries = 0 WHERE account = ?", (account,)))


async def sign_in(services: FormServices, token: str, account: str, password: str, second: Second) -> bool:
    """Sign a session in by password and a second factor. Every failure takes the same work and gets the same answer.

    ``second`` is given what the account holds, and says whether the second factor is there; it is asked only once the
    password was right, and uses up what it accepts.
    """
    held = await password_opens(services, account, password)
    if held is None or not await second(held):
        return False
    await forget_tries(services, account)
    await open_session(services, token, account, Details(**held["details"]))
    return True


def by_code(services: FormServices, account: str, code: str) -> Second:
    """Return the second factor that is a one-time code: each step works once."""

    async def second(held: Mapping[str, Any]) -> bool:
        step = step_of(bytes.fromhex(held["secret"]), code, services.now().timestamp())
        if step is None:
            return False
        used = "UPDATE accounts SET totp_step = ? WHERE account = ? AND totp_step < ?"
        return await services.form_store.run(lambda db: db.execute(used, (step, account, step)).rowcount == 1)

    return second


async def open_session(services: FormServices, token: str, account: str, details: Details) -> None:
    """Sign a session in, for 12 hours at most. The details are sealed to the session's cookie."""
    now = services.now().timestamp()
    content = json.dumps(asdict(details)).encode()
    sealed = seal(derive(token, "account"), content, f"details {account}", services.entropy)
    row = (token_hash(token), account, sealed, now + services.site.limits.idle_minutes * 60, now + 43200)
    await services.form_store.run(
        lambda db: db.execute(
            "INSERT INTO sessions (token_hash, account, details, idle_until, expires_at) VALUES (?, ?, ?, ?, ?)", row
        )
    )


async def signed_in(services: FormServices, token: str) -> tuple[str, Details] | None:
    """Return the account and details of a session, or None."""
    now = services.now().timestamp()
    row = await services.form_store.read(
        lambda db: db.execute(
            "SELECT account, details FROM sessions WHERE token_hash = ? AND idle_until > ? AND expires_at > ?"
            " AND account IS NOT NULL",
            (token_hash(token), now, now),
        ).fetchone()
    )
    if row is None:
        return None
    content = unseal(derive(token, "account"), row["details"], f"details {row['account']}")
    return None if content is None else (row["account"], Details(**json.loads(content)))


def _forget(db: sqlite3.Connection, account: str) -> bool:
    """Delete an account, its passkeys and its link to any session. What it sent stays listed."""
    db.execute("DELETE FROM passkeys WHERE account = ?", (account,))
    # A form open in such a session stays open: only the account is removed from it.
    ended = db.execute("UPDATE sessions SET account = NULL, details = NULL WHERE account = ?", (account,)).rowcount
    return db.execute("DELETE FROM accounts WHERE account = ?", (account,)).rowcount + ended > 0


async def remove(form_store: FormStore, account: str) -> bool:
    """Delete an account with its passkeys, sessions and the list of what it sent; False where nothing was there."""

    def work(db: sqlite3.Connection) -> bool:
        held = _forget(db, account)
        sent = db.execute("DELETE FROM account_posts WHERE account = ?", (account,)).rowcount
        return held or sent > 0

    return await form_store.run(work)


async def everybody(form_store: FormStore) -> list[tuple[str, int, int]]:
    """Return every account with the number of its passkeys and of what it sent in the last year."""
    query = (
        "SELECT account, (SELECT count(*) FROM passkeys p WHERE p.account = a.account) AS passkeys,"
        " (SELECT count(*) FROM account_posts s WHERE s.account = a.account) AS sent"
        " FROM (SELECT account FROM accounts UNION SELECT account FROM account_posts) a ORDER BY account"
    )
    rows = await form_store.read(lambda db: db.execute(query).fetchall())
    return [(row["account"], row["passkeys"], row["sent"]) for row in rows]


async def sent_by(services: FormServices, account: str) -> list[tuple[str, float]]:
    """Return the references that an account sent, newest first, with their times."""
    rows = await services.form_store.read(
        lambda db: db.execute(
            "SELECT reference, sent_at FROM account_posts WHERE account = ? ORDER BY sent_at DESC LIMIT 200", (account,)
        ).fetchall()
    )
    return [(row["reference"], row["sent_at"]) for row in rows]
