from __future__ import annotations

from dataclasses import replace
from datetime import date

from gateway.model.ids import GssCode, PanelId
from gateway.model.residence.panels import Contact, PanelStatus
from gateway.model.residence.routing import RoutingTables
from gateway.stages.route.postcodes.soundness import Level, check_tables, english_upper_tier
from tests.stages.route.conftest import NOW, with_override, with_status

TODAY = NOW.date()


def errors(tables: RoutingTables, today: date = TODAY) -> list[str]:
    return [finding.code for finding in check_tables(tables, today) if finding.level is Level.ERROR]


def test_the_packaged_tables_have_no_error_and_153_authorities_in_60_panels(packaged: RoutingTables) -> None:
    assert errors(packaged) == []
    assert len(english_upper_tier(packaged)) == 153
    assert len(packaged.panels.panels) == 60


def test_an_authority_in_no_panel_or_in_two_is_an_error(packaged: RoutingTables) -> None:
    panels = dict(packaged.panels.panels)
    oxfordshire = PanelId("oxfordshire")
    panels[oxfordshire] = replace(panels[oxfordshire], authorities=(GssCode("E06000060"), GssCode("E07000007")))
    tables = replace(packaged, panels=replace(packaged.panels, panels=panels))
    assert sorted(errors(tables)) == ["authority_in_several", "authority_without_panel", "panel_lists_unknown"]


def test_a_confirmed_panel_without_key_or_valid_address_is_an_error(packaged: RoutingTables) -> None:
    tables = with_status(packaged, "oxfordshire", PanelStatus.CONFIRMED)
    assert errors(tables) == ["panel_not_reachable"]
    panels = dict(tables.panels.panels)
    panel = panels[PanelId("oxfordshire")]
    ended = Contact("cdop@oxfordshire.example", valid_to=date(2026, 1, 1))
    panels[panel.id] = replace(panel, contacts=(ended,))
    found = check_tables(replace(tables, panels=replace(tables.panels, panels=panels)), TODAY)
    assert "no pinned key and no valid address" in next(each.text for each in found if each.level is Level.ERROR)


def test_the_own_panel_needs_neither_key_nor_address(packaged: RoutingTables) -> None:
    tables = with_status(packaged, "buckinghamshire", PanelStatus.CONFIRMED)
    assert errors(replace(tables, home_panel=PanelId("buckinghamshire"))) == []


def test_unconfirmed_neighbours_of_the_own_panel_are_named(packaged: RoutingTables) -> None:
    found = check_tables(replace(packaged, home_panel=PanelId("buckinghamshire")), TODAY)
    named = {finding.text.split(" ")[0] for finding in found if finding.code == "neighbour_unconfirmed"}
    assert named >= {"oxfordshire", "hertfordshire", "milton-keynes", "pan-berkshire"}


def test_an_old_table_warns_and_a_too_old_one_is_an_error(packaged: RoutingTables) -> None:
    assert "table_too_old" in errors(packaged, date(2028, 11, 1))
    assert any(
        finding.code == "table_age" and finding.level is Level.WARNING for finding in check_tables(packaged, TODAY)
    )


def test_an_override_of_a_place_that_is_nowhere_is_an_error(packaged: RoutingTables) -> None:
    for place in ("HP27 9QF", "HP27 9", "HP27", "E06000060"):
        assert errors(with_override(packaged, place, "oxfordshire")) == []
    for place in ("HP99 9QF", "QQ1", "HP27 9QF X", "E99999999"):
        assert errors(with_override(packaged, place, "oxfordshire")) == ["override_unknown_place"]
