"""A person queues a held dispatch again."""

from __future__ import annotations

from gateway.model.kinds import DispatchHeldReason, DispatchState, MoveKind
from tests.steps.instructions.orders import ordered
from tests.steps.office import Office
from tests.steps.outbox.sending import now, queued


async def test_a_held_dispatch_is_queued_again(place: Office) -> None:
    row = await queued(place, state=DispatchState.HELD, held_reason=DispatchHeldReason.TOO_BIG)
    assert await ordered(place, MoveKind.MEND_DISPATCH, dispatch=row) == "done"
    after = await now(place, row)
    assert (after.state, after.held_reason) == (DispatchState.QUEUED, None)


async def test_a_dispatch_that_is_not_held_is_left_alone(place: Office) -> None:
    row = await queued(place)
    assert await ordered(place, MoveKind.MEND_DISPATCH, dispatch=row) in ("not_held", "not_now")
    assert await now(place, row) == row
    assert await ordered(place, MoveKind.MEND_DISPATCH) == "not_held"
