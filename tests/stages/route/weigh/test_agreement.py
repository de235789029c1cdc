from __future__ import annotations

from gateway.adapters.config.areas import load_routing
from gateway.stages.route.postcodes.normalise import Postcode
from gateway.stages.route.weigh.agreement import agreeing, beside, disagrees, slip_elsewhere, town_agrees
from gateway.stages.route.weigh.places import of_unit
from tests.stages.route.conftest import residence

TABLES = load_routing(assume_confirmed=True)
AYLESBURY = of_unit(Postcode("HP20", "1UY"), TABLES)


def test_a_town_goes_with_its_postcode_and_a_far_one_disagrees() -> None:
    near = beside(residence(address="12 Example Road, Aylesbury HP20 1UY"), TABLES)
    assert [each.name for each in agreeing(AYLESBURY, near, TABLES)] == ["town aylesbury"]
    far = beside(residence(address="12 Example Road, Leeds HP20 1UY"), TABLES)
    assert agreeing(AYLESBURY, far, TABLES) == ()
    assert disagrees(AYLESBURY, far)


def test_a_missing_comma_hides_no_town_and_a_street_is_none() -> None:
    assert beside(residence(address="12 Example Road Aylesbury HP20 1UY"), TABLES)
    assert beside(residence(address="1 The Street, HP20 1UY"), TABLES) == ()


def test_a_town_of_several_panels_is_no_agreement_where_a_slip_leads_to_another() -> None:
    london = of_unit(Postcode("N1", "2AA"), TABLES)
    names = beside(residence(address="12 Example Road, London N1 2AA"), TABLES)
    assert slip_elsewhere(london, names, TABLES)
    named = beside(residence(address="12 Example Road, London N1 2AA", authority="London Borough of Islington"), TABLES)
    assert not slip_elsewhere(london, agreeing(london, named, TABLES), TABLES)


def test_a_postal_county_beside_a_town_of_two_panels_does_not_decide() -> None:
    names = beside(residence(address="1 Queensway, Bletchley, Buckinghamshire"), TABLES)
    assert not town_agrees(AYLESBURY, names, TABLES)
    names = beside(residence(address="3 Water Meadow, Chesham, Buckinghamshire"), TABLES)
    assert town_agrees(AYLESBURY, names, TABLES)
