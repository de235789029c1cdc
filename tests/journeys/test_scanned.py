"""Scanners and the second opinion, over real sockets and a real child: each can only stop a message."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gateway.adapters.children.second_opinion import SecondOpinion
from gateway.adapters.scanners import Clamd, Rspamd
from gateway.model.content.confidential import ConfidentialText
from gateway.model.kinds import HeldReason, IntakeKind, IntakeState, MoveKind, ScreenOutcome
from gateway.roles.demo.world import GENERAL_INBOX, World
from gateway.roles.wiring import Wired
from gateway.steps.watch.digest import SETTLE, end_of_day, write_digests
from tests.journeys.mail import sample
from tests.journeys.walk import Walk, tools_of, walking

QUESTION = sample("ordinary question")
EVERY_DAY = "training"
Answered = tuple[int, list[bytes]]


@asynccontextmanager
async def clamd(answer: bytes) -> AsyncIterator[Answered]:
    """Serve INSTREAM with one answer; keep what was sent."""
    seen: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\0")
        content = b""
        while length := int.from_bytes(await reader.readexactly(4), "big"):
            content += await reader.readexactly(length)
        seen.append(content)
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], seen


@asynccontextmanager
async def rspamd(action: str) -> AsyncIterator[Answered]:
    """Serve /checkv2 with one action."""
    seen: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        seen.append(await reader.readexactly(length))
        writer.write(b'HTTP/1.0 200 OK\r\nServer: rspamd\r\n\r\n{"action": "%s"}' % action.encode())
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], seen


def seeing(**ports: Any) -> Callable[[Wired], Wired]:
    """Return what gives the worker's eyes further ports, and lets it try each intake once."""

    def put(wired: Wired) -> Wired:
        bench = wired.intake
        tools = replace(bench.tools, patience=replace(bench.tools.patience, max_attempts=1))
        return replace(wired, intake=replace(bench, readers=replace(bench.readers, **ports), tools=tools))

    return put


Start = Callable[..., Any]


@pytest.fixture
def start(world: World, heavy: Wired) -> Start:
    """Return what starts a walk with further ports."""
    return lambda **ports: walking(world, heavy, Path(world.root / "empty.db"), seeing(**ports))


async def only_a_card(walk: Walk, reason: HeldReason, code: str) -> None:
    row = await walk.only_intake()
    assert (row.state, row.held_reason) == (IntakeState.HELD, reason)
    assert "card:general_inbox" in await walk.left()
    assert "general_copy:general_inbox" not in await walk.left()
    for message in walk.received("relay"):
        if message.forward_paths == (GENERAL_INBOX,):
            assert EVERY_DAY.encode() not in message.content.split(b"Topic:")[0]
            assert b"when the next" not in message.content
    record = await walk.record(row)
    assert record.screened is not None
    assert record.screened.outcome is ScreenOutcome.CARD
    assert [item.code for item in record.screened.reasons] == [code]


@pytest.mark.asyncio(loop_scope="session")
async def test_what_clamd_calls_clean_passes_and_what_it_flags_is_held_with_a_card(start: Start) -> None:
    async with clamd(b"stream: OK\0") as (port, seen), start(malware=Clamd("127.0.0.1", port)) as walk:
        await walk.mail(QUESTION)
        await walk.settle()
        assert "general_copy:general_inbox" in await walk.left()
        assert len(seen) == 1
        assert b"when the next" in seen[0]
    async with clamd(b"stream: Invented FOUND\0") as (port, _), start(malware=Clamd("127.0.0.1", port)) as walk:
        await walk.mail(QUESTION)
        await walk.settle()
        await only_a_card(walk, HeldReason.MALWARE, "malware")
        assert not (await walk.only_intake()).near_miss


@pytest.mark.asyncio(loop_scope="session")
async def test_a_clamd_without_an_answer_holds_the_message(start: Start) -> None:
    async with clamd(b"nothing plain\0") as (port, _), start(malware=Clamd("127.0.0.1", port)) as walk:
        await walk.mail(QUESTION)
        await walk.settle()
        await only_a_card(walk, HeldReason.MAIL_UNCHECKED, "unchecked")


@pytest.mark.asyncio(loop_scope="session")
async def test_a_neighbours_notification_that_was_not_checked_opens_its_case_and_is_not_forwarded(start: Start) -> None:
    async with clamd(b"") as (port, _), start(malware=Clamd("127.0.0.1", port)) as walk:
        await walk.mail(sample("notification, lives in Oxford"))
        await walk.settle()
        row = await walk.only_intake()
        assert (row.kind, row.held_reason) == (IntakeKind.NOTIFICATION, HeldReason.MAIL_UNCHECKED)
        assert row.case_id is not None
        assert not any(word.startswith("forward") for word in await walk.left())


