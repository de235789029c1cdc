"""A bare date in an ordinary request: strong where it is the date of somebody's form, case or report."""

from __future__ import annotations

import pytest

from gateway.model.content.screening import AllowList
from gateway.model.kinds import ScreenOutcome
from gateway.stages.screen import ScreenTables, screen
from gateway.stages.screen.find.dated import is_of_a_file, is_only_a_date
from gateway.stages.screen.find.dates import full_dates, part_dates
from tests.screening.score import context, mail_of

ASKED = "Please could you send me the agenda for the next panel meeting?"


def outcome(body: str, known: AllowList, tables: ScreenTables, subject: str = "Agenda") -> ScreenOutcome:
    return screen(
        mail_of({"from_name": "Pat Ashdown", "subject": subject, "body": body}), context(known), tables
    ).outcome


def of_a_file(text: str) -> bool:
    return any(is_of_a_file(text, *place) for place in [*full_dates(text)] or [*part_dates(text)])


@pytest.mark.parametrize(
    "text",
    [
        "Could you resend the form for 21 May 2024?",
        "Could you send the notification dated 3 March?",
        "Please send the notification from the night of 3 March again.",
        "Please could I have an update re 14.02.2024 when you have a moment?",
        "Is the one on Tuesday 12 June 2024 going to the next panel?",
        "We are waiting for the report about 2 April 2024.",
        "When is the review of 2 April 2024 going to panel?",
        "Please add 21 May 2024 to the agenda for the next panel meeting.",
        "Please can you tell me if the 12 June 2024 form has arrived?",
        "Please can you tell me if the form (12 June 2024) has arrived?",
        "The record for 2024-05-21 needs closing on the portal.",
        "Any news about 12 June?",
        "Form 21 May 2024",
        "May 21st form?",
        "By when is the form for 21 May 2024 due?",
        "Is the twenty-first of May form with you?",
        "One form is missing: 21 May 2024.",
    ],
)
def test_the_date_of_a_file_is_strong(text: str, known: AllowList, tables: ScreenTables) -> None:
    assert of_a_file(text)
    assert outcome(text, known, tables) is ScreenOutcome.CARD


@pytest.mark.parametrize("day", ["Boxing Day", "last Tuesday", "yesterday"])
def test_the_day_of_a_file_is_strong_and_its_month_is_not(day: str, known: AllowList, tables: ScreenTables) -> None:
    assert outcome(f"Could you resend the form for {day}?", known, tables) is ScreenOutcome.CARD
    assert outcome("Could you resend the report for last month?", known, tables) is ScreenOutcome.PASS


@pytest.mark.parametrize(
    "text",
    [
        "Is there a place left on the panel on 18 March 2025?",
        "Please could you send the minutes of 21 May 2024?",
        "The training on 3 June 2025 at 10 has moved rooms, and so has the one on 12 June 2025.",
        "Our invoice dated 3 June 2025 is due for payment.",
        "We refer to our letter of 3 June 2025 about the room.",
        "Please use the version of 1 April 2024 of the form.",
        "The closing date for the form is 3 June 2025.",
        "The deadline for the report, 3 June 2025, has passed.",
        "The annual report of 21 May 2024 has a mistake in table 3.",
        "The booking form for 21 May is attached.",
        "Please could you send the report for the panel of 21 May 2025?",
        "Could you confirm the case review on 4 June 2025 at 10.30?",
        "We will report on 3 June.",
        "Please add 21 May 2025 to your diary.",
        "How many forms were sent from 1 April 2024 to 31 March 2025?",
        "The monthly report for May 2024 is on the website.",
        "The form will be on the new portal from 1 June 2025.",
        "I am back on 4 September.",
    ],
)
def test_the_date_of_a_meeting_or_a_version_is_not(text: str) -> None:
    assert not of_a_file(text)


@pytest.mark.parametrize(
    "subject", ["21 May 2024", "Re: 21/05/2024", "3 October", "Form 21 May 2024", "Report 3 March"]
)
def test_a_subject_that_is_a_day_or_a_file_of_a_day_is_a_card(
    subject: str, known: AllowList, tables: ScreenTables
) -> None:
    assert outcome(ASKED, known, tables, subject) is ScreenOutcome.CARD


@pytest.mark.parametrize("subject", ["Minutes 21 May 2024", "Training 3 June 2025"])
def test_a_subject_of_a_meeting_and_its_day_is_let_through(
    subject: str, known: AllowList, tables: ScreenTables
) -> None:
    assert not is_only_a_date(subject)
    assert outcome(ASKED, known, tables, subject) is ScreenOutcome.PASS
