"""What the register says of days and of confirmed authorities."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from gateway.adapters.config.areas import load_routing
from gateway.model.ids import GssCode, PanelId
from gateway.model.kinds import RouteOutcome
from gateway.model.residence.panels import PanelStatus
from gateway.model.residence.routing import RoutingTables
from gateway.stages.route import route
from gateway.stages.route.postcodes.soundness import check_tables, unready
from tests.stages.route.conftest import codes, decide, residence

TABLES = load_routing(assume_confirmed=True, max_age_days=10_000)


def test_from_its_last_day_an_authority_without_successors_is_held() -> None:
    guildford = residence(postcode="GU1 1AA")
    before = route(guildford, TABLES, datetime(2027, 3, 31, 12, tzinfo=UTC))
    after = route(guildford, TABLES, datetime(2027, 4, 1, 12, tzinfo=UTC))
    assert (before.outcome, before.panel) == (RouteOutcome.ROUTE, "surrey")
    assert (after.outcome, codes(after)) == (RouteOutcome.HOLD, ["authority_ended"])


def test_90_days_before_the_check_warns_and_on_the_day_it_fails() -> None:
    assert unready(TABLES, date(2026, 12, 1)) == ()
    (surrey,) = unready(TABLES, date(2027, 1, 2))
    assert surrey.on == date(2027, 4, 1)
    on_the_day = [each for each in check_tables(TABLES, date(2027, 4, 1)) if each.code == "vesting_without_panel"]
    assert [each.level.value for each in on_the_day] == ["error"]


def test_successors_that_are_entered_early_count_from_their_day() -> None:
    surrey = TABLES.authorities.authorities[GssCode("E10000030")]
    ends = replace(surrey, until=date(2027, 4, 1), replaced_by=(GssCode("E06000060"),))
    register = replace(TABLES.authorities, authorities={**TABLES.authorities.authorities, surrey.gss: ends})
    tables = replace(TABLES, authorities=register)
    guildford = residence(postcode="GU1 1AA")
    assert route(guildford, tables, datetime(2027, 3, 31, 12, tzinfo=UTC)).panel == "surrey"
    assert route(guildford, tables, datetime(2027, 4, 2, 12, tzinfo=UTC)).panel == "buckinghamshire"


def confirmed(reviews: tuple[str, ...] | None, confidence: str) -> RoutingTables:
    tables = load_routing()
    panels = dict(tables.panels.panels)
    told = tuple(GssCode(code) for code in reviews) if reviews is not None else None
    panels[PanelId("oxfordshire")] = replace(
        panels[PanelId("oxfordshire")], status=PanelStatus.CONFIRMED, reviews=told, confidence=confidence
    )
    return replace(tables, panels=replace(tables.panels, panels=panels))


def test_only_authorities_that_a_panel_said_it_reviews_are_routed_to_it() -> None:
    said, other = ("E10000025",), ("E06000060",)
    assert decide(confirmed(said, "low"), postcode="OX3 7AA").outcome is RouteOutcome.ROUTE
    for reviews, confidence in ((other, "high"), (None, "low")):
        held = decide(confirmed(reviews, confidence), postcode="OX3 7AA")
        assert (held.outcome, codes(held)) == (RouteOutcome.HOLD, ["authority_unconfirmed"])
    assert decide(confirmed(None, "high"), postcode="OX3 7AA").outcome is RouteOutcome.ROUTE