@pytest.mark.parametrize("program", ["raise SystemExit(1)", "nonsense("])
@pytest.mark.asyncio(loop_scope="session")
async def test_a_second_opinion_that_fails_makes_a_card_of_what_was_about_to_be_released(
    start: Start, program: str
) -> None:
    second = SecondOpinion(command=("-c", program))
    async with start(second_opinion=second) as walk:
        await walk.mail(QUESTION)
        await walk.settle()
        await only_a_card(walk, HeldReason.CONFIDENTIAL_CONTENT, "second_opinion")
    await second.close()


class Asked:
    """ports.SecondReader that finds nothing and keeps what it was asked."""

    def __init__(self) -> None:
        self.bodies: list[str] = []

    async def is_clear(self, subject: ConfidentialText, body: ConfidentialText, allowed: object) -> bool:
        self.bodies.append(body.reveal())
        return True


@pytest.mark.asyncio(loop_scope="session")
async def test_the_second_opinion_is_asked_only_about_what_would_be_released(start: Start) -> None:
    asked = Asked()
    async with start(second_opinion=asked) as walk:
        await walk.mail(sample("question with a child's name and birth date"))
        await walk.settle()
        assert asked.bodies == []
        await walk.mail(QUESTION)
        await walk.settle()
        [body] = asked.bodies
        assert "when the next" in " ".join(body.split())
        assert "Reference:" not in body
        assert "general_copy:general_inbox" in await walk.left()


SPAM = (
    b"From: Offers <offers@shop.example>\r\nTo: general@cdop.example\r\nDate: Mon, 02 Mar 2026 09:00:00 +0000\r\n"
    b"Message-ID: <1@shop.example>\r\nSubject: Cheap toner\r\n\r\nBuy cheap toner now, click https://shop.example/x\r\n"
)


@pytest.mark.asyncio(loop_scope="session")
async def test_suspected_spam_makes_no_card_but_a_line_in_the_days_list_and_a_person_can_release_it(
    start: Start,
) -> None:
    async with rspamd("reject") as (port, seen), start(spam=Rspamd("127.0.0.1", port)) as walk:
        await walk.raw("offers@shop.example", walk.settings.mail.general[0], SPAM)
        await walk.settle()
        row = await walk.only_intake()
        assert (row.kind, row.state, row.held_reason) == (IntakeKind.SPAM_SUSPECTED, IntakeState.DECIDED, None)
        assert await walk.left() == []
        assert len(seen) == 1
        tools = tools_of(walk.wired())
        later = end_of_day(tools.clock.now()) + SETTLE

        class Tomorrow:
            now = staticmethod(lambda: later)

        assert await write_digests(replace(tools, clock=Tomorrow())) == 1
        await walk.settle()
        assert await walk.left() == ["digest:general_inbox"]
        [digest] = walk.received("relay")
        assert digest.forward_paths == (GENERAL_INBOX,)
        assert row.reference.encode() in digest.content
        assert b"toner" not in digest.content
        assert b"shop.example" not in digest.content
        record = await walk.record(row)
        assert record.screened is not None
        why = ConfidentialText("We asked for this.")
        assert await walk.person(MoveKind.RELEASE, row, reason=why, screened=record.screened)
        await walk.settle()
        assert await walk.left() == ["digest:general_inbox", "general_copy:general_inbox"]
        assert (await walk.only_intake()).kind is IntakeKind.GENERAL_QUERY
        assert await walk.audit_is_whole()


@pytest.mark.asyncio(loop_scope="session")
async def test_the_secure_mailbox_is_not_shown_to_the_spam_filter(start: Start) -> None:
    async with rspamd("reject") as (port, seen), start(spam=Rspamd("127.0.0.1", port)) as walk:
        await walk.raw("offers@shop.example", walk.settings.mail.secure[0], SPAM)
        await walk.settle()
        assert seen == []
        assert (await walk.only_intake()).kind is IntakeKind.SECURE_QUERY


@pytest.mark.asyncio(loop_scope="session")
async def test_a_spam_filter_that_is_down_filters_nothing(start: Start) -> None:
    async with start(spam=Rspamd("127.0.0.1", 1, timeout_s=2)) as walk:
        await walk.mail(QUESTION)
        await walk.settle()
        assert "general_copy:general_inbox" in await walk.left()
