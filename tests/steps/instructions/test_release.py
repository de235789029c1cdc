"""The general inbox gets what a person let through, exactly as they agreed to it."""

from __future__ import annotations

from gateway.model.content.confidential import ConfidentialText
from gateway.model.content.screening import Screened
from gateway.model.kinds import IntakeState, MoveKind, ScreenOutcome
from tests.steps.instructions.orders import held_query, ordered
from tests.steps.office import Office, parsed

SCREENED = Screened(ScreenOutcome.MASKED, ConfidentialText("A question"), ConfidentialText("Please ring [number 1]."))


async def test_what_leaves_is_what_the_person_saw(place: Office) -> None:
    intake = await held_query(place)
    done = await ordered(place, MoveKind.RELEASE, intake=intake, with_original=True, screened=SCREENED)
    assert done == "done"
    [row] = (await place.leaving(intake.id)).values()
    _, content = await place.payload(row)
    mail = parsed(content)
    assert mail.subject.reveal() == "A question"
    assert mail.parts[0].content.reveal().decode().strip() == "Please ring [number 1]."
    assert b"somebody ring me" not in content
    after = await place.row(intake.id)
    assert (after.state, after.held_reason, after.kind) == (IntakeState.DECIDED, None, intake.kind)


async def test_without_what_they_saw_nothing_leaves(place: Office) -> None:
    intake = await held_query(place)
    assert await ordered(place, MoveKind.RELEASE, intake=intake, with_original=True) == "payload"
    assert await ordered(place, MoveKind.RELEASE, intake=intake, screened=SCREENED) == "no_original"
    assert await place.leaving(intake.id) == {}
