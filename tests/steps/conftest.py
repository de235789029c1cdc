"""An office, and two panels with keys of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.key_homes import Panels, two_panels
from tests.steps.office import Office, opened_office


@pytest.fixture(scope="session")
def panels() -> Iterator[Panels]:
    with two_panels() as made:
        yield made


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Office]:
    async with opened_office(tmp_path) as made:
        yield made
