"""A notification by PGP/MIME from a verified secure domain, for a child who lived here: a case is opened."""

from __future__ import annotations

import pytest

from gateway.model.kinds import CaseState, ContentEncryption, Grade, IntakeKind, IntakeState
from gateway.roles.demo.messages import CHILDREN
from tests.journeys.mail import sample
from tests.journeys.walk import Journey, Walk, notification_of, walk_through

CHILD = CHILDREN["home"]


async def arrives(walk: Walk) -> None:
    await walk.mail(sample("encrypted notification, lives here"))


async def case_is_open(walk: Walk) -> None:
    row = await walk.only_intake()
    assert (row.kind, row.grade, row.state) == (IntakeKind.NOTIFICATION, Grade.SECURE, IntakeState.DECIDED)
    [case] = await walk.store().cases()
    assert (case.id, case.state, case.panel) == (row.case_id, CaseState.OPEN, "buckinghamshire")
    assert case.first_received_at == row.received_at
    record = await walk.record(row)
    assert record.content.encrypted is ContentEncryption.OPENPGP
    assert notification_of(record).text("family_name") == CHILD.family
    assert notification_of(record).text("nhs_number") == CHILD.nhs.replace(" ", "")
    assert await walk.left() == ["acknowledgement:sender"]
    assert not walk.received("oxfordshire") and not walk.received("hertfordshire")
    [acknowledgement] = {message.content for message in walk.received("relay")}
    assert row.reference.encode() in acknowledgement
    assert b"emergency" in acknowledgement


JOURNEY = Journey("home resident", (arrives,), case_is_open, (CHILD.family, CHILD.given))


@pytest.mark.asyncio(loop_scope="session")
async def test_an_encrypted_notification_for_a_home_resident_opens_a_case(walk: Walk) -> None:
    await walk_through(walk, JOURNEY)
