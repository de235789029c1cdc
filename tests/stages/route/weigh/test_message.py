from __future__ import annotations

from dataclasses import replace

from gateway.adapters.config.areas import load_routing
from gateway.stages.route.named import read_message
from gateway.stages.route.weigh.message import authority_in, with_home, with_responsible, without_former
from tests.stages.route.conftest import residence

TABLES = load_routing(assume_confirmed=True)
CHILD = "Name of child: Example Sample\nDate of death: 28/11/2026\n"


def test_a_home_in_plain_words_is_taken_where_no_field_gives_one() -> None:
    named = read_message([CHILD + "The family live at 12 Example Road, Aylesbury HP20 1UY.\n"])
    assert with_home(replace(residence(), named=named)).address.reveal().startswith("12 Example Road")
    kept = with_home(replace(residence(address="4 Old Road"), named=named))
    assert kept.address.reveal() == "4 Old Road"


def test_two_homes_in_plain_words_are_both_kept() -> None:
    named = read_message([CHILD + "She lives at 1 A Road HP20 1UY. She lives at 2 B Road LU1 2AA.\n"])
    found = with_home(replace(residence(), named=named))
    assert found.alternative_address.reveal().startswith("2 B Road")


def test_a_former_second_address_explains_itself() -> None:
    named = read_message([CHILD + "Previous address: 4 Old Road, Luton LU1 2AA\n"])
    found = without_former(replace(residence(alternative_address="4 Old Road, Luton LU1 2AA"), named=named))
    assert found.alternative_address.reveal() == ""


def test_who_answers_for_the_child_is_read_from_the_words() -> None:
    assert authority_in("Full care order to Buckinghamshire", TABLES) == "buckinghamshire"
    named = read_message([CHILD + "Looked after by: Buckinghamshire Council\n"])
    found = with_responsible(replace(residence(), named=named), TABLES)
    assert found.responsible_authority.reveal() == "buckinghamshire council"
