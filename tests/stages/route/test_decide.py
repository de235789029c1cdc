from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.model.ids import PanelId
from gateway.model.kinds import RouteGrade, RouteOutcome
from gateway.model.residence.panels import PanelStatus
from gateway.model.residence.routing import RoutingTables
from gateway.stages.route.postcodes.index import PostcodeIndex
from tests.stages.route.conftest import NOW, codes, decide, others, with_override, with_status, with_table
from tests.stages.route.postcodes.test_index import build

ROUTE, HOLD, OUTSIDE = RouteOutcome.ROUTE, RouteOutcome.HOLD, RouteOutcome.OUTSIDE
STOKE_MANDEVILLE = "Stoke Mandeville Hospital, Aylesbury HP21 8AL"


def test_a_unit_in_one_authority_with_a_confirmed_panel_is_routed_and_shows_its_path(confirmed: RoutingTables) -> None:
    decision = decide(confirmed, postcode="HP27 9QF")
    assert (decision.outcome, decision.grade) == (ROUTE, RouteGrade.EXACT)
    assert (decision.panel, decision.authority) == ("buckinghamshire", "E06000060")
    assert decision.path.reveal() == (
        "HP27 9QF, Buckinghamshire, Buckinghamshire CDOP; ONSPD November 2025, 380 days old"
    )
    assert decision.decided_at == NOW
    assert all(len(decision.checksums[name]) == 64 for name in ("areas", "authorities", "panels"))
    assert decision.evidence == {"postcode": "exact"}


def test_the_decision_shows_no_postcode_when_it_is_printed(confirmed: RoutingTables) -> None:
    assert "HP27" not in repr(decide(confirmed, postcode="HP27 9QF"))


def test_a_district_is_led_to_its_county_and_both_are_in_the_path(confirmed: RoutingTables) -> None:
    decision = decide(confirmed, postcode="HP4 2EY")
    assert (decision.panel, decision.authority) == ("hertfordshire", "E07000096")
    assert decision.path.reveal().startswith("HP4 2EY, Dacorum, Hertfordshire, Hertfordshire CDOP;")


class TestPanels:
    def test_an_unconfirmed_panel_is_only_suggested(self, packaged: RoutingTables) -> None:
        decision = decide(packaged, postcode="HP27 9QF")
        assert (decision.outcome, decision.grade) == (HOLD, RouteGrade.UNCONFIRMED)
        assert (decision.panel, codes(decision)) == ("buckinghamshire", ["panel_unconfirmed"])

    def test_the_own_panel_needs_no_confirmation(self, packaged: RoutingTables) -> None:
        home = replace(packaged, home_panel=PanelId("buckinghamshire"))
        assert decide(home, postcode="HP27 9QF").outcome is ROUTE
        assert decide(home, postcode="OX3 7AA").grade is RouteGrade.UNCONFIRMED

    def test_one_confirmed_panel_is_routed_to_and_no_other(self, packaged: RoutingTables) -> None:
        tables = with_status(packaged, "oxfordshire", PanelStatus.CONFIRMED)
        assert decide(tables, postcode="OX3 7AA").outcome is ROUTE
        assert decide(tables, postcode="HP27 9QF").outcome is HOLD

    def test_a_suspended_panel_is_held_even_when_all_are_assumed_confirmed(self, confirmed: RoutingTables) -> None:
        decision = decide(with_status(confirmed, "oxfordshire", PanelStatus.SUSPENDED), postcode="OX3 7AA")
        assert (decision.outcome, decision.grade) == (HOLD, RouteGrade.UNCONFIRMED)
        assert (decision.panel, codes(decision)) == ("oxfordshire", ["panel_suspended"])

    def test_a_suspended_own_panel_is_held(self, packaged: RoutingTables) -> None:
        tables = with_status(packaged, "buckinghamshire", PanelStatus.SUSPENDED)
        assert decide(replace(tables, home_panel=PanelId("buckinghamshire")), postcode="HP27 9QF").outcome is HOLD

    def test_an_authority_of_two_panels_is_held_with_both(self, confirmed: RoutingTables) -> None:
        decision = decide(confirmed, postcode="HD1 2TA")
        assert (decision.outcome, decision.grade, decision.panel) == (HOLD, RouteGrade.SHARED, None)
        assert others(decision) == {"calderdale-kirklees", "wakefield-kirklees"}


