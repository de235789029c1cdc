"""A notification for a child of the next area: forwarded, decrypted there by the neighbour's own key, case linked."""

from __future__ import annotations

import json
from email import message_from_bytes
from email.message import Message

import pytest

from gateway.model.kinds import DispatchState, Grade, HandoverState, IntakeState
from gateway.roles.demo.messages import CHILDREN
from tests.journeys.mail import sample
from tests.journeys.walk import Journey, Walk, walk_through

CHILD = CHILDREN["oxford"]


async def arrives(walk: Walk) -> None:
    await walk.mail(sample("notification, lives in Oxford"))


async def neighbour_has_it(walk: Walk) -> None:
    row = await walk.only_intake()
    assert (row.grade, row.state) == (Grade.SECURE, IntakeState.DECIDED)
    [case] = await walk.store().cases()
    assert (case.id, case.panel) == (row.case_id, "oxfordshire")
    [handover] = await walk.store().handovers()
    assert (handover.case_id, handover.panel, handover.state) == (case.id, "oxfordshire", HandoverState.SENT)
    assert handover.due_at is not None
    assert await walk.left() == ["acknowledgement:sender", "forward:panel:oxfordshire"]
    assert all(dispatch.state is DispatchState.SENT for dispatch in await walk.dispatches())
    for plain in await walk.decrypted("oxfordshire"):
        parts = {part.get_filename(): bytes_of(part) for part in message_from_bytes(plain).walk()}
        told = json.loads(parts["notification.json"])
        assert CHILD.family in json.dumps(told)
        manifest = json.loads(parts["manifest.json"])
        assert (manifest["from"], manifest["to"], manifest["sequence"]) == ("buckinghamshire", "oxfordshire", 1)
        assert CHILD.family.encode() in parts["notification.html"]
    ids = {message_from_bytes(message.content)["Message-ID"] for message in walk.received("oxfordshire")}
    assert len(ids) == 1, "a repeat must be recognisable by its Message-ID"
    for message in walk.received("oxfordshire"):
        assert message_from_bytes(message.content)["Subject"] == "[...]"
        assert message_from_bytes(message.content)["Auto-Submitted"] == "auto-generated"


def bytes_of(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


JOURNEY = Journey("neighbour's resident", (arrives,), neighbour_has_it, (CHILD.family, CHILD.given), ("oxfordshire",))


@pytest.mark.asyncio(loop_scope="session")
async def test_a_neighbours_resident_is_forwarded_encrypted_and_the_case_is_linked(walk: Walk) -> None:
    await walk_through(walk, JOURNEY)
