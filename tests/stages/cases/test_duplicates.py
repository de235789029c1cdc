"""What makes two notifications one death, by a keyed index: never two children one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.model.content.confidential import ConfidentialText
from gateway.model.form.notification import Answer, AnswerState, Notification
from gateway.stages.cases.duplicates import content_index, duplicate_key

KEY = b"k" * 32
CHILD = {
    "family_name": "Testchild",
    "given_names": "Zoe",
    "date_of_birth": "2026-11-01",
    "date_of_death": "2026-11-22",
}


def notification(**more: str) -> Notification:
    said = {**CHILD, **more}
    return Notification({name: Answer(ConfidentialText(text), AnswerState.KNOWN) for name, text in said.items()})


@pytest.mark.parametrize("numbers", [{}, {"nhs_number": "not known"}, {"nhs_number": "999 000"}])
def test_twins_are_two_children(numbers: dict[str, str]) -> None:
    """They share family name, birth and death: only the given name tells them apart."""
    first, second = notification(given_names="Zoe", **numbers), notification(given_names="Ann", **numbers)
    assert duplicate_key(first, KEY) != duplicate_key(second, KEY)


@pytest.mark.parametrize("missing", sorted(CHILD))
def test_with_one_of_the_four_missing_there_is_no_index(missing: str) -> None:
    assert duplicate_key(notification(**{missing: " "}), KEY) is None


def test_twins_without_given_names_have_no_index_at_all() -> None:
    assert duplicate_key(notification(given_names=""), KEY) is None


def test_twins_with_numbers_of_their_own_are_two_even_under_one_name() -> None:
    first, second = notification(nhs_number="999 000 0018"), notification(nhs_number="999 000 0026")
    assert duplicate_key(first, KEY) != duplicate_key(second, KEY)


def test_one_child_written_in_two_ways_is_one() -> None:
    assert duplicate_key(notification(), KEY) == duplicate_key(notification(family_name=" TESTCHILD "), KEY)
    by_number = duplicate_key(notification(nhs_number="999 000 0018"), KEY)
    assert by_number == duplicate_key(notification(nhs_number="9990000018", given_names="Zoë"), KEY)


def test_texts_do_not_run_into_one_another() -> None:
    first = notification(family_name="Test", given_names="childZoe")
    assert duplicate_key(first, KEY) != duplicate_key(notification(family_name="Testchild", given_names="Zoe"), KEY)


def test_an_index_says_nothing_without_the_key() -> None:
    assert duplicate_key(notification(), KEY) != duplicate_key(notification(), b"other" * 7)
    assert content_index(notification(), KEY) != content_index(notification(), b"other" * 7)


def test_content_is_the_same_only_where_every_answer_is() -> None:
    one = notification()
    assert content_index(one, KEY) == content_index(notification(), KEY)
    assert content_index(one, KEY) != content_index(notification(place_of_death="Ward 7"), KEY)
    person = {"person_name": Answer(ConfidentialText("Ann"), AnswerState.KNOWN)}
    assert content_index(one, KEY) != content_index(replace(one, groups={"people": (person,)}), KEY)
    unknown = replace(one, fields={**one.fields, "x": Answer(ConfidentialText(""), AnswerState.NOT_KNOWN)})
    follows = replace(one, fields={**one.fields, "x": Answer(ConfidentialText(""), AnswerState.TO_FOLLOW)})
    assert content_index(unknown, KEY) != content_index(follows, KEY)
