"""One small world for all journeys: its keys and children are made once, its store is new for each walk."""

from __future__ import annotations

import asyncio
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web

from gateway.adapters.config.settings import load_settings
from gateway.adapters.host.log import LogJournal
from gateway.adapters.host.metrics import PrometheusMetrics
from gateway.adapters.host.system import SystemClock
from gateway.adapters.store import SqlStore, open_engine
from gateway.adapters.store.staff import StaffStore
from gateway.console import create_console
from gateway.model.ids import StaffId
from gateway.model.office.staff import Role
from gateway.roles.console import console_settings
from gateway.roles.demo.world import World, kill_agents, make_world
from gateway.roles.wiring import Wired, wire_worker
from tests.console.conftest import PASSWORD, QUICK_HASHER, Browser
from tests.journeys.walk import Walk, walking

FURTHER: dict[str, dict[str, float]] = {
    "outbox": {"hold_s": 0.0, "first_retry_s": 0.05, "max_retry_s": 0.2},
    'next_hop."panel:hertfordshire"': {"max_message_bytes": 5_000_000},  # their server takes no more
}


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    """Make the world in a folder with a short path: gpg-agent's sockets lie below it."""
    root = Path(tempfile.mkdtemp(prefix="j-", dir="/tmp"))
    made = make_world(root, further=FURTHER)
    shutil.copy(made.folders.var / "gateway.db", root / "empty.db")
    yield made
    asyncio.run(kill_agents(made))
    shutil.rmtree(root, ignore_errors=True)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def heavy(world: World) -> AsyncIterator[Wired]:
    """What takes long to start and keeps nothing of a message: keys, parsing children, tables."""
    settings = load_settings(world.folders.config)
    async with wire_worker(world.folders, settings, LogJournal(), PrometheusMetrics()) as wired:
        yield wired


@pytest_asyncio.fixture(loop_scope="session")
async def walk(world: World, heavy: Wired) -> AsyncIterator[Walk]:
    """A fresh store, running intake and sinks."""
    async with walking(world, heavy, world.root / "empty.db") as one:
        yield one


@pytest_asyncio.fixture(loop_scope="session")
async def person(walk: Walk) -> AsyncIterator[Browser]:
    """A manager at the console of the journey's own deployment."""
    engine = open_engine(walk.world.folders.database_url(""))
    accounts = StaffStore(engine, SqlStore(engine), hasher=QUICK_HASHER)
    await accounts.add(StaffId("miro"), "Miro Hale", PASSWORD, Role.MANAGER, datetime.now(UTC))
    settings = console_settings(walk.world.folders, walk.settings)
    runner = web.AppRunner(create_console(walk.desk(), accounts, settings, SystemClock()), access_log=None)
    await runner.setup()
    listening = socket.create_server(("127.0.0.1", 0))
    await web.SockSite(runner, listening).start()
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        browser = Browser(session, f"http://127.0.0.1:{listening.getsockname()[1]}")
        assert (await browser.sign_in("miro")).status == 303
        yield browser
    await runner.cleanup()
    await engine.dispose()
