"""Staff accounts and their sessions: argon2id, sessions by the hash of their token, a lock after wrong guesses.

A guess is counted before the password is looked at, in one write transaction, so that guesses made at the same
time cannot slip past the lock. An unknown account costs the same work as a known one.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.adapters.store import tables
from gateway.adapters.store.engine import WRITE
from gateway.adapters.store.store import SqlStore
from gateway.model.case.rows import Move
from gateway.model.ids import StaffId
from gateway.model.kinds import MoveKind
from gateway.model.office.sessions import Session, SignedIn
from gateway.model.office.staff import Role, StaffRow
from gateway.ports import Store, Temporary

SEEN_EVERY = timedelta(seconds=30)  # precision of the idle time: at most one write in this time
TOKEN_BYTES = 32
HASHES_AT_ONCE = 2  # each takes 64 MiB


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How long a session lasts, and how many wrong guesses an account allows."""

    idle: timedelta = timedelta(minutes=30)
    absolute: timedelta = timedelta(hours=12)
    failures: int = 5
    lock: timedelta = timedelta(minutes=15)


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _row(found: Any) -> StaffRow:
    return StaffRow(**{field.name: found[field.name] for field in fields(StaffRow)})


class StaffStore:
    """console.desk.Accounts, and what `gateway staff` needs."""

    def __init__(
        self,
        engine: AsyncEngine,
        store: Store | None = None,
        limits: SessionLimits | None = None,
        hasher: PasswordHasher | None = None,
    ) -> None:
        self._engine = engine
        self._store = store or SqlStore(engine)
        self._limits = limits or SessionLimits()
        self._hasher = hasher or PasswordHasher()
        self._hashing = asyncio.Semaphore(HASHES_AT_ONCE)
        self._nobody = self._hasher.hash(secrets.token_urlsafe())  # checked where there is no account

    async def add(self, staff_id: StaffId, name: str, password: str, role: Role, now: datetime) -> bool:
        """Make an account. False: the id is taken."""
        hashed = await asyncio.to_thread(self._hasher.hash, password)
        row = StaffRow(staff_id, name, hashed, role, active=True, created_at=now)
        values = {field.name: getattr(row, field.name) for field in fields(row)}
        try:
            async with self._writing() as connection, connection.begin():
                await connection.execute(insert(tables.staff).values(values))
        except IntegrityError:
            return False
        except DBAPIError:
            raise Temporary("store") from None
        return True

    async def disable(self, staff_id: StaffId) -> bool:
        """Close an account and end its sessions. False: there is none of this id."""
        try:
            async with self._writing() as connection, connection.begin():
                closed = update(tables.staff).where(tables.staff.c.id == staff_id).values(active=False)
                found = (await connection.execute(closed)).rowcount == 1
                await connection.execute(
                    delete(tables.staff_session).where(tables.staff_session.c.staff_id == staff_id)
                )
        except DBAPIError:
            raise Temporary("store") from None
        return found

    async def all(self) -> list[StaffRow]:
        """Return every account, by id."""
        try:
            async with self._engine.connect() as connection:
                found = await connection.execute(select(tables.staff).order_by(tables.staff.c.id))
                return [_row(row) for row in found.mappings()]
        except DBAPIError:
            raise Temporary("store") from None

    async def one(self, staff_id: StaffId) -> StaffRow | None:
        """Return one account."""
        try:
            async with self._engine.connect() as connection:
                found = await connection.execute(select(tables.staff).where(tables.staff.c.id == staff_id))
                mapping = found.mappings().first()
        except DBAPIError:
            raise Temporary("store") from None
        return _row(mapping) if mapping is not None else None

    async def names(self) -> Mapping[StaffId, str]:
        """Return the name of each account, disabled ones included."""
        return {row.id: row.name for row in await self.all()}

    async def sign_in(self, staff_id: str, password: str, now: datetime) -> SignedIn | None:
        """Open a session, or None. Wrong password, unknown, disabled and locked accounts look alike from outside."""
        row = await self._count_guess(staff_id, now)
        good = await self._verify(row.password_hash if row is not None else self._nobody, password)
        if row is None:
            return None
        result = "ok" if good else "refused"
        entry = Move(MoveKind.SIGN_IN, f"staff:{row.id}", now, detail={"result": result})
        if not await self._store.commit(entry):
            raise Temporary("audit")
        return await self._open(row, now) if good else None

    async def _count_guess(self, staff_id: str, now: datetime) -> StaffRow | None:
        """Return the account if a guess is allowed now, with this guess already counted as a failure."""
        column = tables.staff.c
        try:
            async with self._writing() as connection, connection.begin():
                found = await connection.execute(
                    select(tables.staff).where(column.id == staff_id[:60]).with_for_update()
                )
                mapping = found.mappings().first()
                row = _row(mapping) if mapping is not None else None
                if row is None or not row.active or (row.locked_until is not None and row.locked_until > now):
                    return None
                failures = 1 if row.locked_until is not None else row.failures + 1  # an old lock restarts the count
                locked = now + self._limits.lock if failures >= self._limits.failures else None
                counted = update(tables.staff).where(column.id == row.id)
                await connection.execute(counted.values(failures=failures, locked_until=locked))
        except DBAPIError:
            raise Temporary("store") from None
        return row

    async def _verify(self, hashed: str, password: str) -> bool:
        async with self._hashing:
            return await asyncio.to_thread(self._matches, hashed, password)

    def _matches(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _open(self, row: StaffRow, now: datetime) -> SignedIn:
        token = secrets.token_urlsafe(TOKEN_BYTES)
        session = Session(row.id, row.name, row.role, secrets.token_urlsafe(TOKEN_BYTES), now + self._limits.absolute)
        values = {
            "token_hash": _token_hash(token),
            "staff_id": row.id,
            "csrf_token": session.csrf_token,
            "created_at": now,
            "seen_at": now,
            "expires_at": session.expires_at,
        }
        column = tables.staff_session.c
        try:
            async with self._writing() as connection, connection.begin():
                cleared = update(tables.staff).where(tables.staff.c.id == row.id)
                await connection.execute(cleared.values(failures=0, locked_until=None))
                gone = (column.expires_at <= now) | (column.seen_at <= now - self._limits.idle)
                await connection.execute(delete(tables.staff_session).where(gone))
                await connection.execute(insert(tables.staff_session).values(values))
        except DBAPIError:
            raise Temporary("store") from None
        return SignedIn(token, session)

    async def session(self, token: str, now: datetime) -> Session | None:
        """Return the session of a token if it is still open. Rights are those of the account at this moment."""
        column = tables.staff_session.c
        statement = (
            select(tables.staff_session, tables.staff.c.name, tables.staff.c.role)
            .join(tables.staff, tables.staff.c.id == column.staff_id)
            .where(column.token_hash == _token_hash(token), column.expires_at > now)
            .where(column.seen_at > now - self._limits.idle, tables.staff.c.active)
        )
        try:
            async with self._engine.connect() as connection:
                found = (await connection.execute(statement)).mappings().first()
            if found is None:
                return None
            if found["seen_at"] <= now - SEEN_EVERY:
                async with self._writing() as connection, connection.begin():
                    seen = update(tables.staff_session).where(column.token_hash == found["token_hash"])
                    await connection.execute(seen.values(seen_at=now))
        except DBAPIError:
            raise Temporary("store") from None
        return Session(found["staff_id"], found["name"], found["role"], found["csrf_token"], found["expires_at"])

    async def sign_out(self, token: str, now: datetime) -> None:
        """End a session. Nothing happens if it has ended already."""
        column = tables.staff_session.c
        statement = select(column.staff_id).where(column.token_hash == _token_hash(token))
        try:
            async with self._writing() as connection, connection.begin():
                staff_id = (await connection.execute(statement)).scalar()
                await connection.execute(delete(tables.staff_session).where(column.token_hash == _token_hash(token)))
        except DBAPIError:
            raise Temporary("store") from None
        if staff_id is not None:
            await self._store.commit(Move(MoveKind.SIGN_OUT, f"staff:{staff_id}", now))

    def _writing(self) -> _Writing:
        return _Writing(self._engine)


class _Writing:
    """A connection whose transaction will write (SQLite: BEGIN IMMEDIATE)."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._connecting = engine.connect()

    async def __aenter__(self) -> AsyncConnection:
        connection = await self._connecting.__aenter__()
        return await connection.execution_options(**{WRITE: True})

    async def __aexit__(self, *problem: Any) -> None:
        await self._connecting.__aexit__(*problem)
