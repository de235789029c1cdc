"""Accounts of professionals who notify often: a user name, a password and a one-time code. Nobody needs one.

What an account holds (its owner's details, the secret of the one-time codes) is sealed under a key that argon2id makes
from the password: opening it is the check, and who steals the database can read none of it. One-time codes: RFC 6238,
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
from collections.abc import Callable
from dataclasses import asdict, dataclass
from urllib.parse import quote

from argon2.low_level import Type, hash_secret_raw

from gateway.web.cabinet import Cabinet
from gateway.web.desk import Desk
from gateway.web.draft import seal, unseal
from gateway.web.tokens import derive, token_hash

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


def _password_key(password: str, salt: bytes) -> bytes:
    """Return the key that a password gives: argon2id, 64 MiB, 3 passes (RFC 9106 section 4, second choice)."""
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
    cabinet: Cabinet, account: str, password: str, details: Details, entropy: Callable[[int], bytes]
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
    await cabinet.run(
        lambda db: db.execute(
            "INSERT OR REPLACE INTO accounts (account, sealed, totp_step, tries, tries_from) VALUES (?, ?, 0, 0, 0)",
            (account, sealed),
        )
    )
    spelled = base64.b32encode(secret).decode().rstrip("=")
    return f"otpauth://totp/{quote('CDOP notify')}:{quote(account)}?secret={spelled}&issuer={quote('CDOP notify')}"


async def sign_in(desk: Desk, token: str, account: str, password: str, code: str) -> bool:
    """Sign a session in. Every way to fail takes the same work and gives the same answer; each try is counted first."""
    now = desk.now().timestamp()

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

    row = await desk.cabinet.run(count)
    sealed: bytes = row["sealed"] if row is not None else bytes(_SALT + 64)
    async with desk.copies:  # 64 MiB each: a few at a time
        key = await asyncio.to_thread(_password_key, password[:1000], sealed[:_SALT])
    content = unseal(key, sealed[_SALT:], f"account {account}")
    if content is None or row is None or row["tries"] > desk.site.limits.code_tries:
        return False
    held = json.loads(content)
    step = step_of(bytes.fromhex(held["secret"]), code, now)
    if step is None:
        return False
    details = seal(derive(token, "account"), json.dumps(held["details"]).encode(), f"details {account}", desk.entropy)

    def work(db: sqlite3.Connection) -> bool:
        used = db.execute(
            "UPDATE accounts SET totp_step = ?, tries = 0 WHERE account = ? AND totp_step < ?", (step, account, step)
        )
        if used.rowcount != 1:
            return False
        db.execute(
            "INSERT INTO sessions (token_hash, account, details, idle_until, expires_at) VALUES (?, ?, ?, ?, ?)",
            (token_hash(token), account, details, now + desk.site.limits.idle_minutes * 60, now + 43200),
        )
        return True

    return await desk.cabinet.run(work)


async def signed_in(desk: Desk, token: str) -> tuple[str, Details] | None:
    """Return the account and details of a session, or None."""
    now = desk.now().timestamp()
    row = await desk.cabinet.read(
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


async def sent_by(desk: Desk, account: str) -> list[tuple[str, float]]:
    """Return the references that an account sent, newest first, with their times."""
    rows = await desk.cabinet.read(
        lambda db: db.execute(
            "SELECT reference, sent_at FROM account_posts WHERE account = ? ORDER BY sent_at DESC LIMIT 200", (account,)
        ).fetchall()
    )
    return [(row["reference"], row["sent_at"]) for row in rows]
