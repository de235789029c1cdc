"""A person chose the panel: the case leaves for it with its originals, and what must be told is told once."""

from __future__ import annotations

from typing import Any

from gateway.model.kinds import DispatchKind, IntakeState, MoveKind
from tests.steps.instructions.orders import held_notification, held_query, ordered
from tests.steps.office import HOME, NEIGHBOUR, Office, notice


async def test_the_case_of_a_notification_leaves_for_the_panel_that_was_chosen(place: Office) -> None:
    intake = await held_notification(place)
    done = await ordered(
        place, MoveKind.SEND_TO_PANEL, intake=intake, with_original=True, panel=NEIGHBOUR, notification=notice()
    )
    assert done == "done"
    after = await place.row(intake.id)
    assert (after.state, after.case_id) == (IntakeState.DECIDED, intake.case_id)
    assert (await place.store.case(intake.case_id)).panel == NEIGHBOUR
    assert "forward:panel:oxfordshire" in await place.leaving(intake.id)
    [handover] = await place.store.handovers(intake.case_id)
    assert handover.panel == NEIGHBOUR
    assert (await place.audit(MoveKind.SEND_TO_PANEL))[0].detail["panel"] == NEIGHBOUR


async def test_a_query_gets_its_case_in_the_same_move(place: Office) -> None:
    intake = await held_query(place)
    parts: dict[str, Any] = {"with_original": True, "panel": NEIGHBOUR, "notification": notice()}
    assert await ordered(place, MoveKind.SEND_TO_PANEL, intake=intake, **parts) == "done"
    after = await place.row(intake.id)
    assert after.case_id is not None
    assert (await place.store.case(after.case_id)).panel == NEIGHBOUR
    left = await place.leaving(intake.id)
    assert {row.case_id for row in left.values()} == {after.case_id}
    _, content = await place.payload(left["forward:panel:oxfordshire"])
    assert b"original-message.txt" in content


async def test_for_our_own_panel_nothing_leaves(place: Office) -> None:
    intake = await held_notification(place)
    parts: dict[str, Any] = {"with_original": True, "panel": HOME, "notification": notice("HP27 9QF")}
    assert await ordered(place, MoveKind.SEND_TO_PANEL, intake=intake, **parts) == "done"
    assert (await place.store.case(intake.case_id)).panel == HOME
    forwards = [row for row in (await place.leaving(intake.id)).values() if row.kind is DispatchKind.FORWARD]
    assert forwards == []


async def test_without_panel_notification_or_original_it_is_refused(place: Office) -> None:
    intake = await held_notification(place)
    assert await ordered(place, MoveKind.SEND_TO_PANEL, intake=intake, panel=NEIGHBOUR) == "payload"
    assert await ordered(place, MoveKind.SEND_TO_PANEL, intake=intake, notification=notice()) == "payload"
    parts: dict[str, Any] = {"panel": NEIGHBOUR, "notification": notice()}
    assert await ordered(place, MoveKind.SEND_TO_PANEL, intake=intake, **parts) == "no_original"
    assert await place.leaving(intake.id) == {}
