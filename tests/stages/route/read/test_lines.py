from __future__ import annotations

import pytest

from gateway.model.kinds import RouteOutcome
from gateway.model.residence.routing import RouteDecision, RoutingTables
from gateway.stages.route import route
from gateway.stages.route.read.lines import read_line
from tests.stages.route.conftest import NOW


def explain(tables: RoutingTables, line: str) -> RouteDecision:
    return route(read_line(line, tables.authorities), tables, NOW)


@pytest.mark.parametrize(
    ("line", "panel"),
    [
        ("HP27 9QF", "buckinghamshire"),
        ("Flat 2, 14 Church Street, Princes Risborough, Buckinghamshire, HP27 9QF", "buckinghamshire"),
        ("John Hampden Grammar School, Marlow Hill, High Wycombe, Buckinghamshire, HP11 1SZ", "buckinghamshire"),
        ("Guardian Angels Catholic Primary School, Bury, BL8 3EW", "bury-oldham-rochdale"),
        ("Home: 2 Market Hill, Buckingham MK18 1JX. Died at John Radcliffe Hospital, OX3 9DU", "buckinghamshire"),
        ("Died in Spain, home address HP27 9QF", "buckinghamshire"),
        ("Lives in Wycombe district", "buckinghamshire"),
        ("RBWM", "pan-berkshire"),
        ('{"home_postcode": "OX3 7AA", "place_of_death": "Hospital, Aylesbury HP21 8AL"}', "oxfordshire"),
        ('{"mother_postcode": "HP27 9QF", "never_discharged": true, "home_postcode": "OX3 9DU"}', "buckinghamshire"),
        ('{"home_address": {"line1": "1 The Street", "postcode": "HP27 9QF"}}', "buckinghamshire"),
        ('{"homePostcode": "HP27 9QF", "placeOfDeath": "OX3 9DU"}', "buckinghamshire"),
        ('{"home": {"postcode": "HP27 9QF"}, "care.status": "lives with parents"}', "buckinghamshire"),
        ('{"Home post code": "HP27 9QF", "country": "GB-ENG"}', "buckinghamshire"),
        ('{"home_postcode": "HP27 9QF", "country": "E92000001"}', "buckinghamshire"),
        ('{"postcode": "HP27 9QF", "local_authority_code": "E06000060"}', "buckinghamshire"),
        ('{"local_authority_gss": "E07000178", "postcode": ""}', "oxfordshire"),
        ('{"home_postcode": "HP27 9QF", "gp_postcode": "OX3 7AA", "notifier_address": "OX3 7AA"}', "buckinghamshire"),
        ('{"home_postcode": "HP27 9QF", "hospital_postcode": "OX3 9DU"}', "buckinghamshire"),
        (
            '{"home_postcode": "HP27 9QF", "school_postcode": "OX3 7AA", "country_of_birth": "Poland"}',
            "buckinghamshire",
        ),
        ('{"address_1": "1 The Street", "address_2": "Monks Risborough", "postcode": "HP27 9QF"}', "buckinghamshire"),
        ('{"child": {"home_postcode": "HP27 9QF"}, "notifier_name": "A. Example"}', "buckinghamshire"),
        ('{"home_postcode": "HP27 9QF", "looked_after": "n/a", "other_address": "none known"}', "buckinghamshire"),
        ('{"home_postcode": "HP27 9QF", "looked_after": "previously"}', "buckinghamshire"),
        ('{"note": "' + "x" * 30_000 + '", "home_postcode": "HP27 9QF", "hospital": "OX3 9DU"}', "buckinghamshire"),
    ],
)
def test_a_line_that_tells_one_residence_is_routed(confirmed: RoutingTables, line: str, panel: str) -> None:
    decision = explain(confirmed, line)
    assert (decision.outcome, decision.panel) == (RouteOutcome.ROUTE, panel)


