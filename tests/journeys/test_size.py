"""A receiver that takes small messages only: several messages of one manifest, by what is set and what it announces."""

from __future__ import annotations

import copy
import hashlib
import json
import random
from collections import Counter
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage

import pytest

from gateway.model.case.rows import Move
from gateway.model.kinds import (
    DISPATCH_HELD_SENTENCES,
    DispatchHeldReason,
    DispatchKind,
    DispatchState,
    HandoverState,
    MoveKind,
)
from gateway.roles.demo.messages import CHILDREN, Sample
from gateway.steps.outbox.deliver import requeued
from tests.journeys.mail import sample
from tests.journeys.test_neighbours_resident import bytes_of
from tests.journeys.walk import Journey, Walk, walk_through

SIZE = 5_000_000
SCAN = random.Random(6).randbytes(12_000_000)


def another(name: str, size: int) -> Sample:
    """Return a notification of another child at the same address."""
    found = with_scan(name, size)
    child = CHILDREN["oxford"]
    text = found.content.get_body().get_content().replace(child.family, "Otherchild").replace(child.nhs, "999 000 0166")  # type: ignore[union-attr]
    found.content.get_body().set_content(text.replace(child.given, "Wilfred"))  # type: ignore[union-attr]
    found.content.replace_header("Message-ID", "<another@trust.example>")
    return found


def with_scan(name: str, size: int) -> Sample:
    """Return a notification with a scan that no receiver of 5 MB takes in one message."""
    found = sample(name)
    content: EmailMessage = copy.deepcopy(found.content)
    content.add_attachment(SCAN[:size], maintype="image", subtype="jpeg", filename="scan.jpg")
    return sample(name, content=content)


@pytest.mark.asyncio(loop_scope="session")
async def test_what_a_receiver_cannot_take_at_once_goes_in_several_messages_of_one_manifest(walk: Walk) -> None:
    walk.sinks["hertfordshire"].max_bytes = SIZE
    await walk.mail(with_scan("Form A as Word file, lives in Stevenage", len(SCAN)))
    await walk.settle()
    got = walk.received("hertfordshire")
    assert len(got) >= 4, "16 MB of base64 over 5 MB"
    assert all(len(message.content) <= SIZE for message in got)
    messages = [
        {part.get_filename(): bytes_of(part) for part in message_from_bytes(plain).walk()}
        for plain in await walk.decrypted("hertfordshire")
    ]
    [manifest] = {message["manifest.json"] for message in messages}
    assert json.loads(manifest)["messages"] == len(got)
    assert [number for number, message in enumerate(messages) if "notification.json" in message] == [0]
    pieces = {name: held for message in messages for name, held in message.items() if (name or "").startswith("scan")}
    assert b"".join(pieces[name] for name in sorted(pieces, key=str)) == SCAN
    forwards = [row for row in await walk.dispatches() if row.kind is DispatchKind.FORWARD]
    assert {row.state for row in forwards} == {DispatchState.SENT}
    assert len(await walk.store().handovers()) == 1


SMALL = 400_000


async def a_scan_for_a_small_server(walk: Walk) -> None:
    walk.sinks["oxfordshire"].max_bytes = SMALL
    await walk.mail(with_scan("notification, lives in Oxford", 700_000))


async def it_left_in_messages_that_fit(walk: Walk) -> None:
    """Check that one whole transfer arrived in messages of the announced size, and is the hand-over's."""
    [handover] = await walk.store().handovers()
    assert {len(message.content) <= SMALL for message in walk.received("oxfordshire")} == {True}
    plains = {plain: message_from_bytes(plain) for plain in await walk.decrypted("oxfordshire")}
    messages = [{part.get_filename(): bytes_of(part) for part in plain.walk()} for plain in plains.values()]
    [manifest] = {message["manifest.json"] for message in messages}
    described = json.loads(manifest)
    assert (described["transfer"], described["sequence"]) == (str(handover.dispatch_id), 1)
    assert described["messages"] == len({message["Message-ID"] for message in plains.values()}) > 2
    assert hashlib.sha256(manifest).hexdigest() == handover.content_hash, "a receipt of this one counts"
    pieces = {name: held for message in messages for name, held in message.items() if (name or "").startswith("scan")}
    assert b"".join(pieces[name] for name in sorted(pieces, key=str)) == SCAN[:700_000]
    states = Counter(row.state for row in await walk.dispatches() if row.kind is DispatchKind.FORWARD)
    assert states == {DispatchState.CANCELLED: 1, DispatchState.SENT: described["messages"]}
    assert (handover.state, handover.due_at is not None) == (HandoverState.SENT, True)
    assert "alarm:operator" not in await walk.left(), "no person is needed"
    [known] = [await walk.store().receiver("panel:oxfordshire")]
    assert known is not None
    assert known.max_bytes == SMALL


