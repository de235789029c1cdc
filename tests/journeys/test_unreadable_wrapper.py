"""An encrypted wrapper that the gateway cannot open: held for a person, kept whole, its clock running."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.console.console_settings import Clocks
from gateway.console.times import Urgency, intake_age
from gateway.model.kinds import Grade, HeldReason, IntakeKind, IntakeState
from gateway.model.office.looks import Looked
from tests.journeys.mail import sample
from tests.journeys.walk import STAFF, Journey, Walk, walk_through

CLOCKS = Clocks(local=timedelta(hours=24), ncmd=timedelta(hours=48))


async def arrives(walk: Walk) -> None:
    await walk.mail(sample("locked wrapper"))


async def held_whole(walk: Walk) -> None:
    row = await walk.only_intake()
    assert (row.kind, row.grade) == (IntakeKind.UNREADABLE, Grade.UNREADABLE)
    assert (row.state, row.held_reason) == (IntakeState.HELD, HeldReason.UNREADABLE_WRAPPER)
    record = await walk.record(row)
    assert record.content.wrapper == "password_zip"
    assert await walk.desk().open_inside(row, STAFF) is None
    original = await walk.desk().open_original(row, STAFF, Looked.RECORD)
    assert original.content.reveal() == sample("locked wrapper").content.as_bytes(), "kept whole, as it came"
    assert await walk.left() == ["advice:sender"]
    due = row.received_at + CLOCKS.local
    assert intake_age(row, due - timedelta(minutes=1), CLOCKS).urgency is Urgency.RUNNING
    assert intake_age(row, due + timedelta(minutes=1), CLOCKS).urgency is Urgency.LATE


JOURNEY = Journey("unreadable wrapper", (arrives,), held_whole)


@pytest.mark.asyncio(loop_scope="session")
async def test_a_wrapper_that_nobody_here_can_open_is_held_whole(walk: Walk) -> None:
    await walk_through(walk, JOURNEY)
