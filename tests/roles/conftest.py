"""One deployment, as init makes it, with two intake processes."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.roles.demo.world import World, kill_agents, make_world


@pytest.fixture(scope="session")
def two_intakes() -> Iterator[World]:
    """Make the world in a folder with a short path: gpg-agent's sockets lie below it."""
    root = Path(tempfile.mkdtemp(prefix="r-", dir="/tmp"))
    made = make_world(root, further={"intake": {"processes": 2}})
    yield made
    asyncio.run(kill_agents(made))
    shutil.rmtree(root, ignore_errors=True)
