"""One small world for all journeys: its keys and children are made once, its store is new for each walk."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from gateway.adapters.config.settings import load_settings
from gateway.adapters.host.log import LogJournal
from gateway.adapters.host.metrics import PrometheusMetrics
from gateway.roles.demo.world import World, kill_agents, make_world
from gateway.roles.wiring import Wired, wire_worker
from tests.journeys.walk import Walk, walking

FURTHER: dict[str, dict[str, float]] = {
    "outbox": {"first_retry_s": 0.05, "max_retry_s": 0.2},
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