class TestWeakerGrades:
    def test_a_unit_within_100_m_of_another_panel_is_held_with_a_suggestion(self, confirmed: RoutingTables) -> None:
        decision = decide(confirmed, postcode="MK3 5QN")  # Newton Leys: Buckinghamshire beside Milton Keynes
        assert (decision.outcome, decision.grade, decision.panel) == (HOLD, RouteGrade.BORDER, "buckinghamshire")
        assert (codes(decision), others(decision)) == (["border"], {"milton-keynes"})

    def test_a_unit_near_another_authority_of_the_same_panel_is_routed(self, confirmed: RoutingTables) -> None:
        area = confirmed.postcodes.unit("AL4", "0QA")
        assert area is not None
        assert area.near == ("E07000241",)
        assert decide(confirmed, postcode="AL4 0QA").grade is RouteGrade.EXACT

    def test_a_terminated_unit_routes_unless_another_field_disagrees(self, confirmed: RoutingTables) -> None:
        tables = with_table(confirmed, PostcodeIndex(build([("HP27 9QF", "E06000060", -1, -1, True)])))
        tables = replace(tables, max_age_days=10_000)
        alone = decide(tables, postcode="HP27 9QF")
        assert (alone.outcome, alone.grade, alone.panel) == (ROUTE, RouteGrade.TERMINATED, "buckinghamshire")
        assert alone.path.reveal().startswith("HP27 9QF (no longer in use), Buckinghamshire")
        disagrees = decide(tables, postcode="HP27 9QF", authority="Milton Keynes")
        assert (disagrees.outcome, disagrees.grade) == (HOLD, RouteGrade.TERMINATED)
        assert (disagrees.panel, others(disagrees)) == ("buckinghamshire", {"milton-keynes"})

    def test_an_unknown_unit_in_a_sector_of_one_panel_is_suggested(self, confirmed: RoutingTables) -> None:
        decision = decide(confirmed, postcode="HP27 9GE")
        assert (decision.outcome, decision.grade, decision.panel) == (HOLD, RouteGrade.SECTOR, "buckinghamshire")

    def test_an_unknown_unit_in_a_sector_of_two_panels_has_no_suggestion(self, confirmed: RoutingTables) -> None:
        decision = decide(confirmed, postcode="MK46 4ZL")
        assert (decision.outcome, decision.panel) == (HOLD, None)
        assert others(decision) == {"bedfordshire", "milton-keynes"}

    def test_a_part_of_a_postcode_is_a_suggestion_where_it_lies_in_one_panel(self, confirmed: RoutingTables) -> None:
        sector = decide(confirmed, postcode="HP27 9")
        assert (sector.outcome, sector.grade, sector.panel) == (HOLD, RouteGrade.SECTOR, "buckinghamshire")
        district = decide(confirmed, postcode="HP14")
        assert (district.outcome, district.grade) == (HOLD, RouteGrade.DISTRICT)
        assert {"buckinghamshire", "oxfordshire"} <= others(district)
        within = decide(confirmed, address="1 The Street, Aylesbury, HP20")
        assert (within.outcome, within.grade, within.panel) == (HOLD, RouteGrade.DISTRICT, "buckinghamshire")

    def test_a_district_that_lies_in_england_and_scotland_is_held_not_outside(self, confirmed: RoutingTables) -> None:
        assert decide(confirmed, postcode="TD15").outcome is HOLD

    @pytest.mark.parametrize("said", ["HP15 GDW", "SLO ORL", "HP27 9OF", "HP20 1UAA"])
    def test_a_misread_postcode_is_never_routed(self, confirmed: RoutingTables, said: str) -> None:
        decision = decide(confirmed, postcode=said)
        assert (decision.outcome, decision.grade) == (HOLD, RouteGrade.REPAIRED)
        assert decision.panel == "buckinghamshire"

    @pytest.mark.parametrize("said", ["Wendover, near Aylesbury", "Iver Heath, Slough", "3 The Green, Richmond"])
    def test_a_town_alone_never_routes(self, confirmed: RoutingTables, said: str) -> None:
        decision = decide(confirmed, address=said)
        assert (decision.outcome, decision.grade, decision.panel) == (HOLD, RouteGrade.TOWN, None)

    def test_a_table_that_is_too_old_holds_everything(self, confirmed: RoutingTables) -> None:
        decision = decide(replace(confirmed, max_age_days=379), postcode="HP27 9QF")
        assert (decision.outcome, codes(decision)) == (HOLD, ["table_too_old"])
        assert decide(replace(confirmed, max_age_days=380), postcode="HP27 9QF").outcome is ROUTE


