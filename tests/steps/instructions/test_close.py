"""A case ends only once nothing of it is open elsewhere, and can be opened again."""

from __future__ import annotations

import pytest

from gateway.model.case.rows import CaseRow
from gateway.model.kinds import CaseState, IntakeState, MoveKind
from tests.steps.instructions.orders import held_notification, held_query, ordered
from tests.steps.office import Office
from tests.steps.world import CASE


async def case_without_handover(place: Office) -> CaseRow:
    intake = await held_notification(place)
    assert intake.case_id is not None
    case = await place.store.case(intake.case_id)
    assert isinstance(case, CaseRow)
    return case


@pytest.mark.parametrize(
    ("kind", "state"), [(MoveKind.CLOSE, CaseState.CLOSED), (MoveKind.SCREEN_OUT, CaseState.SCREENED_OUT)]
)
async def test_a_case_ends_and_is_opened_again(place: Office, kind: MoveKind, state: CaseState) -> None:
    case = await case_without_handover(place)
    assert await ordered(place, kind, case=case) == "done"
    ended = await place.store.case(case.id)
    assert (ended.state, ended.closed_at) == (state, place.tools.clock.now())
    assert await ordered(place, MoveKind.REOPEN, case=ended) == "done"
    opened = await place.store.case(case.id)
    assert (opened.state, opened.closed_at) == (CaseState.OPEN, None)


@pytest.mark.parametrize("kind", [MoveKind.CLOSE, MoveKind.SCREEN_OUT])
async def test_a_case_that_another_panel_has_not_answered_stays_open(place: Office, kind: MoveKind) -> None:
    case = await place.store.case(CASE)
    assert await ordered(place, kind, case=case) == "handover_open"
    assert (await place.store.case(CASE)).state is CaseState.OPEN


async def test_an_open_case_is_not_opened_again(place: Office) -> None:
    assert await ordered(place, MoveKind.REOPEN, case=await place.store.case(CASE)) in ("no_case", "not_now")
    assert await ordered(place, MoveKind.REOPEN) == "no_case"
    assert await ordered(place, MoveKind.SCREEN_OUT) == "no_case"


async def test_an_intake_without_a_case_is_closed(place: Office) -> None:
    intake = await held_query(place)
    assert await ordered(place, MoveKind.CLOSE, intake=intake) == "done"
    after = await place.row(intake.id)
    assert (after.state, after.held_reason) == (IntakeState.CLOSED, None)
