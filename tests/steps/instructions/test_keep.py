"""Kept sealed: off the queue, and nothing leaves."""

from __future__ import annotations

from gateway.model.kinds import IntakeState, MoveKind
from tests.steps.instructions.orders import held_query, ordered
from tests.steps.office import Office


async def test_an_intake_that_is_kept_is_off_the_queue_and_nothing_leaves(place: Office) -> None:
    intake = await held_query(place)
    before = await place.leaving()
    assert await ordered(place, MoveKind.KEEP, intake=intake) == "done"
    after = await place.row(intake.id)
    assert (after.state, after.held_reason, after.record_blob) == (IntakeState.DECIDED, None, intake.record_blob)
    assert await place.leaving() == before


async def test_keeping_nothing_is_refused(place: Office) -> None:
    assert await ordered(place, MoveKind.KEEP) == "no_intake"
