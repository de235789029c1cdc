"""A sender is answered once in a thread, not with every message of it; the evidence of each stands in its record."""

from __future__ import annotations

import pytest

from gateway.roles.demo.world import GENERAL
from tests.journeys.walk import Walk

AUTHOR = "mum@family.example"


def question(message_id: str, references: str = "") -> bytes:
    fields = [f"From: {AUTHOR}", f"To: {GENERAL}", "Subject: Opening hours", f"Message-ID: {message_id}"]
    fields += [f"References: {references}"] if references else []
    return "\r\n".join([*fields, "", "When may I ring the office?", ""]).encode()


async def ask(walk: Walk, message_id: str, references: str = "") -> str:
    """Send one question; return why it was not answered, "" if it was."""
    before = {row.id for row in await walk.intakes()}
    await walk.raw(AUTHOR, GENERAL, question(message_id, references))
    await walk.settle()
    [row] = [row for row in await walk.intakes() if row.id not in before]
    return (await walk.record(row)).answer_withheld


@pytest.mark.asyncio(loop_scope="session")
async def test_a_thread_is_answered_once_and_a_new_thread_again(walk: Walk) -> None:
    assert await ask(walk, "<1@family.example>") == ""
    assert await ask(walk, "<2@family.example>", "<1@family.example>") == "thread_answered"
    assert await ask(walk, "<3@family.example>", "<1@family.example> <2@family.example>") == "thread_answered"
    assert await ask(walk, "<4@family.example>") == ""
    assert (await walk.left()).count("receipt:sender") == 2


@pytest.mark.asyncio(loop_scope="session")
async def test_threads_without_end_are_answered_twenty_times_a_day(walk: Walk) -> None:
    for number in range(20):
        await walk.raw(AUTHOR, GENERAL, question(f"<n{number}@family.example>"))
    await walk.settle()
    assert (await walk.left()).count("receipt:sender") == 20
    assert await ask(walk, "<21@family.example>") == "too_many"


@pytest.mark.asyncio(loop_scope="session")
async def test_what_the_socket_saw_stands_in_the_sealed_record(walk: Walk) -> None:
    await walk.raw(AUTHOR, GENERAL, question("<1@family.example>"))
    await walk.settle()
    evidence = (await walk.record(await walk.only_intake())).evidence
    assert evidence is not None
    assert evidence.connection is not None
    assert evidence.connection.tls is not None
    assert (evidence.connection.peer_address, evidence.connection.helo) == ("127.0.0.1", "mail.example")
    assert evidence.connection.tls.version == "TLSv1.3"
    assert (evidence.forward_path.reveal(), evidence.reverse_path.reveal()) == (GENERAL, AUTHOR)
    assert {result.method: result.result for result in evidence.results}["dmarc"] == "pass"
    assert evidence.authentication_results.startswith("mx.cdop.example; ")
