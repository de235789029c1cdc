"""What becomes of a case that another gateway sent: never sent back or onwards by itself."""

from __future__ import annotations

import pytest

from gateway.model.case.transfer_kind import TransferKind
from gateway.model.ids import PanelId
from gateway.model.kinds import DispatchKind, HeldReason, IntakeState, RouteGrade, RouteOutcome
from gateway.model.residence.routing import RouteDecision
from gateway.stages.cases.decide import decide_transfer

HOME, THEIRS, THIRD = PanelId("homeshire"), PanelId("theirshire"), PanelId("thirdshire")


def routed(panel: PanelId | None, outcome: RouteOutcome = RouteOutcome.ROUTE) -> RouteDecision:
    return RouteDecision(outcome, RouteGrade.EXACT, panel, informed=(THIRD,))


def test_a_resident_of_ours_is_taken_with_one_receipt_and_nothing_else_leaves() -> None:
    plan = decide_transfer(TransferKind.FORWARD, THEIRS, 1, routed(HOME), HOME)
    assert (plan.state, plan.opens_case) == (IntakeState.DECIDED, True)
    assert [(item.kind, item.to) for item in plan.dispatches] == [(DispatchKind.TRANSFER_RECEIPT, "panel:theirshire")]


@pytest.mark.parametrize(
    "route", [routed(THEIRS), routed(THIRD), routed(None, RouteOutcome.HOLD), routed(HOME, RouteOutcome.HOLD)]
)
def test_where_our_routing_disagrees_it_is_held_with_its_case_and_receipt_and_never_forwarded(
    route: RouteDecision,
) -> None:
    plan = decide_transfer(TransferKind.FORWARD, THEIRS, 1, route, HOME)
    assert (plan.state, plan.held_reason) == (IntakeState.HELD, HeldReason.TRANSFER_DISAGREES)
    assert plan.opens_case
    assert [item.kind for item in plan.dispatches] == [DispatchKind.TRANSFER_RECEIPT]


def test_several_children_go_to_a_person() -> None:
    plan = decide_transfer(TransferKind.FORWARD, THEIRS, 2, routed(HOME), HOME)
    assert (plan.state, plan.held_reason) == (IntakeState.HELD, HeldReason.SEVERAL_CHILDREN)


def test_what_is_only_for_information_is_read_by_a_person_opens_no_case_and_is_not_receipted() -> None:
    plan = decide_transfer(TransferKind.INFORM, THEIRS, 1, routed(THEIRS), HOME)
    assert (plan.state, plan.held_reason) == (IntakeState.HELD, HeldReason.TOLD_OF_DEATH)
    assert (plan.opens_case, plan.dispatches) == (False, ())
