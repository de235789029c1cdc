"""A plan says in words what would be done, in the order in which it is done."""

from __future__ import annotations

from gateway.model.case.plan import TO_SENDER, Plan, PlannedDispatch, to_panel
from gateway.model.ids import PanelId
from gateway.model.kinds import DispatchKind, IntakeKind, IntakeState

KENT = PanelId("kent")


def test_a_plan_in_words() -> None:
    leaving = (PlannedDispatch(DispatchKind.FORWARD, to_panel(KENT)), PlannedDispatch(DispatchKind.ADVICE, TO_SENDER))
    plan = Plan(IntakeKind.NOTIFICATION, IntakeState.DECIDED, near_miss=True, opens_case=True, dispatches=leaving)
    assert plan.moves == ("decided", "open_case", "record_near_miss", "forward:panel:kent", "advice:sender")
    assert Plan(IntakeKind.GENERAL_QUERY, IntakeState.CLOSED).moves == ("closed",)
