"""Open the database. SQLite: every write transaction begins with BEGIN IMMEDIATE (else updates are lost)."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import Connection, Select, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from gateway.ports import Temporary

R = TypeVar("R")

WRITE = "gateway_write"  # execution option of a connection that will write


def open_engine(url: str) -> AsyncEngine:
    """Return an engine for ``sqlite+aiosqlite:///PATH`` or ``postgresql+asyncpg://...``.

    SQLite: WAL, synchronous=FULL (a commit is on disk), secure_delete (what is deleted is overwritten).
    """
    engine = create_async_engine(url, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "secure_delete=ON",
        "foreign_keys=ON",
        "busy_timeout=20000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get(WRITE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


async def read_rows(engine: AsyncEngine, kind: type[R], statement: Select[Any]) -> list[R]:
    """Run a statement that only reads and return its rows as values of ``kind``. Temporary("store") on any fault."""
    try:
        async with engine.connect() as connection:
            found = await connection.execute(statement)
            return [kind(**row) for row in found.mappings()]
    except DBAPIError:
        raise Temporary("store") from None
