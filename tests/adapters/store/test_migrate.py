"""A database is brought to the layout that the code reads, once."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from gateway.adapters.store.migrate import migrate
from gateway.adapters.store.tables import metadata


def columns(path: Path) -> dict[str, set[str]]:
    with sqlite3.connect(path) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: {row[1] for row in database.execute(f"PRAGMA table_info({name})")} for name in names}


def test_the_layout_is_the_one_of_the_tables(tmp_path: Path) -> None:
    path = tmp_path / "a % name.db"
    migrate(f"sqlite+aiosqlite:///{path}")
    found = columns(path)
    assert {name: found[name] for name in metadata.tables} == {
        name: {column.name for column in table.columns} for name, table in metadata.tables.items()
    }
    migrate(f"sqlite+aiosqlite:///{path}")
    assert columns(path) == found
