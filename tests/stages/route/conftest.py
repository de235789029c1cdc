from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gateway.adapters.config.areas import load_routing
from gateway.model.routing import RoutingTables

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)  # the packaged table is 380 days old


@pytest.fixture(scope="session")
def packaged() -> RoutingTables:
    """The packaged tables as they ship: no panel is confirmed."""
    return load_routing()


@pytest.fixture(scope="session")
def confirmed(packaged: RoutingTables) -> RoutingTables:
    """The packaged tables with every panel taken as confirmed."""
    return load_routing(assume_confirmed=True)
