"""No answer from DNS is not "none": the evidence is asked for again before it is stored, up to the last attempt."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from gateway.model.case.rows import IntakeRow
from gateway.model.channel.assurance import ContentState, Dmarc, Evidence
from gateway.model.channel.secure_domains import SecureDomains
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.content.message import Unparsed
from gateway.model.kinds import Channel, MailboxName
from gateway.ports import Temporary
from gateway.steps.intake import advance
from gateway.steps.intake.read import Reading
from tests.adapters.channel_kit import NOW, arrival
from tests.steps.world import PlainBlobs

READING = Reading(None, Unparsed("x"), ContentState())


class Gatherer:
    def __init__(self, result: str) -> None:
        self._result = result
        self.asked = 0

    async def gather(self, *_: object) -> Evidence:
        self.asked += 1
        return Evidence(Channel.SMTP, MailboxName.SECURE, NOW, NOW, dmarc=Dmarc(self._result))


class Store:
    def __init__(self) -> None:
        self.moves: list[Any] = []

    async def commit(self, move: Any) -> bool:
        self.moves.append(move)
        return True

    async def intake(self, intake_id: object) -> None:
        return None


def context(result: str, store: Store) -> advance.IntakeContext:
    tools = SimpleNamespace(
        store=store,
        clock=SimpleNamespace(now=lambda: NOW),
        work_blobs=PlainBlobs(),
        patience=SimpleNamespace(max_attempts=5),
    )
    readers = SimpleNamespace(evidence=Gatherer(result), secure_domains=SecureDomains("1", 1))
    return cast(advance.IntakeContext, SimpleNamespace(tools=tools, readers=readers))


def row(attempts: int) -> IntakeRow:
    came = arrival()
    blank = cast(Any, SimpleNamespace)()
    made = IntakeRow(came.intake_id, came.reference, came.mailbox, came.channel, NOW, blank, blank)
    return replace(made, attempts=attempts)


async def assess(result: str, attempts: int, store: Store) -> None:
    await advance._assessed(context(result, store), row(attempts), arrival(), ConfidentialBytes(b"x"), READING)


async def test_evidence_without_an_answer_is_not_stored_while_it_can_be_asked_again() -> None:
    store = Store()
    for attempts in range(4):
        with pytest.raises(Temporary) as raised:
            await assess("temperror", attempts, store)
        assert raised.value.code == "dns"
    assert store.moves == []


async def test_at_the_last_attempt_what_is_known_is_stored() -> None:
    store = Store()
    await assess("temperror", 4, store)
    assert len(store.moves) == 1


async def test_an_answer_is_stored_at_once() -> None:
    store = Store()
    await assess("fail", 0, store)
    assert len(store.moves) == 1


async def test_what_is_stored_is_read_back_and_nothing_is_asked_again() -> None:
    store = Store()
    first = context("pass", store)
    await advance._assessed(first, row(0), arrival(), ConfidentialBytes(b"x"), READING)
    assert cast(Gatherer, first.readers.evidence).asked == 1
    [sealed] = cast(PlainBlobs, first.tools.work_blobs).sealed
    [move] = store.moves
    [blob], [changed] = move.added, move.changed

    class Opener:
        async def open(self, wanted: object) -> ConfidentialBytes:
            assert wanted is blob
            return ConfidentialBytes(sealed)

    async def blob_of(blob_id: object) -> object:
        return blob if blob_id == changed.work_blob else None

    later = context("fail", store)  # DNS says something else by now
    cast(Any, later.tools).opener = Opener()
    cast(Any, store).blob = blob_of
    _, assessment = await advance._assessed(later, changed, arrival(), ConfidentialBytes(b"x"), READING)
    assert assessment.evidence.dmarc.result == "pass"
    assert cast(Gatherer, later.readers.evidence).asked == 0
    assert len(store.moves) == 1
