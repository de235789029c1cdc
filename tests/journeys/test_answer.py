"""A person answers a query to the secure mailbox: over a proved way, or encrypted where there is a key."""

from __future__ import annotations

from email import message_from_bytes

import pytest

from gateway.model.content.confidential import ConfidentialText
from gateway.model.kinds import DispatchKind, IntakeState, MoveKind
from gateway.roles.demo.world import SECURE
from tests.journeys.mail import sample
from tests.journeys.test_neighbours_resident import bytes_of
from tests.journeys.walk import Journey, Walk, rows_of, walk_through

ANSWER = "Yes, your registrar Wilhelmina Thrushcross may come along."


async def asks(walk: Walk) -> None:
    await walk.mail(sample("question to the secure mailbox"))


async def a_person_answers(walk: Walk) -> None:
    row = await walk.only_intake()
    record = await walk.looked_at(row)
    assert await walk.person(
        MoveKind.ANSWER,
        row,
        reason=ConfidentialText("She asked by the secure mailbox."),
        answer=ConfidentialText(ANSWER),
        answer_to=record.author,
        answer_may_carry_content=record.answerable,
    )


async def answered(walk: Walk) -> None:
    assert (await walk.only_intake()).state is IntakeState.DECIDED
    got = [item for item in walk.received("relay") if b"Thrushcross" in item.content]
    assert {item.forward_paths for item in got} == {("doctor@trust.example",)}
    assert all(b"bring our new registrar" not in item.content for item in got), "nothing is quoted"


JOURNEY = Journey("answer", (asks, a_person_answers), answered)


@pytest.mark.asyncio(loop_scope="session")
async def test_a_person_answers_a_proved_sender(walk: Walk) -> None:
    await walk_through(walk, JOURNEY)


@pytest.mark.asyncio(loop_scope="session")
async def test_a_neighbouring_panel_is_answered_encrypted_whatever_way_it_wrote(walk: Walk) -> None:
    question = (
        b"From: secure-cdop@oxfordshire.example\r\nTo: " + SECURE.encode() + b"\r\nSubject: A question\r\n\r\n"
        b"May we send two people to the joint training?\r\n"
    )
    await walk.raw("secure-cdop@oxfordshire.example", SECURE, question, tls=False)
    await walk.settle()
    await a_person_answers(walk)
    await walk.settle()
    [answer] = [row for row in await walk.dispatches() if row.kind is DispatchKind.ANSWER]
    assert answer.to == "panel:oxfordshire"
    [plain] = await walk.decrypted("oxfordshire")
    [got] = walk.received("oxfordshire")
    assert message_from_bytes(got.content)["Auto-Submitted"] is None, "a person wrote it"
    assert ANSWER.encode() in b"".join(bytes_of(part) for part in message_from_bytes(plain).walk())
    assert not [item for item in walk.received("relay") if b"Thrushcross" in item.content]


@pytest.mark.asyncio(loop_scope="session")
async def test_a_sender_without_key_or_proof_is_not_answered_with_content(walk: Walk) -> None:
    question = sample("question to the secure mailbox").content.as_bytes().replace(b"trust.example", b"school.example")
    await walk.raw("doctor@school.example", SECURE, question, tls=False)
    await walk.settle()
    await a_person_answers(walk)
    await walk.settle()
    [instruction] = rows_of(walk.world, "instruction")
    assert (instruction["state"], instruction["result"]) == ("refused", "not_a_secure_sender")
    assert not [item for item in walk.received("relay") if b"Thrushcross" in item.content]