class TestAuthority:
    @pytest.mark.parametrize(
        ("said", "panel", "authority"),
        [
            ("Wycombe DC", "buckinghamshire", "E06000060"),
            ("Buckinghamshire County Council", "buckinghamshire", "E06000060"),
            ("Daventry District Council", "northamptonshire", "E06000062"),
            ("Craven", "north-yorkshire-york", "E06000065"),
            ("Taunton Deane", "dorset-somerset", "E06000066"),
            ("E08000016", "barnsley", "E08000038"),
            ("E08000019", "sheffield", "E08000039"),
            ("E07000100", "hertfordshire", "E07000240"),
            ("Cumbria", "cumbria", None),
        ],
    )
    def test_an_authority_past_or_present_leads_to_todays_panel(
        self, confirmed: RoutingTables, said: str, panel: str, authority: str | None
    ) -> None:
        decision = decide(confirmed, authority=said)
        assert (decision.outcome, decision.grade) == (ROUTE, RouteGrade.AUTHORITY)
        assert (decision.panel, decision.authority) == (panel, authority)

    @pytest.mark.parametrize("said", ["Yorkshire", "Greater Manchester", "London", "Bedfordshire", "Berkshire"])
    def test_a_county_that_is_no_authority_never_routes(self, confirmed: RoutingTables, said: str) -> None:
        assert decide(confirmed, authority=said).outcome is HOLD

    def test_postcode_against_authority_is_held_with_both(self, confirmed: RoutingTables) -> None:
        decision = decide(confirmed, postcode="MK9 3EJ", authority="Buckinghamshire")
        assert (decision.outcome, decision.grade, decision.panel) == (HOLD, RouteGrade.CONFLICT, None)
        assert others(decision) == {"milton-keynes", "buckinghamshire"}

    def test_an_old_authority_that_now_is_in_the_same_panel_agrees(self, confirmed: RoutingTables) -> None:
        assert decide(confirmed, postcode="HP27 9QF", authority="Wycombe").outcome is ROUTE
        assert decide(confirmed, postcode="LU1 1AA", authority="Bedfordshire").outcome is ROUTE

    @pytest.mark.parametrize(
        "beside",
        [
            {"postcode": "MK9"},
            {"postcode": "HP15 GDW"},
            {"postcode": "see the notes"},
            {"address": "1 The Street, Milton Keynes, Buckinghamshire"},
        ],
    )
    def test_an_authority_routes_only_where_nothing_disagrees(
        self, confirmed: RoutingTables, beside: dict[str, str]
    ) -> None:
        assert decide(confirmed, authority="Buckinghamshire", **beside).outcome is HOLD

    def test_an_authority_that_nobody_knows_is_not_passed_over(self, confirmed: RoutingTables) -> None:
        decision = decide(confirmed, postcode="HP27 9QF", authority="Milton Keyns")
        assert (decision.outcome, codes(decision)) == (HOLD, ["authority_not_recognised"])
        assert decide(confirmed, postcode="HP27 9QF", authority="not known").outcome is ROUTE


