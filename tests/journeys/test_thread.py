"""What was said in a thread is remembered for it: a name does not leave later, a detail keeps its token."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default

import pytest

from gateway.model.kinds import HeldReason, IntakeState, ScreenOutcome
from gateway.roles.demo.world import GENERAL, GENERAL_INBOX
from tests.journeys.test_general_answer import ANSWER
from tests.journeys.walk import Walk

CASE = "Is the meeting about Hope Nettlecombe, born 4 May 2019, still on for Tuesday?"
ROUTINE = "Could you tell me when the next training takes place, and how hope can book a place?"
CALL = "Please could you ring me on 07700 900123 about the training booking?"
CALL_AGAIN = "Please ring 01632 960111 or 07700900123 about the training booking."
FIRST, SECOND, OTHER = "<first@school.example>", "<second@school.example>", "<other@school.example>"


async def write(walk: Walk, body: str, message_id: str, follows: str = "", author: str = "head@school.example") -> None:
    head = f"From: {author}\r\nTo: {GENERAL}\r\nSubject: Training dates\r\nMessage-ID: {message_id}\r\n"
    head += f"In-Reply-To: {follows}\r\nReferences: {follows}\r\n" if follows else ""
    await walk.raw(author, GENERAL, f"{head}\r\n{body}\r\n".encode())
    await walk.settle()


async def outcomes(walk: Walk) -> list[tuple[ScreenOutcome, list[str]]]:
    found = []
    for row in await walk.intakes():
        screened = (await walk.record(row)).screened
        assert screened is not None
        found.append((screened.outcome, [reason.code for reason in screened.reasons]))
    return found


@pytest.mark.asyncio(loop_scope="session")
async def test_a_name_of_the_thread_is_not_let_out_by_a_later_message_that_would_pass_alone(walk: Walk) -> None:
    await write(walk, ROUTINE, OTHER)
    await write(walk, CASE, FIRST)
    await write(walk, ROUTINE, SECOND, follows=FIRST)
    alone, case, later = await outcomes(walk)
    assert alone[0] is ScreenOutcome.PASS
    assert case[0] is ScreenOutcome.CARD
    assert later == (ScreenOutcome.CARD, ["gate", "known_name"])


@pytest.mark.asyncio(loop_scope="session")
async def test_another_author_in_the_thread_does_not_let_it_out_either(walk: Walk) -> None:
    await write(walk, CASE, FIRST)
    await write(walk, ROUTINE, SECOND, follows=FIRST, author="parent@family.example")
    assert [outcome for outcome, _ in await outcomes(walk)] == [ScreenOutcome.CARD, ScreenOutcome.CARD]


@pytest.mark.asyncio(loop_scope="session")
async def test_a_message_that_follows_our_own_answer_is_of_the_thread(walk: Walk) -> None:
    await write(walk, CASE, FIRST)
    [advice] = [row for row in await walk.dispatches() if row.to == "sender"]
    await write(walk, ROUTINE, SECOND, follows=advice.message_id)
    assert (await outcomes(walk))[-1] == (ScreenOutcome.CARD, ["gate", "known_name"])


@pytest.mark.asyncio(loop_scope="session")
async def test_a_detail_keeps_its_token_over_the_messages_of_a_thread(walk: Walk) -> None:
    await write(walk, CALL, FIRST)
    await write(walk, CALL_AGAIN, SECOND, follows=FIRST)
    await write(walk, CALL_AGAIN, OTHER)
    texts = []
    for row in await walk.intakes():
        screened = (await walk.record(row)).screened
        assert screened is not None
        texts.append(screened.text.reveal())
    assert "ring me on [PHONE 1] about" in texts[0]
    assert "ring [PHONE 2] or [PHONE 1] about" in texts[1]
    assert "ring [PHONE 1] or [PHONE 2] about" in texts[2], "another thread counts anew"


@pytest.mark.asyncio(loop_scope="session")
async def test_an_answer_of_the_staff_does_not_name_whom_the_thread_named(walk: Walk) -> None:
    await write(walk, CASE, FIRST)
    [card] = [item for item in walk.received("relay") if item.forward_paths == (GENERAL_INBOX,)]
    reply_to = str(message_from_bytes(card.content, policy=default)["Reply-To"])
    answer = ANSWER.format(domain="council.example", reply_to=reply_to)
    answer = answer.replace("you can book a place", "hope can book a place")
    await walk.raw("pat.clerk@council.example", reply_to, answer.replace("\n", "\r\n").encode())
    await walk.settle()
    held = (await walk.intakes())[-1]
    assert (held.state, held.held_reason) == (IntakeState.HELD, HeldReason.CONFIDENTIAL_CONTENT)