@pytest.mark.parametrize(
    "line",
    [
        "Boarding school in term, MK18 5EH; parents live in Hong Kong",
        "Child lives with mother in HP27 9QF and father in OX3 7AA",
        "Placed by Hillingdon with foster carers at HP27 9QF",
        "Family on holiday in Cornwall, home HP27 9QF and TR1 1AA",
        "Moved from HP27 9QF to OX3 7AA last month",
        "Temporary accommodation at HP20 2LA",
        "not HP27 9QF",
        "HP27 9QF?",
        "12 The Street, HP27 9QF (?)",
        '{"postcode": "HP27 9QF", "postcode": "MK9 3EJ"}',
        '{"postcode": "CF10 4UW", "country": "England"}',
        "Halton",
        "Ashford",
        '{"postcode": "HP27 9QF", "local_authority": "Milton Keynes"}',
        '{"home_postcode": "HP27 9QF", "home_postcode_2": "MK9 3EJ"}',
        '{"home_postcode": "HP27 9QF", "something_new": "and telling"}',
        '{"home_postcode": "HP27 9QF", "temporary": true}',
        '{"home_postcode": "HP20 1EH", "residence_type": "prison"}',
        '{"no_fixed_abode": true, "home_postcode": "HP27 9QF"}',
        '{"home_postcode": "HP27 9QF", "Home Postcode": "OX3 7AA"}',
        '{"homePostcode": "HP27 9QF", "home_postcode": "OX3 7AA"}',
        '{"homePostcode": "HP27 9QF", "lookedAfter": "yes"}',
        '{"gp_address": "HP27 9QF", "notifierPostcode": "HP27 9QF"}',
        '{"hospitalPostcode": "HP27 9QF"}',
        '{"home_postcode": "HP27 9QF", "child": {"home_postcode": "OX3 7AA"}}',
        '{"home_postcode": "HP27 9QF", "looked_after": "no", "lac": "yes"}',
        '{"home_postcode": "HP27 9QF", "residence_basis": "childs_home", "accommodation": "refuge"}',
        '{"home_postcode": "HP27 9QF", "residence_basis": "childs_home", "basis": "boarding school"}',
        '{"place_of_death": "HP27 9QF"',
        "{'place_of_death': 'HP27 9QF', 'home_postcode': ''}",
        '[{"place_of_death": "HP27 9QF"}]',
        '{"place_of_death": "HP27 9QF", "note": "' + "x" * 30_000 + '", "home_postcode": ""}',
        '{"place_of_death": "HP27 9QF", "note": "' + "x" * 1_000_000 + '"}',
        "GP surgery HP27 9QF",
        "Previous address HP27 9QF",
        "Notifier: Dr Example, HP27 9QF",
        "Coroner's office HP27 9QF",
        "Ambulance station HP27 9QF",
        "Consultant paediatrician, HP27 9QF",
        '{"a":',
        "[1, 2]",
        "{}",
        "",
    ],
)
def test_a_line_that_leaves_the_residence_open_is_held(confirmed: RoutingTables, line: str) -> None:
    assert explain(confirmed, line).outcome is RouteOutcome.HOLD


@pytest.mark.parametrize(
    "line",
    [
        "The Old Surgery, 1 High Street, Princes Risborough HP27 9QF",
        "Coroner's Cottage, Princes Risborough HP27 9QF",
        "2 Police Station Cottages, Princes Risborough HP27 9QF",
        "1 School Lane, Princes Risborough HP27 9QF",
        "[HP27 9QF]",
    ],
)
def test_a_house_that_is_called_after_an_office_is_a_home(confirmed: RoutingTables, line: str) -> None:
    assert explain(confirmed, line).panel == "buckinghamshire"


@pytest.mark.parametrize("line", ["Wales", "Hong Kong", "BFPO 57", "Douglas, Isle of Man", "W92000004", "Cardiff"])
def test_a_line_that_tells_a_place_outside_england_is_outside(confirmed: RoutingTables, line: str) -> None:
    assert explain(confirmed, line).outcome is RouteOutcome.OUTSIDE


@pytest.mark.parametrize(
    "piece", ["the ", "a,", "1.1.1.", "HP27 ", "home ", ";x", "Slough, ", '{"a":', "9ab ?", "\u200b", "("]
)
def test_an_endless_line_is_held(confirmed: RoutingTables, piece: str) -> None:
    assert explain(confirmed, piece * 20_000).outcome is RouteOutcome.HOLD
