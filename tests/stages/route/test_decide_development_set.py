"""The development set: nothing goes to a wrong panel, and what can be known is routed."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from gateway.adapters.config.areas import load_routing
from gateway.model.kinds import RouteOutcome
from gateway.model.residence.routing import RoutingTables
from gateway.stages.route import route
from gateway.stages.route.read.lines import read_line
from tests.stages.route.conftest import NOW

with (Path(__file__).parent / "routing_dev.csv").open(encoding="utf-8", newline="") as _file:
    ROWS = list(csv.DictReader(_file))


SHARED_SINCE = ("E06000010",)  # Hull publishes a panel of its own: a person is asked


@pytest.fixture(scope="module")
def tables() -> RoutingTables:
    return load_routing(assume_confirmed=True)


def test_no_row_goes_to_a_wrong_panel_and_no_row_without_a_route_is_routed(tables: RoutingTables) -> None:
    wrong = []
    for row in ROWS:
        decision = route(read_line(row["input"], tables.authorities), tables, NOW)
        if decision.outcome is RouteOutcome.ROUTE and (
            row["expected_outcome"] == "no_route" or decision.panel != row["expected_cdop_id"]
        ):
            wrong.append(row["id"])
    assert wrong == []


def test_of_the_rows_that_must_be_routed_99_in_100_are(tables: RoutingTables) -> None:
    must = [row for row in ROWS if row["expected_outcome"] == "route" and row["expected_la_gss"] not in SHARED_SINCE]
    decisions = [(row, route(read_line(row["input"], tables.authorities), tables, NOW)) for row in must]
    routed = [row for row, each in decisions if each.outcome is RouteOutcome.ROUTE]
    assert len(must) == 74
    assert len(routed) >= 0.99 * len(must)
    for row, each in decisions:
        if row in routed:
            assert each.authority == row["expected_la_gss"], row["id"]
