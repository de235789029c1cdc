"""SQLite is opened so that a commit is on disk, what is deleted is gone, and two writers wait for each other."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, text

from gateway.adapters.store import tables
from gateway.adapters.store.engine import WRITE, open_engine, read_rows
from gateway.model.case.rows import CaseRow
from gateway.ports import Temporary

WANTED = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}


async def test_every_connection_is_durable_and_forgets_what_is_deleted(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite+aiosqlite:///{tmp_path / 'x.db'}")
    try:
        async with engine.connect() as connection:
            for name, value in WANTED.items():
                assert (await connection.execute(text(f"PRAGMA {name}"))).scalar() == value
    finally:
        await engine.dispose()


async def test_a_writer_takes_its_lock_before_it_reads(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite+aiosqlite:///{tmp_path / 'x.db'}")
    try:
        async with engine.connect() as writer, engine.connect() as other:
            await writer.execution_options(**{WRITE: True})
            await writer.begin()
            await other.execute(text("PRAGMA busy_timeout=0"))
            await other.rollback()
            await other.execution_options(**{WRITE: True})
            with pytest.raises(Exception, match="locked"):
                await other.begin()
    finally:
        await engine.dispose()


async def test_a_database_that_does_not_answer_is_temporary_and_says_nothing(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite+aiosqlite:///{tmp_path / 'x.db'}")
    try:
        with pytest.raises(Temporary) as raised:
            await read_rows(engine, CaseRow, select(tables.case))
        assert str(raised.value) == "store"
    finally:
        await engine.dispose()
