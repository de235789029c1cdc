"""A message in clear text to the secure mailbox: sealed, graded not secure, and the sender told one easy secure way."""

from __future__ import annotations

import pytest

from gateway.model.kinds import Grade, IntakeKind, IntakeState
from gateway.roles.demo.messages import CHILDREN
from tests.journeys.mail import sample
from tests.journeys.walk import Journey, Walk, walk_through

CHILD = CHILDREN["clear"]


async def arrives(walk: Walk) -> None:
    await walk.mail(sample("notification in clear text"))


async def kept_graded_and_advised(walk: Walk) -> None:
    row = await walk.only_intake()
    assert (row.kind, row.grade, row.state) == (IntakeKind.NOTIFICATION, Grade.NOT_SECURE, IntakeState.DECIDED)
    assert row.near_miss
    record = await walk.record(row)
    codes = {reason.code for reason in record.assurance.reasons}
    assert record.arrival.connection is not None
    assert record.arrival.connection.tls is None
    assert "tls_none" in codes
    assert await walk.left() == ["advice:sender"]
    [advice] = {message.content for message in walk.received("relay")}
    assert b"https://127.0.0.1" in advice, "the advice names the form"
    assert CHILD.family.encode() not in advice
    assert b"Sad news" not in advice, "no subject is repeated"
    assert {message.reverse_path for message in walk.received("relay")} == {""}


JOURNEY = Journey("clear text", (arrives,), kept_graded_and_advised, (CHILD.family, CHILD.given))


@pytest.mark.asyncio(loop_scope="session")
async def test_clear_text_is_accepted_sealed_graded_and_answered_with_a_secure_way(walk: Walk) -> None:
    await walk_through(walk, JOURNEY)
