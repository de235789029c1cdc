"""The packaged tables and the development panel's allow-list."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.screening import load_known, load_screening
from gateway.model.content.screening import AllowList
from gateway.stages.screen import ScreenTables
from tests.screening.score import HERE, Scored, rows, score


@pytest.fixture(scope="session")
def tables() -> ScreenTables:
    return load_screening(packaged_config())


@pytest.fixture(scope="session")
def known() -> AllowList:
    return load_known(HERE / "development_known.json")


@pytest.fixture(scope="session")
def scored(known: AllowList, tables: ScreenTables) -> Callable[[str], list[Scored]]:
    """Score a set by its name, once for all tests that look at it."""

    @cache
    def of(name: str) -> list[Scored]:
        return [score(row, known, tables) for row in rows(HERE / name)]

    return of
