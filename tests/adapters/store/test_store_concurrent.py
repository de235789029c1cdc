"""Moves made at once: each finds its place in the chain, though some of them write no row."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.adapters.store import SqlStore, open_engine
from gateway.adapters.store.audit_chain import chained, first_break
from gateway.adapters.store.migrate import migrate
from gateway.model.case.rows import Move
from gateway.model.kinds import MoveKind
from tests.adapters.store.rows import NOW


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "gateway.db"
    migrate(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture
async def engine(empty: Path, tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    opened = open_engine(f"sqlite+aiosqlite:///{shutil.copy(empty, tmp_path / 'gateway.db')}")
    yield opened
    await opened.dispose()


def look(number: int) -> Move:
    return Move(MoveKind.LOOK, f"staff:{number}", NOW)


async def test_looks_taken_at_once_all_stand(engine: AsyncEngine) -> None:
    """A look reads the end of the chain first: the lock must be there before it reads."""
    store = SqlStore(engine)
    assert all(await asyncio.gather(*(store.commit(look(number)) for number in range(40))))
    links = [link async for link in store.audit()]
    assert len({link.actor for link in links}) == 40
    assert first_break(links) is None


async def test_link_that_was_exchanged_with_its_hash_breaks_the_chain_behind_it(engine: AsyncEngine) -> None:
    store = SqlStore(engine)
    for number in range(3):
        assert await store.commit(look(number))
    _, second, _ = [link async for link in store.audit()]
    forged = chained(replace(second, actor="staff:9"), second.sequence, second.previous_hash)
    async with engine.begin() as connection:
        await connection.execute(
            text("UPDATE audit SET actor = :actor, hash = :hash WHERE sequence = 2"),
            {"actor": forged.actor, "hash": forged.hash},
        )
    assert first_break([link async for link in store.audit()]) == 3
