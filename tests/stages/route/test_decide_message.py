"""A whole message: three things before a case leaves by itself, and what must never change a decision."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.adapters.config.areas import load_routing
from gateway.model.kinds import RouteOutcome
from gateway.model.residence.routing import RouteDecision
from gateway.stages import extract
from gateway.stages.route import route
from gateway.stages.route.named import read_message
from tests.stages.route.conftest import NOW, codes

TABLES = load_routing(assume_confirmed=True)
CHILD = "Name of child: Example Sample\nDate of birth: 03/02/2024\nDate of death: 28/11/2026\n"
HOME = "Home address: 12 Example Road, Aylesbury HP20 1UY\n"


def decided(text: str) -> RouteDecision:
    (notification,) = extract.from_mail([text], [])
    return route(extract.residence(notification, read_message([text])), TABLES, NOW)


def test_a_labelled_home_with_its_town_is_routed_and_says_which_place_was_used() -> None:
    found = decided(CHILD + HOME + "\nKind regards\nDr Test\n1 Surgery Lane, Thame OX9 3JZ\n")
    assert (found.outcome, found.panel) == (RouteOutcome.ROUTE, "buckinghamshire")
    used, other = (each for each in found.candidates if each.kind.value == "postcode")
    assert (used.said.reveal(), used.used) == ("HP20 1UY", True)
    assert (other.said.reveal(), other.used, other.why) == ("OX9 3JZ", False, "It is the notifier's own.")


def test_a_postcode_without_a_second_agreement_is_held_with_its_panel_as_the_proposal() -> None:
    found = decided(CHILD + "Home postcode: HP20 1UY\n")
    assert (found.outcome, found.panel) == (RouteOutcome.HOLD, "buckinghamshire")
    assert "no_second_agreement" in codes(found)


def test_a_town_far_from_the_postcode_holds_it() -> None:
    found = decided(CHILD + "Home address: 12 Example Road, Leeds HP20 1UY\n")
    assert (found.outcome, found.panel) == (RouteOutcome.HOLD, None)
    assert "town_disagrees" in codes(found)


def test_a_county_instead_of_a_postcode_needs_its_town() -> None:
    found = decided(CHILD + "Home address: 3 Water Meadow, Chesham, Buckinghamshire\n")
    assert found.panel in (None, "buckinghamshire")


def test_a_baby_who_never_left_hospital_is_proposed_to_the_mothers_panel() -> None:
    found = decided(CHILD + "Home address: Headley Way OX3 9DU\nNever left the unit. Mother lives at HP20 1UY\n")
    assert (found.outcome, found.panel) == (RouteOutcome.HOLD, "buckinghamshire")


def test_a_child_in_care_is_proposed_to_the_responsible_authoritys_panel() -> None:
    found = decided(CHILD + "Home address: 4 Old Road, Luton LU1 2AA\nLegal status: care order to Buckinghamshire\n")
    assert (found.outcome, found.panel, found.informed) == (RouteOutcome.HOLD, "buckinghamshire", ("bedfordshire",))


def test_a_hidden_address_and_a_termination_never_leave_by_themselves() -> None:
    assert decided(CHILD + HOME + "Mother fled domestic abuse.\n").outcome is RouteOutcome.HOLD
    assert decided(CHILD + HOME + "Termination of pregnancy at 22 weeks.\n").outcome is RouteOutcome.HOLD


MESSAGES = (
    CHILD + HOME,
    CHILD + "Home postcode: HP20 1UY\n",
    CHILD + "Address: 4 Old Road, Luton LU1 2AA\n",
    CHILD + "Home address: 12 Example Road, Aylesbury\n",
    CHILD + "Home address: not known at present\n",
    CHILD + "Place of death: Example Hospital OX3 9DU\n",
    CHILD + "The family live at 4 Old Road, Luton LU1 2AA.\n",
)
ADDRESSES = ("1 Surgery Lane, Thame OX9 3JZ", "4 Old Road, Luton LU1 2AA", "9 Sample Street, Leeds LS1 4AP")
ADDED = st.sampled_from(
    [
        "\nKind regards\nDr Test\n{}\n",
        "\n-- \nDr Test\nAddress: {}\nTel: 01632 960001\n",
        "\nOn 27 Nov 2026 Dr Other wrote:\n> Name of child: Other Child\n> Home address: {}\n",
        "\n-----Original Message-----\nFrom: ED\n\nHome address: {}\n",
        "\nAddress: {}\n",
        "\nOther address: {}\n",
        "\nSchool: Example Primary\nAddress: {}\n",
    ]
)
LETTERHEADS = st.sampled_from(["The Surgery\nAddress: {}\nTel: 01632 960001\n\n", "Example Trust, {}\n\n"])


@given(st.sampled_from(MESSAGES), ADDED | LETTERHEADS, st.sampled_from(ADDRESSES), st.booleans())
@settings(max_examples=150, deadline=None)
def test_more_addresses_never_turn_a_hold_into_a_route_nor_change_the_panel(
    message: str, added: str, address: str, in_front: bool
) -> None:
    before = decided(message)
    more = added.format(address)
    quotes = ">" in more or "-----" in more  # in front of a message, such a line makes all of it the earlier mail
    after = decided(more.lstrip("\n") + "\n" + message if in_front and not quotes else message + more)
    if after.outcome is RouteOutcome.ROUTE:
        assert (before.outcome, before.panel) == (RouteOutcome.ROUTE, after.panel)
