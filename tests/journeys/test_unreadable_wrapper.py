"""An encrypted wrapper that the gateway cannot open: held for a person, kept whole, its clock running."""

from __future__ import annotations

import pytest

from gateway.model.kinds import Grade, HeldReason, IntakeKind, IntakeState
from gateway.roles.demo.messages import locked_zip
from tests.journeys.mail import sample
from tests.journeys.walk import STAFF, Journey, Walk, walk_through


async def arrives(walk: Walk) -> None:
    await walk.mail(sample("locked wrapper"))


async def held_whole(walk: Walk) -> None:
    row = await walk.only_intake()
    assert (row.kind, row.grade) == (IntakeKind.UNREADABLE, Grade.UNREADABLE)
    assert (row.state, row.held_reason) == (IntakeState.HELD, HeldReason.UNREADABLE_WRAPPER)
    record = await walk.record(row)
    assert record.content.wrapper == "password_zip"
    original = await walk.desk().open_inside(row, STAFF)
    assert original is None
    assert await walk.left() == ["advice:sender"]
    assert locked_zip()


JOURNEY = Journey("unreadable wrapper", (arrives,), held_whole)


@pytest.mark.asyncio(loop_scope="session")
async def test_a_wrapper_that_nobody_here_can_open_is_held_whole(walk: Walk) -> None:
    await walk_through(walk, JOURNEY)