class TestOutside:
    @pytest.mark.parametrize(
        ("postcode", "body"),
        [
            ("CF10 4UW", "Child Death Review Programme"),
            ("G77 5AR", "National Hub"),
            ("BT1 5GS", "Safeguarding Board for Northern Ireland"),
            ("JE2 3AB", "island safeguarding partnership"),
            ("BF1 4AF", "the armed forces"),
            ("GX11 1AA", "none by law"),
            ("ZZ99 3GZ", "Child Death Review Programme"),
        ],
    )
    def test_the_body_is_named_and_no_english_panel(self, confirmed: RoutingTables, postcode: str, body: str) -> None:
        decision = decide(confirmed, postcode=postcode)
        assert (decision.outcome, decision.panel, decision.alternatives) == (OUTSIDE, None, ())
        assert decision.body is not None
        assert decision.body.startswith(body)

    def test_the_isle_of_man_is_a_suggestion_only(self, confirmed: RoutingTables) -> None:
        decision = decide(confirmed, postcode="IM1 1AA")
        assert (decision.outcome, decision.panel) == (OUTSIDE, "merseyside-iom")

    @pytest.mark.parametrize("said", ["221 Main St, Springfield, IL 62704, USA", "Rue X, Paris, France"])
    def test_an_address_abroad_is_outside(self, confirmed: RoutingTables, said: str) -> None:
        assert decide(confirmed, address=said).outcome is OUTSIDE

    def test_country_against_postcode_is_held(self, confirmed: RoutingTables) -> None:
        decision = decide(confirmed, postcode="HP27 9QF", country="Wales")
        assert (decision.outcome, decision.grade, decision.panel) == (HOLD, RouteGrade.CONFLICT, None)
        assert decide(confirmed, postcode="HP27 9QF", basis="resident_abroad").outcome is HOLD

    @pytest.mark.parametrize("street", ["12 Wales Street", "Jersey Farm", "Gibraltar Lane", "5 Scotland Road"])
    def test_a_street_is_never_a_country(self, confirmed: RoutingTables, street: str) -> None:
        assert decide(confirmed, address=f"{street}, Aylesbury, HP20 1UA").outcome is ROUTE

    def test_a_resident_who_dies_abroad_stays_with_the_home_panel(self, confirmed: RoutingTables) -> None:
        decision = decide(
            confirmed, postcode="HP27 9QF", place_of_death="Hospital, Alicante, Spain", place_category="abroad"
        )
        assert (decision.outcome, decision.panel, decision.informed) == (ROUTE, "buckinghamshire", ())


class TestPlaceOfDeath:
    def test_it_never_decides_but_its_panel_is_informed(self, confirmed: RoutingTables) -> None:
        decision = decide(confirmed, postcode="OX3 7AA", place_of_death=STOKE_MANDEVILLE)
        assert (decision.outcome, decision.panel) == (ROUTE, "oxfordshire")
        assert decision.informed == ("buckinghamshire",)

    def test_alone_it_is_held_without_a_suggestion(self, confirmed: RoutingTables) -> None:
        decision = decide(confirmed, place_of_death=STOKE_MANDEVILLE)
        assert (decision.outcome, decision.panel, decision.alternatives) == (HOLD, None, ())
        assert (codes(decision), decision.informed) == (["only_place_of_death"], ("buckinghamshire",))

    def test_the_panel_of_residence_is_not_informed_twice(self, confirmed: RoutingTables) -> None:
        assert decide(confirmed, postcode="HP27 9QF", place_of_death=STOKE_MANDEVILLE).informed == ()

    def test_a_child_of_wales_who_dies_in_england_informs_the_panel_there(self, confirmed: RoutingTables) -> None:
        decision = decide(confirmed, postcode="CF10 4UW", place_of_death=STOKE_MANDEVILLE)
        assert (decision.outcome, decision.panel, decision.informed) == (OUTSIDE, None, ("buckinghamshire",))


