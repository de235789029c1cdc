"""A notification by the web form: sealed before the confirmation, forwarded like one that came by mail."""

from __future__ import annotations

import pytest

from gateway.model.kinds import Channel, Grade, IntakeKind, IntakeState
from gateway.roles.demo.run import FORM_CHILD
from tests.journeys.walk import Journey, Walk, notification_of, walk_through


async def arrives(walk: Walk) -> None:
    await walk.form("/notify/one-page", FORM_CHILD)


async def neighbour_has_it(walk: Walk) -> None:
    row = await walk.only_intake()
    assert (row.channel, row.kind, row.grade) == (Channel.FORM, IntakeKind.NOTIFICATION, Grade.FORM)
    assert row.state is IntakeState.DECIDED
    record = await walk.record(row)
    assert notification_of(record).text("family_name") == FORM_CHILD["family_name"]
    assert notification_of(record).text("date_of_birth") == "2021-02-03"
    assert await walk.left() == ["forward:panel:oxfordshire"]
    assert await walk.decrypted("oxfordshire")
    assert not walk.received("relay"), "nobody is written to who is not proved"


JOURNEY = Journey(
    "by form",
    (arrives,),
    neighbour_has_it,
    (FORM_CHILD["family_name"], FORM_CHILD["given_names"]),
    ("oxfordshire",),
)


@pytest.mark.asyncio(loop_scope="session")
async def test_a_form_is_sealed_routed_and_forwarded(walk: Walk) -> None:
    await walk_through(walk, JOURNEY)


@pytest.mark.asyncio(loop_scope="session")
async def test_the_confirmation_shows_the_reference_of_the_intake(walk: Walk) -> None:
    reference = await walk.form("/notify/one-page", FORM_CHILD)
    await walk.settle()
    assert (await walk.only_intake()).reference == reference
