"""A person opens a case from what was read as something else."""

from __future__ import annotations

from gateway.model.kinds import CaseState, IntakeKind, IntakeState, MoveKind
from tests.steps.instructions.orders import held_notification, held_query, ordered
from tests.steps.office import Office, notice


async def test_a_query_becomes_a_notification_with_a_case_of_its_own(place: Office) -> None:
    intake = await held_query(place)
    assert await ordered(place, MoveKind.OPEN_CASE, intake=intake, notification=notice()) == "done"
    after = await place.row(intake.id)
    assert (after.state, after.kind) == (IntakeState.DECIDED, IntakeKind.NOTIFICATION)
    assert after.case_id is not None
    case = await place.store.case(after.case_id)
    assert (case.state, case.first_received_at) == (CaseState.OPEN, intake.received_at)
    assert case.duplicate_key is not None
    assert (await place.audit(MoveKind.OPEN_CASE))[0].case_id == case.id


async def test_what_has_a_case_gets_no_second(place: Office) -> None:
    intake = await held_notification(place)
    cases = len(await place.store.cases())
    assert await ordered(place, MoveKind.OPEN_CASE, intake=intake) == "has_case"
    assert len(await place.store.cases()) == cases
