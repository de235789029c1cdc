"""What fresh eyes got past the screen in November 2026, by kind: names that are words, spacing, events, corrections."""

from __future__ import annotations

import pytest

from gateway.model.content.screening import AllowList
from gateway.model.kinds import ScreenOutcome
from gateway.stages.screen import ScreenTables, screen
from gateway.stages.screen.excuse.allow import allowed_of
from gateway.stages.screen.judge.evidence import collect
from gateway.stages.screen.read.text import view
from tests.screening.score import context, mail_of

ASKED = "Please could you send me the agenda for the next panel meeting?"


def strong(text: str, known: AllowList, tables: ScreenTables) -> bool:
    return any(item.strong and not item.specific for item in collect(view(text), tables, allowed_of(known)).items)


def outcome(body: str, known: AllowList, tables: ScreenTables) -> ScreenOutcome:
    mail = mail_of({"from_name": "Pat Ashdown", "subject": "Agenda", "body": body})
    return screen(mail, context(known), tables).outcome


@pytest.mark.parametrize("name", ["Khan", "Smith", "Grace", "Cooper", "Mark", "Bishop"])
@pytest.mark.parametrize(
    "frame",
    [
        "{c} is on the portal twice.",
        "{c} was moved to the next meeting.",
        "baby {s} form attached",
        "name: {s}",
        "Form for {s}",
        "The {s} form is attached.",
        "{s}'s form is late.",
        "it is for {s}.",
        "PLEASE SEND THE FORM FOR {u}.",
    ],
)
def test_a_name_that_is_a_word_is_found_where_only_a_name_can_stand(
    name: str, frame: str, known: AllowList, tables: ScreenTables
) -> None:
    assert strong(frame.format(c=name, s=name.lower(), u=name.upper()), known, tables)


@pytest.mark.parametrize(
    "text",
    [
        "The bishop will open the fair, the cook is off on Friday and the fisher folk sing.",
        "Please mark the form for review and cross out section B.",
        "The young family workshop has moved. Hope is a strong word for a leaflet.",
        "The parcel was delivered 2 June, and the room is free 3 June.",
        "Do we add drowning prevention to the agenda? Asthma should be a theme.",
    ],
)
def test_the_same_words_in_ordinary_use_are_no_evidence(text: str, known: AllowList, tables: ScreenTables) -> None:
    assert not strong(text, known, tables)


@pytest.mark.parametrize("text", ["Child A died.", "Family B asked again.", "Patient X from the ward."])
def test_a_letter_for_somebody_is_somebody(text: str, known: AllowList, tables: ScreenTables) -> None:
    assert strong(text, known, tables)


@pytest.mark.parametrize(
    "text",
    [
        "We had a SUDIC last night.",
        "There was a cot death in our area on Sunday night.",
        "Seen in clinic 12 Feb, admitted 14 Feb, discharged 16 Feb.",
        "TOD 0314",
        "CAD 4411 refers.",
        "LeDeR 4419.",
        "It is eCDOP case seventeen.",
        "It is 9 then 4 then 3 then 4 then 7 then 6 then 5 then 9 then 1 then 9.",
    ],
)
def test_one_event_and_one_persons_way_are_evidence(text: str, known: AllowList, tables: ScreenTables) -> None:
    assert strong(text, known, tables)


@pytest.mark.parametrize(
    "text",
    [
        "Box 9 should say epilepsy, not asthma.",
        "I ticked choking but it should be asthma.",
        "Please add sepsis and delete asthma.",
    ],
)
def test_a_cause_that_is_corrected_is_somebodys(text: str, known: AllowList, tables: ScreenTables) -> None:
    assert strong(text, known, tables)


@pytest.mark.parametrize("text", ["The form for 21 May 2024 is missing.", "It is case 17.", "The boy is aged three."])
def test_spaces_line_ends_and_marks_on_letters_change_nothing(
    text: str, known: AllowList, tables: ScreenTables
) -> None:
    wrapped = text.replace(" ", "\n", 4) if text[-2].isalpha() else text.replace("for ", "for\n")
    marked = "".join(char + ("\u0332" if char.isalnum() else "") for char in text)
    for said in (text, text.replace(" ", "  "), text.replace(" ", "   "), wrapped, marked):
        assert outcome(f"{ASKED} {said}", known, tables) is ScreenOutcome.CARD, said


def test_a_child_with_a_staff_members_name_is_not_staff(known: AllowList, tables: ScreenTables) -> None:
    assert strong("Is baby Harriet on the agenda?", known, tables)
    assert not strong("Is Harriet on leave?", known, tables)
