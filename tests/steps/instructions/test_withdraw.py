"""What has not left can be taken back, whole; what has left, or leaves at this moment, cannot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from gateway.model.case.rows import DispatchRow, HandoverRow
from gateway.model.ids import BlobId, DispatchId
from gateway.model.kinds import DispatchKind, DispatchState, HandoverState
from gateway.steps.instructions.context import Refused
from gateway.steps.instructions.withdraw import cancelled
from tests.steps.world import CASE, FORWARD, START, World, world


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as made:
        yield made


def waiting(state: DispatchState = DispatchState.QUEUED) -> DispatchRow:
    number = DispatchId(uuid4())
    return DispatchRow(
        number, DispatchKind.FORWARD, "panel:oxfordshire", state, f"<{number}@x>", BlobId(uuid4()), START, case_id=CASE
    )


@pytest.mark.parametrize("state", [DispatchState.QUEUED, DispatchState.HELD])
async def test_what_waits_is_cancelled_with_its_payload(office: World, state: DispatchState) -> None:
    row, handover = waiting(state), await office.handover()
    ended = cancelled([row], [handover], START)
    [dispatch, withdrawn] = ended.changed
    assert isinstance(dispatch, DispatchRow)
    assert isinstance(withdrawn, HandoverRow)
    assert (dispatch.state, dispatch.payload_blob, ended.destroyed) == (
        DispatchState.CANCELLED,
        None,
        (row.payload_blob,),
    )
    assert (withdrawn.state, withdrawn.withdrawn_at) == (HandoverState.WITHDRAWN, START)


async def test_what_leaves_at_this_moment_is_not_taken_back(office: World) -> None:
    with pytest.raises(Refused) as refused:
        cancelled([waiting(), replace(waiting(), leaving_at=START)], [], START)
    assert refused.value.code == "leaving_now"


async def test_what_has_left_stays_as_it_is(office: World) -> None:
    sent = await office.store.dispatch(FORWARD)
    assert sent is not None
    assert cancelled([sent], [], START).changed == ()
