"""A general query with a child's name and date of birth: a card only, the original sealed for authorised staff."""

from __future__ import annotations

import re

import pytest

from gateway.model.kinds import HeldReason, IntakeState, MoveKind, ScreenOutcome
from gateway.roles.demo.world import GENERAL_INBOX
from tests.journeys.mail import sample
from tests.journeys.walk import STAFF, Journey, Walk, walk_through


async def arrives(walk: Walk) -> None:
    await walk.mail(sample("question with a child's name and birth date"))


async def only_a_card(walk: Walk) -> None:
    row = await walk.only_intake()
    assert (row.state, row.held_reason) == (IntakeState.HELD, HeldReason.CONFIDENTIAL_CONTENT)
    assert row.near_miss
    assert await walk.left() == ["advice:sender", "card:general_inbox"]
    cards = [message for message in walk.received("relay") if message.forward_paths == (GENERAL_INBOX,)]
    assert cards
    for card in cards:
        assert row.reference.encode() in card.content
        assert b"Nettlecombe" not in card.content
        # ids of ours are random and may hold any four digits by chance; nothing of the sender is in them
        assert b"2019" not in re.sub(rb"(?m)^Message-ID: <[0-9a-f-]{36}@[^>\s]+>\r?$", b"", card.content)
    record = await walk.looked_at(row)
    assert record.screened is not None
    assert record.screened.outcome is ScreenOutcome.CARD
    assert "Rowena Nettlecombe" in record.text.reveal()
    looks = [link async for link in walk.store().audit() if link.move is MoveKind.LOOK]
    assert looks[-1].actor == f"staff:{STAFF}"


JOURNEY = Journey("confidential query", (arrives,), only_a_card, ("Rowena", "Nettlecombe"))


@pytest.mark.asyncio(loop_scope="session")
async def test_a_childs_name_never_reaches_the_general_inbox(walk: Walk) -> None:
    await walk_through(walk, JOURNEY)
