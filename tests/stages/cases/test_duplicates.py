"""The machine joins two notifications only where nothing can be meant but one death."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.model.content.confidential import ConfidentialText
from gateway.model.form.notification import Answer, AnswerState, Notification
from gateway.stages.cases.duplicates import content_index, duplicate_key, may_join, nhs_number, normal

KEY = b"k" * 32
CHILD = {
    "nhs_number": "999 000 0018",
    "family_name": "O'Hanlon",
    "given_names": "Maisie Jane",
    "sex": "female",
    "date_of_birth": "2024-05-03",
    "date_of_death": "2026-11-20",
}


def notice(**changes: str) -> Notification:
    said = {**CHILD, **changes}
    return Notification(
        {name: Answer(ConfidentialText(text), AnswerState.KNOWN) for name, text in said.items() if text}
    )


def key(**changes: str) -> str | None:
    return duplicate_key(notice(**changes), KEY)


def joined(**changes: str) -> bool:
    one, other = key(), key(**changes)
    return one is not None and other is not None and may_join(one, other)


def test_the_same_death_in_other_typing_is_joined() -> None:
    assert joined(family_name="O\u2019HANLON", nhs_number="9990000018", given_names="maisie  jane")


@pytest.mark.parametrize("number", ["0000000000", "1111111111", "1234567890", "9990000019", "99900000", "", "unknown"])
def test_a_number_that_is_nobodys_joins_nothing(number: str) -> None:
    assert key(nhs_number=number) is None
    assert nhs_number(number) is None


@pytest.mark.parametrize("name", ["nhs_number", "family_name", "given_names", "date_of_birth", "date_of_death"])
def test_what_all_must_share_is_never_missing_or_different(name: str) -> None:
    assert key(**{name: ""}) is None
    assert not joined(**{name: {"nhs_number": "999 000 0026"}.get(name, "2026-01-01")})


@pytest.mark.parametrize(("name", "other"), [("sex", "male")])
def test_what_may_be_missing_must_not_contradict(name: str, other: str) -> None:
    assert joined(**{name: ""})
    assert not joined(**{name: other})


@pytest.mark.parametrize(
    "given", ["Baby", "Baby of Anna", "Unnamed", "Male infant", "Not yet named", "Twin 1", "Boy", "twin II", "Baby A"]
)
def test_what_is_no_name_joins_nothing(given: str) -> None:
    assert key(given_names=given) is None


def test_twins_with_their_mothers_number_are_two() -> None:
    assert not joined(given_names="Ida")


def test_two_names_that_look_alike_have_one_normal_form() -> None:
    assert normal("O\u2019Hanlon-Sm\u00edth") == normal("o'hanlonsmith")


def test_the_key_fits_its_column() -> None:
    assert len(key() or "") <= 64


def test_texts_do_not_run_into_one_another() -> None:
    one, other = key(family_name="Test", given_names="childzoe"), key(family_name="Testchild", given_names="zoe")
    assert one is not None
    assert other is not None
    assert not may_join(one, other)


def test_an_index_says_nothing_without_the_key() -> None:
    assert duplicate_key(notice(), KEY) != duplicate_key(notice(), b"other" * 7)
    assert content_index(notice(), KEY) != content_index(notice(), b"other" * 7)


def test_content_is_the_same_only_where_every_answer_is() -> None:
    one = notice()
    assert content_index(one, KEY) == content_index(notice(), KEY)
    assert content_index(one, KEY) != content_index(notice(place_of_death="Ward 7"), KEY)
    person = {"person_name": Answer(ConfidentialText("Ann"), AnswerState.KNOWN)}
    assert content_index(one, KEY) != content_index(replace(one, groups={"people": (person,)}), KEY)
    unknown = replace(one, fields={**one.fields, "x": Answer(ConfidentialText(""), AnswerState.NOT_KNOWN)})
    follows = replace(one, fields={**one.fields, "x": Answer(ConfidentialText(""), AnswerState.TO_FOLLOW)})
    assert content_index(unknown, KEY) != content_index(follows, KEY)
