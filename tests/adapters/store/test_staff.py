"""Accounts: argon2id, a lock that parallel guesses cannot slip past, sessions by the hash of their token."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.adapters.store import SqlStore, open_engine
from gateway.adapters.store.migrate import migrate
from gateway.adapters.store.staff import SessionLimits, StaffStore
from gateway.model.case.rows import Move
from gateway.model.ids import StaffId
from gateway.model.office.staff import Role
from gateway.ports import Temporary

NOW = datetime(2026, 3, 11, 9, 30, tzinfo=UTC)
ADA = StaffId("ada")
PASSWORD = "three calm otters by the weir"
QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("staff") / "gateway.db"
    migrate(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture
def database(empty: Path, tmp_path: Path) -> str:
    shutil.copy(empty, tmp_path / "gateway.db")
    return f"sqlite+aiosqlite:///{tmp_path / 'gateway.db'}"


@pytest.fixture
async def engine(database: str) -> AsyncIterator[AsyncEngine]:
    opened = open_engine(database)
    yield opened
    await opened.dispose()


@pytest.fixture
async def accounts(engine: AsyncEngine) -> StaffStore:
    store = StaffStore(engine, hasher=QUICK)
    await store.add(ADA, "Ada Fenn", PASSWORD, Role.COORDINATOR, NOW)
    return store


async def test_only_an_argon2id_hash_is_kept(engine: AsyncEngine) -> None:
    store = StaffStore(engine)
    await store.add(ADA, "Ada Fenn", PASSWORD, Role.COORDINATOR, NOW)
    row = await store.one(ADA)
    assert row is not None
    assert row.password_hash.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert PASSWORD not in repr(row)


async def test_an_id_is_given_once(accounts: StaffStore) -> None:
    assert not await accounts.add(ADA, "Another", PASSWORD, Role.MANAGER, NOW)
    row = await accounts.one(ADA)
    assert row is not None
    assert row.role is Role.COORDINATOR


async def test_a_session_is_found_by_its_token_only(accounts: StaffStore, engine: AsyncEngine) -> None:
    signed_in = await accounts.sign_in("ada", PASSWORD, NOW)
    assert signed_in is not None
    session = await accounts.session(signed_in.token, NOW)
    assert session is not None
    assert (session.staff_id, session.name, session.role) == (ADA, "Ada Fenn", Role.COORDINATOR)
    assert signed_in.token not in repr(signed_in)
    async with engine.connect() as connection:
        [stored] = (await connection.execute(text("SELECT token_hash FROM staff_session"))).scalars()
    assert await accounts.session(stored, NOW) is None
    assert await accounts.session("", NOW) is None
    assert await accounts.session("\ud800", NOW) is None


async def test_guesses_made_at_once_cannot_slip_past_the_lock(accounts: StaffStore, engine: AsyncEngine) -> None:
    await asyncio.gather(*(accounts.sign_in("ada", f"guess {number} of many", NOW) for number in range(12)))
    async with engine.connect() as connection:
        tried = (await connection.execute(text("SELECT count(*) FROM audit"))).scalar_one()
    assert tried == SessionLimits().failures
    assert await accounts.sign_in("ada", PASSWORD, NOW) is None
    assert await accounts.sign_in("ada", PASSWORD, NOW + timedelta(minutes=16)) is not None


async def test_an_unknown_account_costs_one_verification_like_a_known_one(
    accounts: StaffStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, hashed: str, password: str) -> bool:
        checked.append(hashed)
        return bool(verify(self, hashed, password))

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    for account in ("ada", "nobody", "x" * 5000):
        assert await accounts.sign_in(account, "wrong", NOW) is None
    assert len(checked) == 3


async def test_without_its_audit_entry_no_session_opens(engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(self: SqlStore, move: Move) -> bool:
        return False

    store = StaffStore(engine, hasher=QUICK)
    await store.add(ADA, "Ada Fenn", PASSWORD, Role.COORDINATOR, NOW)
    monkeypatch.setattr(SqlStore, "commit", refuse)
    with pytest.raises(Temporary):
        await store.sign_in("ada", PASSWORD, NOW)


async def test_sessions_that_have_ended_are_swept_away(accounts: StaffStore, engine: AsyncEngine) -> None:
    for hours in (0, 1, 30):
        assert await accounts.sign_in("ada", PASSWORD, NOW + timedelta(hours=hours)) is not None
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM staff_session"))).scalar_one() == 1


async def test_disabling_somebody_unknown_says_so(accounts: StaffStore) -> None:
    assert not await accounts.disable(StaffId("nobody"))
    assert await accounts.disable(ADA)
    assert [row.active for row in await accounts.all()] == [False]
