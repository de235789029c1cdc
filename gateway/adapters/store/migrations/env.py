"""alembic's entry: run the migrations over the asynchronous engine that the gateway itself uses."""

from __future__ import annotations

import asyncio

from alembic import context
from sqlalchemy import Connection

from gateway.adapters.store.engine import WRITE, open_engine
from gateway.adapters.store.tables import metadata


def _run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


async def _main() -> None:
    engine = open_engine(context.config.get_main_option("sqlalchemy.url") or "")
    async with engine.connect() as connection:
        await connection.execution_options(**{WRITE: True})
        await connection.run_sync(_run)
        await connection.commit()
    await engine.dispose()


asyncio.run(_main())
