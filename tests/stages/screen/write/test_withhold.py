"""What something beside screening was against becomes a card, with nothing of the message in it."""

from __future__ import annotations

import pytest

from gateway.model.content.screening import AllowList
from gateway.model.kinds import ScreenOutcome
from gateway.stages.screen import ScreenTables, screen
from gateway.stages.screen.write.withhold import withhold
from tests.screening.score import context, mail_of

ROUTINE = "Please could you send me the agenda for the next panel meeting?"


@pytest.mark.parametrize("code", ["second_opinion", "malware", "unreadable", "ambiguous"])
def test_what_was_about_to_be_released_is_a_card(code: str, tables: ScreenTables, known: AllowList) -> None:
    mail = mail_of({"from_name": "Pat Ashdown", "subject": "Agenda", "body": ROUTINE})
    released = screen(mail, context(known), tables)
    assert released.outcome is ScreenOutcome.PASS
    held = withhold(released, code, context(known), tables)
    assert held.outcome is ScreenOutcome.CARD
    assert [reason.code for reason in held.reasons] == [code]
    assert ROUTINE not in held.text.reveal()
    assert "Agenda" not in held.subject.reveal()
    assert held.source == released.source, "a person reads it on the secure side"


def test_a_card_stays_the_card_it_was(tables: ScreenTables, known: AllowList) -> None:
    mail = mail_of({"from_name": "Pat Ashdown", "subject": "News", "body": "Zebedee Quillfeather died on 3 March."})
    card = screen(mail, context(known), tables)
    assert card.outcome is ScreenOutcome.CARD
    assert withhold(card, "malware", context(known), tables) is card
