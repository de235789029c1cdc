"""An instruction is carried out in one move with its own row, or refused with a code that the person is shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.model.case.rows import Move
from gateway.model.kinds import IntakeState, MoveKind
from gateway.steps.instructions.carry_out import carry_out
from tests.steps.instructions.orders import context, held_query, ordered, posted, result, staff_of
from tests.steps.office import Office


async def test_what_was_done_stands_in_the_audit_under_the_persons_name(place: Office) -> None:
    intake = await held_query(place)
    row, _ = await posted(place, MoveKind.KEEP, intake=intake)
    await carry_out(place.tools, context(place, staff_of()), row)
    assert await result(place, row) == ("done", "done")
    [link] = await place.audit(MoveKind.KEEP)
    assert (link.actor, link.intake_id, link.detail["instruction"]) == ("staff:miro", intake.id, str(row.id))


async def test_a_refusal_stands_in_the_audit_and_changes_nothing_else(place: Office) -> None:
    intake = await held_query(place)
    row, _ = await posted(place, MoveKind.SEND_TO_PANEL, intake=intake)
    await carry_out(place.tools, context(place, staff_of()), row)
    assert await result(place, row) == ("refused", "payload")
    [link] = await place.audit(MoveKind.REFUSED)
    assert (link.actor, link.detail["code"], link.detail["kind"]) == ("worker", "payload", "send_to_panel")
    assert (await place.row(intake.id)).state is IntakeState.HELD
    assert place.told.alarms == []


async def test_a_signature_that_does_not_hold_is_refused_with_an_alarm(place: Office) -> None:
    intake = await held_query(place)
    row, _ = await posted(place, MoveKind.KEEP, intake=intake)
    await carry_out(place.tools, context(place, staff_of()), replace(row, signature=b"forged"))
    assert await result(place, row) == ("refused", "signature")
    assert place.told.alarms == ["instruction_refused"]
    assert (await place.row(intake.id)).state is IntakeState.HELD


async def test_a_kind_that_no_person_may_order_is_refused(place: Office) -> None:
    intake = await held_query(place)
    assert await ordered(place, MoveKind.ADOPT, intake=intake) == "right"


async def test_when_a_row_moved_meanwhile_the_instruction_stays_posted(
    place: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    intake = await held_query(place)
    row, _ = await posted(place, MoveKind.KEEP, intake=intake)

    async def first_elsewhere(move: Move) -> bool:
        return False

    with monkeypatch.context() as patch:
        patch.setattr(place.store, "commit", first_elsewhere)
        await carry_out(place.tools, context(place, staff_of()), row)
    assert await result(place, row) == ("posted", None)
    await carry_out(place.tools, context(place, staff_of()), row)
    assert await result(place, row) == ("done", "done")
