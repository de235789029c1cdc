"""Bring a database to the newest layout, with alembic. Run at start, before any role reads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from alembic import command
from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(url: str) -> None:
    """Upgrade the database at ``url`` (the asynchronous driver's url). Blocking."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    with ThreadPoolExecutor(1) as pool:  # alembic's entry starts a loop of its own: not in a thread that has one
        pool.submit(command.upgrade, config, "head").result()
