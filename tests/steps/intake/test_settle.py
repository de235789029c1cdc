"""A decision becomes one move: record, case, dispatches and state together, or nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.model.case.plan import Plan, PlannedDispatch, to_panel
from gateway.model.case.rows import CaseRow, IntakeRow
from gateway.model.channel.assurance import Assurance, ContentState
from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.content.intake_record import IntakeRecord, unpack_record
from gateway.model.form.notification import Notification
from gateway.model.kinds import (
    CaseState,
    Channel,
    DispatchKind,
    Grade,
    HandoverState,
    HeldReason,
    IntakeKind,
    IntakeState,
    MoveKind,
    RouteGrade,
    RouteOutcome,
)
from gateway.model.residence.routing import RouteDecision
from gateway.stages.cases.duplicates import duplicate_key
from gateway.steps.intake.adopt import adopt
from gateway.steps.intake.settle import AnswerIndexes, Transferred, settle
from tests.steps.office import HOME, KEY, NEIGHBOUR, Office, notice

ROUTE = RouteDecision(RouteOutcome.ROUTE, RouteGrade.EXACT, NEIGHBOUR)
FORWARD = PlannedDispatch(DispatchKind.FORWARD, to_panel(NEIGHBOUR))
DECIDED = Plan(IntakeKind.NOTIFICATION, IntakeState.DECIDED, opens_case=True, dispatches=(FORWARD,))


async def adopted(place: Office) -> tuple[IntakeRow, IntakeRecord]:
    arrival = place.arrival(channel=Channel.FORM)
    row = (await adopt(place.tools, place.spooled(arrival, b"x"))).row
    record = IntakeRecord(arrival, Assurance(Grade.FORM, ()), ContentState())
    return row, record


def about(record: IntakeRecord, *notifications: Notification, plan: Plan | None = DECIDED) -> IntakeRecord:
    return replace(record, notifications=notifications, routes=(ROUTE,) * len(notifications), plan=plan)


async def settled(place: Office, *notifications: Notification, plan: Plan = DECIDED) -> IntakeRow:
    row, record = await adopted(place)
    assert await settle(place.tools, place.writing, KEY, row, about(record, *notifications, plan=plan))
    return await place.row(row.id)


async def case_of(place: Office, row: IntakeRow) -> CaseRow:
    assert row.case_id is not None
    case = await place.store.case(row.case_id)
    assert isinstance(case, CaseRow)
    return case


async def test_a_first_notification_opens_a_case_with_its_panel_and_hand_over(place: Office) -> None:
    row = await settled(place, notice())
    case = await case_of(place, row)
    assert (case.state, case.panel, case.first_received_at) == (CaseState.OPEN, NEIGHBOUR, row.received_at)
    assert case.duplicate_key == duplicate_key(notice(), KEY)
    [handover] = await place.store.handovers(case.id)
    assert (handover.state, handover.panel, handover.sequence) == (HandoverState.PROPOSED, NEIGHBOUR, 1)
    [forward] = (await place.leaving(row.id)).values()
    assert (forward.case_id, handover.dispatch_id) == (case.id, forward.id)
    assert (row.state, row.kind, row.grade) == (IntakeState.DECIDED, IntakeKind.NOTIFICATION, Grade.FORM)
    assert (await place.record(row)).notifications == (notice(),)
    [link] = await place.audit(MoveKind.DECIDE)
    assert (link.case_id, link.detail["forwarded"], link.detail["kind"]) == (case.id, "yes", "notification")


async def test_a_second_notification_of_the_same_death_is_linked_and_forwarded_too(place: Office) -> None:
    first = await settled(place, notice())
    second = await settled(place, notice(place_name_address="Ward 7"))
    assert second.case_id == first.case_id
    assert second.duplicate_of is None
    assert second.case_id is not None
    assert sorted(one.sequence for one in await place.store.handovers(second.case_id)) == [1, 2]
    assert (await place.audit(MoveKind.DECIDE))[-1].detail["linked"] == "to a case that was known"


async def test_the_very_same_notification_again_is_kept_and_not_forwarded_again(place: Office) -> None:
    first, again = await settled(place, notice()), await settled(place, notice())
    assert (again.case_id, again.duplicate_of) == (first.case_id, first.id)
    assert await place.leaving(again.id) == {}
    assert (await place.audit(MoveKind.DECIDE))[-1].detail["duplicate_of"] == str(first.id)


async def test_two_twins_are_two_cases(place: Office) -> None:
    first, second = await settled(place, notice()), await settled(place, notice(given_names="Ann"))
    assert first.case_id != second.case_id
    assert second.duplicate_of is None
    assert (await case_of(place, second)).duplicate_key != (await case_of(place, first)).duplicate_key


async def test_twins_without_given_names_are_two_cases(place: Office) -> None:
    first, second = await settled(place, notice(given_names="")), await settled(place, notice(given_names=""))
    assert first.case_id != second.case_id


@pytest.mark.parametrize("number", [0, 2])
async def test_a_case_of_no_one_child_has_no_index_to_be_found_by(place: Office, number: int) -> None:
    plan = replace(DECIDED, state=IntakeState.HELD, held_reason=HeldReason.SEVERAL_CHILDREN, dispatches=())
    row = await settled(place, *[notice()] * number, plan=plan)
    case = await case_of(place, row)
    assert (case.duplicate_key, case.panel) == (None, None)
    assert (row.state, row.held_reason) == (IntakeState.HELD, HeldReason.SEVERAL_CHILDREN)
    [link] = await place.audit(MoveKind.HOLD)
    assert (link.detail["reason"], "forwarded" in link.detail) == ("several_children", False)


async def test_a_held_case_has_no_panel_yet(place: Office) -> None:
    plan = replace(DECIDED, state=IntakeState.HELD, held_reason=HeldReason.ROUTE_UNCERTAIN, dispatches=())
    assert (await case_of(place, await settled(place, notice(), plan=plan))).panel is None


async def test_a_plan_without_a_case_opens_none(place: Office) -> None:
    before = len(await place.store.cases())
    row = await settled(place, plan=Plan(IntakeKind.SECURE_QUERY, IntakeState.HELD, HeldReason.SECURE_QUERY, True))
    assert (row.case_id, row.near_miss) == (None, True)
    assert len(await place.store.cases()) == before


async def test_when_another_was_first_nothing_is_written(place: Office) -> None:
    row, record = await adopted(place)
    record = about(record, notice())
    assert await settle(place.tools, place.writing, KEY, row, record)
    cases, audit = len(await place.store.cases()), len([link async for link in place.store.audit()])
    assert not await settle(place.tools, place.writing, KEY, row, record)
    assert len(await place.store.cases()) == cases
    assert len([link async for link in place.store.audit()]) == audit
    assert len(await place.leaving(row.id)) == 1


async def test_what_was_not_decided_is_not_settled(place: Office) -> None:
    row, record = await adopted(place)
    with pytest.raises(ValueError, match="nothing was decided"):
        await settle(place.tools, place.writing, KEY, row, about(record, plan=None))


async def test_the_assessment_is_destroyed_and_what_was_inside_is_kept(place: Office) -> None:
    row, record = await adopted(place)
    work = await place.blobs.seal(ConfidentialBytes(b"assessment"), "work", place.tools.clock.now())
    await place.insert(work)
    row = replace(row, work_blob=work.id)
    opened = ConfidentialBytes(b"what was inside")
    assert await settle(place.tools, place.writing, KEY, row, about(record, notice()), opened)
    after = await place.row(row.id)
    assert (after.work_blob, (await place.store.blob(work.id)).header) == (None, b"")
    assert after.record_blob is not None
    assert unpack_record(ConfidentialBytes(place.blobs.contents[after.record_blob]))[1] == opened


async def test_blind_indexes_stand_at_what_they_are_about_and_nowhere_else(place: Office) -> None:
    row, record = await adopted(place)
    receipt = PlannedDispatch(DispatchKind.RECEIPT, "sender", "receipt_public")
    plan = replace(DECIDED, dispatches=(FORWARD, receipt))
    record = replace(about(record, notice(), plan=plan), author=ConfidentialText("nurse@trust.example"))
    indexes = AnswerIndexes("who", "thread", "everybody")
    assert await settle(place.tools, place.writing, KEY, row, record, None, indexes)
    left = await place.leaving(row.id)
    assert (left["receipt:sender"].receiver_index, left["receipt:sender"].thread_index) == ("who", "thread")
    assert left[f"forward:{to_panel(NEIGHBOUR)}"].receiver_index is None
    assert left[f"forward:{to_panel(NEIGHBOUR)}"].thread_index is None


async def test_the_clock_of_a_transfer_runs_from_its_first_receipt_elsewhere(place: Office) -> None:
    row, record = await adopted(place)
    route = RouteDecision(RouteOutcome.ROUTE, RouteGrade.EXACT, HOME)
    record = replace(about(record, notice(), plan=replace(DECIDED, dispatches=())), routes=(route,))
    since = row.received_at.replace(year=2025)
    came = Transferred(None, since, detail={"from_panel": "oxfordshire"})
    assert await settle(place.tools, place.writing, KEY, row, record, transferred=came)
    assert (await case_of(place, await place.row(row.id))).first_received_at == since
    assert (await place.audit(MoveKind.DECIDE))[-1].detail["from_panel"] == "oxfordshire"
