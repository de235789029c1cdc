"""The sets of this folder, strictly scored: the figures that docs/screening.md promises.

All of them are development or validation by now: rules were read off them, or a threshold was chosen on them.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gateway.model.content.screening import AllowList
from gateway.stages.screen import ScreenTables
from tests.screening.score import HERE, Scored, rows, score

SOFT = {"HEALTH_DETAIL", "ORG_SCHOOL_GP"}
TRAINED = ("second.jsonl", "third.jsonl", "fourth", "fifth", "sixth", "seventh", "eighth")


Scores = Callable[[str], list[Scored]]


@pytest.mark.parametrize(
    "name",
    [
        "development.jsonl",
        "heldout.jsonl",
        "second.jsonl",
        "third.jsonl",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
    ],
)
def test_no_identifier_is_left(name: str, scored: Scores) -> None:
    left = {one.id: one.left for one in scored(name) if set(one.left) - SOFT}
    assert left == {}


@pytest.mark.parametrize("name", ["development.jsonl", "heldout.jsonl", "fifth", "sixth", "seventh", "eighth", "ninth"])
def test_under_one_in_a_hundred_confidential_messages_leaves_a_circumstance(name: str, scored: Scores) -> None:
    confidential = [one for one in scored(name) if one.confidential]
    left = [one.id for one in confidential if one.left or one.whole]
    assert len(left) < 0.01 * len(confidential), left


@pytest.mark.parametrize("name", ["development.jsonl", "heldout.jsonl"])
def test_nineteen_innocent_messages_in_twenty_arrive_whole(name: str, scored: Scores) -> None:
    innocent = [one for one in scored(name) if not one.confidential]
    cards = [one.id for one in innocent if not one.whole]
    assert len(cards) <= 0.05 * len(innocent), cards


@pytest.mark.parametrize(
    ("name", "released", "held"),
    [
        ("second.jsonl", 0, 2),
        ("third.jsonl", 0, 4),
        ("fourth", 0, 50),
        ("fifth", 0, 10),
        ("sixth", 0, 20),
        ("seventh", 0, 18),
        ("eighth", 0, 21),
        ("ninth", 0, 44),
    ],
)
def test_the_sets_of_other_authors_are_no_worse_than_the_documented_figures(
    name: str, released: int, held: int, scored: Scores
) -> None:
    """docs/screening.md says what these figures mean: a change may only make them better."""
    found = scored(name)
    assert sum(one.confidential and one.whole for one in found) <= released
    assert sum(not one.confidential and not one.whole for one in found) <= held


def test_what_is_kept_apart_is_kept_apart() -> None:
    """The figures of the held-out sets mean something only while training never sees their messages."""
    trained = {row["body"].strip() for row in rows(HERE / "training")}
    trained |= {row["body"].strip() for name in TRAINED for row in rows(HERE / name)}
    for path in (HERE / "training/lines").glob("*.txt"):
        trained |= {line.rpartition(" | ")[2].strip() for line in path.read_text(encoding="utf-8").splitlines()}
    apart = {row["body"].strip() for name in ("heldout.jsonl", "ninth") for row in rows(HERE / name)}
    assert len(apart) > 590
    assert not apart & trained


def test_the_family_that_a_contact_detail_belongs_to_makes_a_card(known: AllowList, tables: ScreenTables) -> None:
    row = {"id": "x", "subject": "Agenda", "from_name": "Pat", "spans": [], "confidential": True}
    body = "Please could you send the agenda? The number for the family is 07700 900321."
    assert "contact_of_family" in score(row | {"body": body}, known, tables).codes


@pytest.mark.parametrize("text", ["hes still asleep in there", "shes gone and nobody rang"])
def test_he_or_she_typed_without_an_apostrophe_is_a_person(text: str, known: AllowList, tables: ScreenTables) -> None:
    row = {"id": "x", "subject": "Agenda", "from_name": "Pat", "body": text, "spans": [], "confidential": True}
    assert "person" in score(row, known, tables).codes


def test_a_case_reference_after_the_name_of_a_form_is_a_reference(known: AllowList, tables: ScreenTables) -> None:
    row = {"id": "x", "subject": "Form", "from_name": "Pat", "spans": [], "confidential": True}
    body = "Please send the agenda. The form is missing for KX-25-0199."
    assert "reference" in score(row | {"body": body}, known, tables).codes


def test_the_held_out_set_has_the_promised_make_up() -> None:
    grades = [row["grade"] for row in rows(HERE / "heldout.jsonl")]
    assert len(grades) >= 300
    assert grades.count("innocent") >= len(grades) / 3
    assert grades.count("subtle") >= (len(grades) - grades.count("innocent")) / 5


def test_a_subtle_sentence_among_routine_ones_is_held_nine_times_in_ten(known: AllowList, tables: ScreenTables) -> None:
    """Every sentence, and every two neighbours, must read like a routine query: not only the whole."""
    found = rows(HERE / "heldout.jsonl")
    innocent = [row for row in found if row["grade"] == "innocent" and score(row, known, tables).whole]
    subtle = [row for row in found if row["grade"] == "subtle"]
    mixed = []
    for number, row in enumerate(subtle):
        for step in (0, 31, 62):
            host = innocent[(number + step) % len(innocent)]
            body = host["body"].split("\n\n")
            body.insert(max(0, len(body) - 1), row["body"])
            mixed.append(score(host | {"body": "\n\n".join(body)}, known, tables).whole)
    assert sum(mixed) <= 0.1 * len(mixed)
