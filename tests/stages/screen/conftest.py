"""The packaged tables and the development panel's allow-list."""

from __future__ import annotations

import pytest

from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.screening import load_known, load_screening
from gateway.model.content.screening import AllowList
from gateway.stages.screen import ScreenTables
from tests.screening.score import HERE


@pytest.fixture(scope="session")
def tables() -> ScreenTables:
    return load_screening(packaged_config())


@pytest.fixture(scope="session")
def known() -> AllowList:
    return load_known(HERE / "development_known.json")
