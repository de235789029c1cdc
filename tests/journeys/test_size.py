"""A receiver that takes small messages only: several messages of one manifest, or a dispatch held with its reason."""

from __future__ import annotations

import copy
import json
import random
from email import message_from_bytes
from email.message import EmailMessage

import pytest

from gateway.model.kinds import DispatchHeldReason, DispatchKind, DispatchState
from gateway.roles.demo.messages import Sample
from tests.journeys.mail import sample
from tests.journeys.test_neighbours_resident import bytes_of
from tests.journeys.walk import Walk

SIZE = 5_000_000
SCAN = random.Random(6).randbytes(12_000_000)


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


@pytest.mark.asyncio(loop_scope="session")
async def test_a_receiver_that_announces_less_than_it_is_sent_gets_nothing_and_the_dispatch_is_held(
    walk: Walk,
) -> None:
    walk.sinks["oxfordshire"].max_bytes = SIZE
    await walk.mail(with_scan("notification, lives in Oxford", 9_000_000))
    await walk.settle()
    [forward] = [row for row in await walk.dispatches() if row.kind is DispatchKind.FORWARD]
    assert (forward.state, forward.held_reason) == (DispatchState.HELD, DispatchHeldReason.REFUSED_BY_NEXT_HOP)
    assert forward.last_code == "too_big_for_next_hop"
    assert not walk.received("oxfordshire")
    assert "alarm:operator" in await walk.left()
