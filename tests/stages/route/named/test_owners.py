from __future__ import annotations

import pytest

from gateway.model.residence.named import Owner, Tense
from gateway.stages.route.named.owners import (
    is_bare,
    is_doubted,
    is_identity,
    is_placing,
    of_clause,
    of_label,
    tense_of,
)


@pytest.mark.parametrize(
    ("label", "found"),
    [
        ("Home address", (Owner.CHILD, Tense.NOW)),
        ("Subject's home", (Owner.CHILD, Tense.NOW)),
        ("Address on arrival card", (Owner.CHILD, Tense.NOW)),
        ("GP's address", (Owner.GP, Tense.NOW)),
        ("Postcode of place of death", (Owner.HOSPITAL, Tense.NOW)),
        ("Previous address", (Owner.CHILD, Tense.FORMER)),
        ("Temporary address", (Owner.CHILD, Tense.TEMPORARY)),
        ("Next of kin address", (Owner.MOTHER, Tense.NOW)),
        ("Colour", None),
    ],
)
def test_a_label_says_whose_and_when(label: str, found: tuple[Owner, Tense] | None) -> None:
    assert of_label(label) == found


def test_labels_of_their_own_kind() -> None:
    assert is_bare("Postcode")
    assert not is_bare("Home postcode")
    assert is_identity("Child's name")
    assert is_placing("Looked after by")


def test_the_nearest_word_before_a_place_says_whose_it_is_and_a_word_behind_it_wins() -> None:
    text = "The family live at HP20 1UY"
    assert of_clause(text, text.index("HP20"), len(text)) == (Owner.CHILD, True)
    text = "lives with mother, HP20 1UY is the school"
    assert of_clause(text, text.index("HP20"), text.index(" is the"))[0] is Owner.SCHOOL


def test_tense_and_doubt_are_read_from_the_words_around() -> None:
    assert tense_of("used to live at HP20 1UY") is Tense.FORMER
    assert tense_of("12 Example Road") is Tense.NOW
    assert is_doubted("possibly HP20 1UY")
    assert not is_doubted("12 Example Road")
