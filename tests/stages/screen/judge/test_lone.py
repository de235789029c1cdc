"""A lone name in a routine message is a token; with anything else, or half seen, it is a card."""

from __future__ import annotations

import pytest

from gateway.model.content.screening import AllowList, Screened
from gateway.model.kinds import ScreenOutcome
from gateway.stages.screen import ScreenTables, screen
from tests.screening.score import context, mail_of

ASKED = "Please could you send the agenda and the slides of the last training day to {} as well? Thank you."


def screened(body: str, known: AllowList, tables: ScreenTables, subject: str = "Agenda") -> Screened:
    return screen(mail_of({"from_name": "Pat Ashdown", "subject": subject, "body": body}), context(known), tables)


@pytest.mark.parametrize("name", ["Kieron Maddox", "Kieron", "Dr Maddox", "Maddox Rose"])
def test_a_lone_name_is_a_token_whole(name: str, known: AllowList, tables: ScreenTables) -> None:
    one = screened(ASKED.format(name), known, tables)
    assert one.outcome is ScreenOutcome.MASKED
    assert "training day to [NAME 1] as well" in one.text.reveal()
    assert not any(word in one.text.reveal() for word in name.replace("-", " ").split())


def test_the_number_of_an_order_that_looks_like_an_nhs_number_is_a_token(
    known: AllowList, tables: ScreenTables
) -> None:
    body = "Please could you confirm that purchase order 4500123456 is for fifty copies of the leaflet?"
    one = screened(body, known, tables)
    assert one.outcome is ScreenOutcome.MASKED
    assert "purchase order [NUMBER 1]" in one.text.reveal()


@pytest.mark.parametrize(
    "text",
    [
        "Kieron Maddox and Tegan Windmere",
        "Kieron Maddox (Kieron's mum)",
        "Kieron, who was 4,",
        "Kieron Maddox, CDOP 2024/17,",
        "the one for 9990123456",
        "Rose Maddox, and Rose knows,",
    ],
)
def test_with_anything_else_it_is_a_card(text: str, known: AllowList, tables: ScreenTables) -> None:
    assert screened(ASKED.format(text), known, tables).outcome is ScreenOutcome.CARD


def test_a_name_in_the_subject_is_a_card(known: AllowList, tables: ScreenTables) -> None:
    assert screened(ASKED.format("us"), known, tables, "Kieron Maddox").outcome is ScreenOutcome.CARD
