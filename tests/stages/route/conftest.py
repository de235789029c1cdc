from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from gateway.adapters.config.areas import load_routing
from gateway.model.content.confidential import Confidential
from gateway.model.ids import PanelId
from gateway.model.residence.areas import PostcodeTable
from gateway.model.residence.panels import Override, PanelStatus
from gateway.model.residence.routing import Residence, RouteDecision, RoutingTables
from gateway.stages.route import route

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)  # the packaged table is 380 days old
_PLAIN = ("basis", "place_category")  # values of closed sets, not texts


@pytest.fixture(scope="session")
def packaged() -> RoutingTables:
    """The packaged tables as they ship: no panel is confirmed."""
    return load_routing()


@pytest.fixture(scope="session")
def confirmed() -> RoutingTables:
    """The packaged tables with every panel taken as confirmed."""
    return load_routing(assume_confirmed=True)


def residence(**said: str | bool) -> Residence:
    """Return a residence of these fields; bare by default: which place is meant, not whether a case may leave."""
    fields = {
        name: Confidential(value) if isinstance(value, str) and name not in _PLAIN else value
        for name, value in said.items()
    }
    return Residence(**{"is_bare": True, **fields})  # type: ignore[arg-type]


def decide(tables: RoutingTables, **said: str | bool) -> RouteDecision:
    return route(residence(**said), tables, NOW)


def codes(decision: RouteDecision) -> list[str]:
    return [reason.code for reason in decision.reasons]


def others(decision: RouteDecision) -> set[str]:
    return {alternative.panel for alternative in decision.alternatives}


def with_table(tables: RoutingTables, table: PostcodeTable) -> RoutingTables:
    return replace(tables, postcodes=table)


def with_override(tables: RoutingTables, place: str, panel: str) -> RoutingTables:
    rule = Override(place, PanelId(panel), "A. Manager", date(2026, 3, 1), "agreed with the other panel")
    return replace(tables, panels=replace(tables.panels, overrides=(rule,)))


def with_status(tables: RoutingTables, panel: str, status: PanelStatus) -> RoutingTables:
    panels = dict(tables.panels.panels)
    panels[PanelId(panel)] = replace(panels[PanelId(panel)], status=status)
    return replace(tables, panels=replace(tables.panels, panels=panels))