class TestBasis:
    def test_two_postcodes_of_two_panels_are_held(self, confirmed: RoutingTables) -> None:
        decision = decide(confirmed, postcode="HP27 9QF", alternative_address="1 The Street, MK9 3EJ")
        assert (decision.outcome, codes(decision)) == (HOLD, ["two_residences"])
        assert others(decision) == {"buckinghamshire", "milton-keynes"}

    def test_two_postcodes_of_one_panel_are_routed(self, confirmed: RoutingTables) -> None:
        decision = decide(confirmed, postcode="HP27 9QF", address="2 Market Hill, Buckingham, MK18 1JX")
        assert (decision.outcome, decision.panel) == (ROUTE, "buckinghamshire")

    def test_a_second_address_alone_never_decides(self, confirmed: RoutingTables) -> None:
        assert decide(confirmed, alternative_address="1 The Street, HP27 9QF").outcome is HOLD
        assert decide(confirmed, postcode="HP27 9QF", alternative_address="with her father").outcome is HOLD

    def test_a_child_placed_out_of_area_is_held_with_both(self, confirmed: RoutingTables) -> None:
        decision = decide(
            confirmed, postcode="HP27 9QF", looked_after=True, responsible_authority="London Borough of Hillingdon"
        )
        assert (decision.outcome, codes(decision)) == (HOLD, ["looked_after_elsewhere"])
        assert (decision.panel, others(decision)) == ("nwl", {"buckinghamshire"})
        assert decision.informed == ("buckinghamshire",)

    def test_a_child_placed_within_its_own_area_is_routed(self, confirmed: RoutingTables) -> None:
        decision = decide(
            confirmed, postcode="HP27 9QF", looked_after=True, responsible_authority="Buckinghamshire Council"
        )
        assert decision.outcome is ROUTE
        assert decide(confirmed, postcode="HP27 9QF", looked_after=True).outcome is HOLD

    def test_a_baby_never_discharged_needs_the_mothers_residence(self, confirmed: RoutingTables) -> None:
        assert codes(decide(confirmed, postcode="OX3 9DU", never_discharged=True)) == ["never_discharged"]
        decision = decide(confirmed, postcode="HP27 9QF", never_discharged=True, basis="mothers_home")
        assert (decision.outcome, decision.panel) == (ROUTE, "buckinghamshire")

    @pytest.mark.parametrize(
        ("address", "code"),
        [
            ("Stoke Mandeville Hospital, Mandeville Road, Aylesbury, HP21 8AL", "home_is_hospital"),
            ("HMP Aylesbury, Bierton Road, Aylesbury, HP20 1EH", "home_is_prison"),
            ("c/o Women's Refuge, HP13 6BJ", "home_is_refuge"),
            ("Premier Inn, Buckingham Street, Aylesbury, HP20 2LA", "home_is_hotel"),
            ("Stowe School, Buckingham, MK18 5EH", "home_is_school"),
        ],
    )
    def test_an_institution_as_home_is_held(self, confirmed: RoutingTables, address: str, code: str) -> None:
        decision = decide(confirmed, address=address)
        assert (decision.outcome, decision.panel, codes(decision)) == (HOLD, None, [code])

    @pytest.mark.parametrize(
        "address", ["12 Hospital Road, HP21 8AL", "1 School Lane, HP21 8AL", "Hotel Street, HP21 8AL"]
    )
    def test_a_street_is_no_institution(self, confirmed: RoutingTables, address: str) -> None:
        assert decide(confirmed, address=address).outcome is ROUTE

    @pytest.mark.parametrize("basis", ["boarding_school", "no_fixed_address", "temporary_in_england"])
    def test_a_basis_that_leaves_the_residence_open_is_held(self, confirmed: RoutingTables, basis: str) -> None:
        assert decide(confirmed, postcode="HP27 9QF", basis=basis).outcome is HOLD

    @pytest.mark.parametrize("postcode", ["ZZ99 3VZ", "ZZ99 3WZ", "ZZ99 3CZ", "NFA", "no fixed abode", "BX1 1LT"])
    def test_codes_that_name_no_place_are_held(self, confirmed: RoutingTables, postcode: str) -> None:
        decision = decide(confirmed, postcode=postcode)
        assert (decision.outcome, decision.panel) == (HOLD, None)

    def test_nothing_said_is_held_without_a_suggestion(self, confirmed: RoutingTables) -> None:
        decision = decide(confirmed)
        assert (decision.outcome, decision.grade, decision.panel) == (HOLD, RouteGrade.NONE, None)
        assert codes(decision) == ["no_residence"]


