"""No residence given: held, then a person in the console chooses the panel, and the worker carries it out."""

from __future__ import annotations

import pytest

from gateway.model.content.confidential import ConfidentialText
from gateway.model.ids import PanelId
from gateway.model.kinds import HeldReason, IntakeState, MoveKind
from gateway.roles.demo.messages import CHILDREN
from tests.journeys.mail import sample
from tests.journeys.walk import STAFF, Journey, Walk, notification_of, walk_through

CHILD = CHILDREN["nowhere"]


async def arrives(walk: Walk) -> None:
    await walk.mail(sample("no residence given"))


async def a_person_chooses(walk: Walk) -> None:
    row = await walk.only_intake()
    assert (row.state, row.held_reason) == (IntakeState.HELD, HeldReason.NO_RESIDENCE)
    assert not walk.received("oxfordshire")
    record = await walk.looked_at(row)
    posted = await walk.person(
        MoveKind.SEND_TO_PANEL,
        row,
        reason=ConfidentialText("The ward says that she lived with her aunt in Oxford."),
        panel=PanelId("oxfordshire"),
        notification=notification_of(record),
    )
    assert posted


async def sent_as_told(walk: Walk) -> None:
    row = await walk.only_intake()
    assert (row.state, row.held_reason) == (IntakeState.DECIDED, None)
    assert await walk.left() == ["acknowledgement:sender", "forward:panel:oxfordshire"]
    [case] = await walk.store().cases()
    assert case.panel == "oxfordshire"
    [plain, *_] = await walk.decrypted("oxfordshire")
    assert plain
    moves = [(link.move, link.actor) async for link in walk.store().audit()]
    assert (MoveKind.SEND_TO_PANEL, f"staff:{STAFF}") in moves


JOURNEY = Journey(
    "no residence",
    (arrives, a_person_chooses),
    sent_as_told,
    (CHILD.family, CHILD.given, "her aunt in Oxford"),
    ("oxfordshire",),
)


@pytest.mark.asyncio(loop_scope="session")
async def test_without_a_residence_a_person_chooses_and_the_worker_sends(walk: Walk) -> None:
    await walk_through(walk, JOURNEY)
