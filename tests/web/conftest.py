"""One running form and one visitor for each test that asks for them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.web.site import Running, Visitor, running


@pytest.fixture
async def form(tmp_path: Path) -> AsyncIterator[Running]:
    async with running(tmp_path) as served:
        yield served


@pytest.fixture
async def visitor(form: Running) -> AsyncIterator[Visitor]:
    async with Visitor(form.url) as one:
        yield one