class TestPostalNames:
    def test_post_town_and_postal_county_never_override_a_postcode(self, confirmed: RoutingTables) -> None:
        henley = decide(confirmed, address="1 The Street, Henley on Thames, Oxfordshire, RG9 6RP")
        assert (henley.outcome, henley.panel) == (ROUTE, "buckinghamshire")
        keynes = decide(confirmed, address="1 The Street, Milton Keynes, Buckinghamshire, MK15 9HN")
        assert (keynes.outcome, keynes.panel) == (ROUTE, "milton-keynes")

    def test_milton_keynes_in_postal_buckinghamshire_is_not_routed_without_a_postcode(
        self, confirmed: RoutingTables
    ) -> None:
        assert decide(confirmed, address="Milton Keynes, Buckinghamshire").outcome is HOLD

    def test_a_floor_is_not_a_postcode(self, confirmed: RoutingTables) -> None:
        assert decide(confirmed, address="Flat W1 2nd Floor, High Wycombe").outcome is HOLD


class TestOverrides:
    def test_a_rule_of_the_deployment_decides_a_shared_authority_by_sector(self, confirmed: RoutingTables) -> None:
        tables = with_override(confirmed, "WF13 1", "wakefield-kirklees")
        decision = decide(tables, postcode="WF13 1AA")
        assert (decision.outcome, decision.panel) == (ROUTE, "wakefield-kirklees")
        path = decision.path.reveal()
        assert "2026-03-01" in path
        assert "A. Manager: agreed with the other panel" in path
        assert decide(tables, postcode="HD1 2TA").outcome is HOLD

    @pytest.mark.parametrize("place", ["HP27 9QF", "HP27 9", "HP27", "E06000060"])
    def test_every_width_of_rule_is_followed(self, confirmed: RoutingTables, place: str) -> None:
        decision = decide(with_override(confirmed, place, "oxfordshire"), postcode="HP27 9QF")
        assert (decision.panel, codes(decision)) == ("oxfordshire", ["override"])

    def test_a_rule_does_not_confirm_its_panel(self, packaged: RoutingTables) -> None:
        decision = decide(with_override(packaged, "HP27 9QF", "oxfordshire"), postcode="HP27 9QF")
        assert (decision.outcome, decision.grade) == (HOLD, RouteGrade.UNCONFIRMED)


@pytest.mark.parametrize("said", ["not OX4 1AB, that is the ward", "HP20 1UY until June", "Ward 5 OX3 9DU (hospital)"])
def test_a_remark_in_the_postcode_field_asks_a_person(confirmed: RoutingTables, said: str) -> None:
    decision = decide(confirmed, postcode=said)
    assert decision.outcome is RouteOutcome.HOLD
    assert "postcode_with_remark" in codes(decision)


@pytest.mark.parametrize(("said", "panel"), [("MK18 1J", "buckinghamshire"), ("HP20 1U", "buckinghamshire")])
def test_a_lost_last_letter_reads_the_sector(confirmed: RoutingTables, said: str, panel: str) -> None:
    decision = decide(confirmed, postcode=said)
    assert (decision.outcome, decision.panel) == (RouteOutcome.HOLD, panel)


def test_a_swap_that_leads_to_another_sector_is_no_suggestion_unless_the_town_agrees(confirmed: RoutingTables) -> None:
    swapped = decide(confirmed, postcode="HP02 1UY")
    assert swapped.outcome is RouteOutcome.HOLD
    assert swapped.panel is None or not others(swapped)
