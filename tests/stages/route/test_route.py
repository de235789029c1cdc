from __future__ import annotations

from gateway.model.confidential import Confidential
from gateway.model.kinds import RouteGrade, RouteOutcome
from gateway.model.routing import Residence, RouteDecision, RoutingTables
from gateway.stages.route import route
from tests.stages.route.conftest import NOW


def decide(tables: RoutingTables, **said: str | bool) -> RouteDecision:
    plain = ("basis", "place_category")
    fields = {
        name: Confidential(value) if isinstance(value, str) and name not in plain else value
        for name, value in said.items()
    }
    return route(Residence(**fields), tables, NOW)  # type: ignore[arg-type]


def codes(decision: RouteDecision) -> list[str]:
    return [reason.code for reason in decision.reasons]


def test_a_unit_in_one_authority_with_a_confirmed_panel_is_routed_and_shows_its_path(confirmed: RoutingTables) -> None:
    decision = decide(confirmed, postcode="HP27 9QF")
    assert (decision.outcome, decision.grade) == (RouteOutcome.ROUTE, RouteGrade.EXACT)
    assert (decision.panel, decision.authority) == ("buckinghamshire", "E06000060")
    assert decision.path.reveal() == (
        "HP27 9QF, Buckinghamshire, Buckinghamshire CDOP; ONSPD November 2025, 380 days old"
    )
    assert decision.decided_at == NOW
    assert set(decision.checksums) == {"areas", "authorities", "panels"}


def test_an_unconfirmed_panel_is_only_suggested(packaged: RoutingTables) -> None:
    decision = decide(packaged, postcode="HP27 9QF")
    assert (decision.outcome, decision.grade) == (RouteOutcome.HOLD, RouteGrade.UNCONFIRMED)
    assert decision.panel == "buckinghamshire"
    assert codes(decision) == ["panel_unconfirmed"]


def test_nothing_said_is_held_without_a_suggestion(confirmed: RoutingTables) -> None:
    decision = decide(confirmed)
    assert (decision.outcome, decision.grade, decision.panel) == (RouteOutcome.HOLD, RouteGrade.NONE, None)
    assert codes(decision) == ["no_residence"]


def test_an_authority_of_two_panels_is_held_with_both(confirmed: RoutingTables) -> None:
    decision = decide(confirmed, postcode="HD1 2TA")
    assert (decision.outcome, decision.grade, decision.panel) == (RouteOutcome.HOLD, RouteGrade.SHARED, None)
    assert {alternative.panel for alternative in decision.alternatives} == {"calderdale-kirklees", "wakefield-kirklees"}


def test_a_child_of_wales_is_outside_and_no_english_panel_is_named(confirmed: RoutingTables) -> None:
    decision = decide(confirmed, postcode="CF10 4UW")
    assert (decision.outcome, decision.panel) == (RouteOutcome.OUTSIDE, None)
    assert decision.body is not None
    assert decision.body.startswith("Child Death Review Programme")


def test_the_place_of_death_never_decides_but_its_panel_is_informed(confirmed: RoutingTables) -> None:
    hospital = "Stoke Mandeville Hospital, Aylesbury HP21 8AL"
    decision = decide(confirmed, postcode="OX3 7AA", place_of_death=hospital)
    assert (decision.outcome, decision.panel) == (RouteOutcome.ROUTE, "oxfordshire")
    assert decision.informed == ("buckinghamshire",)
    alone = decide(confirmed, place_of_death=hospital)
    assert (alone.outcome, alone.panel) == (RouteOutcome.HOLD, None)
    assert alone.informed == ("buckinghamshire",)
    assert codes(alone) == ["only_place_of_death"]
