"""A death told in any words is told; what is said of it is read, and every answer is a stretch of the text."""

from __future__ import annotations

import pytest

from gateway.model.form.answer import Answer, AnswerState, Extent
from gateway.model.form.notification import Notification
from gateway.stages.extract.told.read import Told, from_message
from tests.stages.extract.told import samples
from tests.stages.extract.told.samples import WEIGHTS


def heard(subject: str) -> tuple[Notification, ...]:
    return from_message(subject, [samples.TOLD[subject]], [], WEIGHTS).notifications


def meant(answer: Answer) -> str:
    return (answer.reading.value if answer.reading is not None else answer.typed).reveal()


@pytest.mark.parametrize("subject", samples.TOLD)
def test_a_death_is_told_in_whatever_words(subject: str) -> None:
    assert from_message(subject, [samples.TOLD[subject]], [], WEIGHTS).told is not Told.NO


@pytest.mark.parametrize("subject", samples.NOT_TOLD)
def test_a_query_a_report_and_thanks_tell_of_none(subject: str) -> None:
    found = from_message(subject, [samples.NOT_TOLD[subject]], [], WEIGHTS)
    assert (found.told, found.notifications) == (Told.NO, ())


@pytest.mark.parametrize(
    ("subject", "given", "family", "born", "died", "home"),
    [
        (
            "ROLE under 18",
            "Idris",
            "Vale-Moran",
            "2018-12-04",
            "2026-11-13",
            "200 Lantern Parade, Peterborough PE1 1HG",
        ),
        (
            "Sudden death report",
            *("Lena", "MARLOWE-QUIST", "2012-10-23", "2026-11-19"),
            "11 Corn Rest, Stoke Poges, Buckinghamshire",
        ),
        (
            "Notification of the death of a pupil",
            *("Bartholomew", "Quill-Grange", "2017-04-19", "2026-11-21"),
            "15 Sheepwash Lane, Leighton Buzzard",
        ),
        (
            "FW: Form A",
            *("Noor Wil", "Achter", "2019-06-30", "2026-11-24"),
            "Flat 2, 44 Lintel Court, Milton Keynes MK9 3EJ",
        ),
        (
            "FW: FW: sad news",
            *("Ciaran", "Fitz-Adjei", "2016-02-06", "2026-11-24"),
            "3 Water Meadow, Chesham, Buckinghamshire",
        ),
    ],
)
def test_what_is_said_of_the_child_is_read(
    subject: str, given: str, family: str, born: str, died: str, home: str
) -> None:
    [found] = heard(subject)
    names = ("given_names", "family_name", "date_of_birth", "date_of_death", "home_address")
    assert tuple(meant(found.fields[name]) for name in names) == (given, family, born, died, home)


def test_a_remark_beside_a_date_makes_the_reading_partial() -> None:
    [found] = heard("Sudden death report")
    answer = found.fields["date_of_birth"]
    assert answer.reading is not None
    assert (answer.reading.extent, answer.reading.left_over.reveal()) == (Extent.PART, "14")
    assert found.certain("date_of_birth") == ""


def test_two_children_are_two_notifications() -> None:
    first, second = heard("November child deaths")
    assert (first.text("family_name"), second.text("family_name")) == ("Otten-Voss", "Karl-Rowe")
    assert (first.certain("nhs_number"), second.certain("nhs_number")) == ("9993286141", "9993375608")


def test_what_only_stands_in_a_quotation_is_possibly_told_before() -> None:
    assert from_message("RE: RE: child death", [samples.REPLY], [], WEIGHTS).told is Told.POSSIBLY


def test_a_death_without_a_name_is_possible_and_says_nothing_that_was_not_said() -> None:
    found = from_message("Child", [samples.VAGUE], [], WEIGHTS)
    assert found.told is Told.POSSIBLY
    assert not any(name in found.notifications[0].fields for name in ("family_name", "date_of_birth", "home_address"))


@pytest.mark.parametrize("subject", samples.TOLD)
def test_every_proposal_is_a_stretch_of_the_text(subject: str) -> None:
    for notification in heard(subject):
        for answer in notification.fields.values():
            if answer.state is not AnswerState.KNOWN:
                continue
            assert answer.place is not None
            text = subject if answer.place.text < 0 else samples.TOLD[subject]
            assert answer.typed.reveal().split("\n")[0] in text[answer.place.start : answer.place.end]


def test_an_address_that_is_nobodys_by_name_routes_nobody() -> None:
    text = "Child Mara Vell dob 3/4/2020 died 5/6/2026. Crew called to 12 Orchard Close, Slough SL1 2EL at 0300 hrs."
    [found] = from_message("Paediatric death", [text], [], WEIGHTS).notifications
    assert found.text("home_address").startswith("12 Orchard Close")
    assert found.certain("home_address") == ""
    assert "home_postcode" not in found.fields
