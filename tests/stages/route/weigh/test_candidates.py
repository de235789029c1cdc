from __future__ import annotations

from gateway.model.residence.named import Owner
from tests.stages.route.test_decide_message import CHILD, HOME, decided


def test_every_place_is_listed_with_where_it_leads_and_why_it_was_not_used() -> None:
    found = decided(CHILD + HOME + "GP: Dr Test, The Surgery, Thame OX9 3JZ\n").candidates
    told = {each.owner: (each.panels, each.used, each.why) for each in found if each.kind.value == "postcode"}
    assert told[Owner.CHILD] == (("buckinghamshire",), True, "It is given as the child's home.")
    assert told[Owner.GP] == (("oxfordshire",), False, "It is the GP's.")


def test_the_mothers_panel_is_proposed_where_no_home_is_given() -> None:
    found = decided(CHILD + "NHS number: 999 000 0026\nMother's address: 4 Old Road, Luton LU1 2AA\n")
    assert found.panel == "bedfordshire"
