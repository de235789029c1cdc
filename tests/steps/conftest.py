"""Two panels with keys of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.key_homes import Panels, two_panels


@pytest.fixture(scope="session")
def panels() -> Iterator[Panels]:
    with two_panels() as made:
        yield made
