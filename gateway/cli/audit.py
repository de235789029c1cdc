"""Verify the audit chain of a deployment."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``gateway audit``."""
    parser.add_argument("action", choices=("verify",))
    parser.add_argument("--dir", type=Path, required=True, help="the deployment, as `gateway init DIR` made it")


def run(args: argparse.Namespace) -> int:
    """Return 0 if every link holds, 1 with the place of the first that does not."""
    from sqlalchemy.exc import SQLAlchemyError

    from gateway.adapters.config.settings import SettingsError
    from gateway.ports import Temporary

    try:
        count, broken, twice = asyncio.run(_verify(args.dir.resolve()))
    except SettingsError as error:
        print(f"gateway audit: {error} in {args.dir}/config", file=sys.stderr)
        return 1
    except (SQLAlchemyError, Temporary):
        print(f"gateway audit: the database of {args.dir} cannot be read", file=sys.stderr)
        return 1
    if broken is not None:
        print(f"The audit chain breaks at entry {broken}.")
        return 1
    if twice is not None:
        print(f"The audit chain is whole, but instruction {twice} was carried out twice.")
        return 1
    print(f"The audit chain is whole: {count} entries.")
    return 0


async def _verify(root: Path) -> tuple[int, int | None, str | None]:
    from gateway.adapters.config.settings import load_settings
    from gateway.adapters.host.folders import Folders
    from gateway.adapters.store import SqlStore, open_engine
    from gateway.adapters.store.audit_chain import carried_out_twice, first_break
    from gateway.ports import Temporary

    folders = Folders(root)
    url = folders.database_url(load_settings(folders.config).database.url)
    if url.endswith("/var/gateway.db") and not (folders.root / "var" / "gateway.db").exists():
        raise Temporary("no_database")  # SQLite would make an empty one
    engine = open_engine(url)
    try:
        links = [link async for link in SqlStore(engine).audit()]
    finally:
        await engine.dispose()
    return len(links), first_break(links), carried_out_twice(links)
