"""A general query without anything confidential: it arrives whole, rebuilt, in the general inbox."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default

import pytest

from gateway.model.kinds import IntakeKind, IntakeState
from gateway.roles.demo.world import GENERAL_INBOX
from tests.journeys.mail import sample
from tests.journeys.walk import Journey, Walk, walk_through

SAMPLE = sample("ordinary question")


async def arrives(walk: Walk) -> None:
    await walk.mail(SAMPLE)


async def arrived_whole(walk: Walk) -> None:
    row = await walk.only_intake()
    assert (row.kind, row.state, row.near_miss) == (IntakeKind.GENERAL_QUERY, IntakeState.DECIDED, False)
    assert await walk.left() == ["general_copy:general_inbox", "receipt:sender"]
    copies = [message for message in walk.received("relay") if message.forward_paths == (GENERAL_INBOX,)]
    for copy in copies:
        message = message_from_bytes(copy.content, policy=default)
        assert message["Subject"] == "Training dates"
        body = " ".join(message.get_content().split())
        assert "when the next training on the child death review process takes place" in body
        assert str(message["Reply-To"]).startswith("reply+")
        assert "head@school.example" not in copy.content.decode(), "the sender's address is not shown"
    assert copies


JOURNEY = Journey("ordinary query", (arrives,), arrived_whole)


@pytest.mark.asyncio(loop_scope="session")
async def test_an_ordinary_query_arrives_whole_in_the_general_inbox(walk: Walk) -> None:
    await walk_through(walk, JOURNEY)