JOURNEY = Journey(
    "a server that takes less than it is sent",
    (a_scan_for_a_small_server,),
    it_left_in_messages_that_fit,
    (CHILDREN["oxford"].family,),
    ("oxfordshire",),
)


@pytest.mark.asyncio(loop_scope="session")
async def test_a_transfer_too_large_for_what_the_server_announces_leaves_in_messages_that_fit(walk: Walk) -> None:
    await walk_through(walk, JOURNEY)


@pytest.mark.asyncio(loop_scope="session")
async def test_what_a_server_announced_is_known_for_the_next_transfer(walk: Walk) -> None:
    await walk_through(walk, JOURNEY)
    first = {row.id for row in await walk.dispatches()}
    await walk.mail(another("notification, lives in Oxford", 700_000))
    await walk.settle()
    later = [row for row in await walk.dispatches() if row.id not in first and row.kind is DispatchKind.FORWARD]
    assert len(later) > 2
    assert {(row.state, row.attempts) for row in later} == {(DispatchState.SENT, 1)}


@pytest.mark.asyncio(loop_scope="session")
async def test_of_a_transfer_partly_sent_all_goes_again_as_one_that_fits(walk: Walk) -> None:
    walk.sinks["hertfordshire"].max_bytes = 3_000_000  # the settings say 5 MB
    found = with_scan("Form A as Word file, lives in Stevenage", 500_000)
    found.content.add_attachment(SCAN[:3_000_000], maintype="image", subtype="jpeg", filename="second.jpg")
    await walk.mail(found)
    await walk.settle()
    manifests: Counter[bytes] = Counter()
    for plain in await walk.decrypted("hertfordshire"):
        parts = {part.get_filename(): bytes_of(part) for part in message_from_bytes(plain).walk()}
        manifests[parts["manifest.json"]] += 1
    [handover] = await walk.store().handovers()
    counted = {
        json.loads(manifest)["transfer"]: (json.loads(manifest)["messages"], n) for manifest, n in manifests.items()
    }
    wanted, got = counted.pop(str(handover.dispatch_id))
    assert wanted == got, "the whole transfer that the hand-over is of"
    assert list(counted.values()) == [(3, 1)], "one of its messages had left before: it alone never makes a case"
    states = Counter(row.state for row in await walk.dispatches() if row.kind is DispatchKind.FORWARD)
    assert states == {DispatchState.SENT: 1 + wanted, DispatchState.CANCELLED: 2}


@pytest.mark.asyncio(loop_scope="session")
async def test_what_cannot_be_divided_to_fit_is_held_with_what_to_do_and_tried_again_once_it_fits(walk: Walk) -> None:
    walk.sinks["oxfordshire"].max_bytes = 5_000  # not even the notification
    await walk.mail(sample("notification, lives in Oxford"))
    await walk.settle()
    [forward] = [row for row in await walk.dispatches() if row.kind is DispatchKind.FORWARD]
    assert (forward.state, forward.held_reason) == (DispatchState.HELD, DispatchHeldReason.TOO_BIG)
    assert forward.last_code == "too_big_for_next_hop"
    assert not walk.received("oxfordshire")
    assert "alarm:operator" in await walk.left()
    walk.sinks["oxfordshire"].max_bytes = 20_000_000
    again = Move(MoveKind.MEND_DISPATCH, "tester", datetime.now(UTC), changed=(requeued(forward),))
    assert await walk.store().commit(again)
    await walk.settle()
    assert len(walk.received("oxfordshire")) == 1


@pytest.mark.asyncio(loop_scope="session")
async def test_a_server_that_announces_nothing_and_refuses_the_size_is_held_with_what_to_do(walk: Walk) -> None:
    walk.sinks["oxfordshire"].refuse = "552 5.3.4 too big"
    await walk.mail(sample("notification, lives in Oxford"))
    await walk.settle()
    [forward] = [row for row in await walk.dispatches() if row.kind is DispatchKind.FORWARD]
    assert (forward.state, forward.held_reason) == (DispatchState.HELD, DispatchHeldReason.TOO_BIG)
    assert "max_message_bytes" in DISPATCH_HELD_SENTENCES[DispatchHeldReason.TOO_BIG]
