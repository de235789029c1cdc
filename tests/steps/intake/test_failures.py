"""An intake that cannot be worked on waits longer each time, and is a person's work in the end."""

from __future__ import annotations

from datetime import timedelta

from gateway.model.kinds import HeldReason, IntakeState, MoveKind
from gateway.steps.intake.adopt import adopt
from gateway.steps.intake.failures import attempt_failed, hold
from tests.steps.office import Office, letter


async def test_the_wait_doubles_with_each_attempt_and_is_never_none(place: Office) -> None:
    row = (await adopt(place.tools, place.spooled(place.arrival(), letter("x")))).row
    waits = []
    for attempts in range(1, 5):
        await attempt_failed(place.tools, row, "dns")
        row = await place.row(row.id)
        assert row.attempts == attempts
        assert row.next_attempt_at is not None
        waits.append(row.next_attempt_at - place.world.clock.now())
        place.world.clock.pass_by(timedelta(hours=1))
    for waited, seconds in zip(waits, (30, 60, 120, 240), strict=True):  # a quarter more or less, by chance
        assert timedelta(seconds=0.75 * seconds) <= waited <= timedelta(seconds=1.25 * seconds)
    codes = [(link.detail["code"], link.detail["attempts"]) for link in await place.audit(MoveKind.ATTEMPT_FAILED)]
    assert codes == [("dns", "1"), ("dns", "2"), ("dns", "3"), ("dns", "4")]
    await attempt_failed(place.tools, row, "dns")
    held = await place.row(row.id)
    assert (held.state, held.held_reason) == (IntakeState.HELD, HeldReason.ATTEMPTS_USED_UP)


async def test_a_hold_and_its_alarm_are_one_move(place: Office) -> None:
    row = (await adopt(place.tools, place.spooled(place.arrival(), letter("x")))).row
    await hold(place.tools, row, HeldReason.UNPARSEABLE, "not_a_form_post")
    [link] = await place.audit(MoveKind.HOLD)
    assert (link.intake_id, link.detail["reason"], link.detail["code"], link.detail["alarm"]) == (
        row.id,
        "unparseable",
        "not_a_form_post",
        "intake_held_by_error",
    )
    assert list(await place.leaving())[-1:] == ["alarm:operator"]


async def test_a_row_that_has_moved_on_is_not_written_over(place: Office) -> None:
    row = (await adopt(place.tools, place.spooled(place.arrival(), letter("x")))).row
    await attempt_failed(place.tools, row, "dns")
    await attempt_failed(place.tools, row, "dns")  # by what was read before
    await hold(place.tools, row, HeldReason.UNPARSEABLE, "late")
    found = await place.row(row.id)
    assert (found.attempts, found.state) == (1, IntakeState.RECEIVED)
    assert place.told.alarms == []
