"""Staff of the general inbox answer a stripped message from their own mailbox; the sender gets it, without quotes."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default

import pytest

from gateway.model.kinds import HeldReason, IntakeState
from gateway.roles.demo.world import GENERAL_INBOX
from tests.journeys.mail import sample
from tests.journeys.walk import Journey, Walk, walk_through

ANSWER = """\
From: Pat Clerk <pat.clerk@{domain}>
To: {reply_to}
Subject: Re: Training dates
Message-ID: <answer@council.example>

Hello,

The next training takes place in March, and you can book a place by telephone.

Pat Clerk
01632 960177

On Monday the gateway wrote:
> Could you tell me when the next training takes place?
"""


async def reply_address(walk: Walk) -> str:
    [copy] = [item for item in walk.received("relay") if item.forward_paths == (GENERAL_INBOX,)]
    return str(message_from_bytes(copy.content, policy=default)["Reply-To"])


async def asks(walk: Walk) -> None:
    await walk.mail(sample("ordinary question"))


async def staff_answer(walk: Walk) -> None:
    reply_to = await reply_address(walk)
    answer = ANSWER.format(domain="council.example", reply_to=reply_to).replace("\n", "\r\n").encode()
    await walk.raw("pat.clerk@council.example", reply_to, answer)


async def sender_has_it(walk: Walk) -> None:
    got = [item for item in walk.received("relay") if b"training takes place in March" in item.content]
    assert got
    for item in got:
        assert item.forward_paths == ("head@school.example",)
        assert b"Pat" not in item.content, "no direct details of staff"
        assert b"960177" not in item.content
        assert b"Could you tell me" not in item.content, "no quotes"
        assert b"council.example" not in item.content


JOURNEY = Journey("general answer", (asks, staff_answer), sender_has_it)


@pytest.mark.asyncio(loop_scope="session")
async def test_an_answer_from_the_general_inbox_reaches_the_sender_without_quotes(walk: Walk) -> None:
    await walk_through(walk, JOURNEY)


@pytest.mark.asyncio(loop_scope="session")
async def test_an_answer_from_another_domain_is_held(walk: Walk) -> None:
    await walk.mail(sample("ordinary question"))
    await walk.settle()
    reply_to = await reply_address(walk)
    forged = ANSWER.format(domain="family.example", reply_to=reply_to).replace("\n", "\r\n").encode()
    await walk.raw("pat.clerk@family.example", reply_to, forged)
    await walk.settle()
    answer = (await walk.intakes())[-1]
    assert (answer.state, answer.held_reason) == (IntakeState.HELD, HeldReason.ANSWER_NOT_PROVED)
    assert not [item for item in walk.received("relay") if b"training takes place in March" in item.content]


@pytest.mark.parametrize("author", ["council.example", "council.example.family.example", "evil-council.example"])
@pytest.mark.asyncio(loop_scope="session")
async def test_an_answer_under_the_inboxs_domain_that_is_not_proved_or_only_looks_like_it_is_held(
    walk: Walk, author: str
) -> None:
    await walk.mail(sample("ordinary question"))
    await walk.settle()
    forged = ANSWER.format(domain=author, reply_to=await reply_address(walk)).replace("\n", "\r\n").encode()
    await walk.raw("pat.clerk@family.example", await reply_address(walk), forged)
    await walk.settle()
    answer = (await walk.intakes())[-1]
    assert (answer.state, answer.held_reason) == (IntakeState.HELD, HeldReason.ANSWER_NOT_PROVED)
    assert not [item for item in walk.received("relay") if b"training takes place in March" in item.content]


@pytest.mark.asyncio(loop_scope="session")
async def test_an_answer_with_a_childs_name_is_held_for_a_person(walk: Walk) -> None:
    await walk.mail(sample("ordinary question"))
    await walk.settle()
    reply_to = await reply_address(walk)
    answer = ANSWER.format(domain="council.example", reply_to=reply_to)
    answer = answer.replace(
        "The next training takes place", "The meeting about Rowena Nettlecombe, born 4 May 2019, is"
    )
    await walk.raw("pat.clerk@council.example", reply_to, answer.replace("\n", "\r\n").encode())
    await walk.settle()
    held = (await walk.intakes())[-1]
    assert (held.state, held.held_reason) == (IntakeState.HELD, HeldReason.CONFIDENTIAL_CONTENT)
    assert "Nettlecombe" in (await walk.record(held)).text.reveal()


@pytest.mark.asyncio(loop_scope="session")
async def test_an_answer_with_an_unknown_token_is_held(walk: Walk) -> None:
    answer = ANSWER.format(domain="council.example", reply_to="x").replace("\n", "\r\n").encode()
    await walk.raw("pat.clerk@council.example", "reply+NOSUCHTOKEN34679CDF@cdop.example", answer)
    await walk.settle()
    assert (await walk.only_intake()).held_reason is HeldReason.UNKNOWN_TOKEN
