"""An automatic answer joins the plan, or the record says why there is none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.model.case.plan import TO_SENDER
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.content.intake_record import IntakeRecord
from gateway.model.kinds import MailboxName
from gateway.steps.intake.answered import AnsweredBefore, answered
from gateway.steps.intake.assess import Assessment, look
from gateway.steps.intake.judge import judge
from gateway.steps.intake.read import Reading, read
from tests.steps.office import Office, letter


async def decided(place: Office, raw: bytes) -> tuple[IntakeRecord, Reading, Assessment]:
    arrival, content = place.arrival(MailboxName.GENERAL), ConfidentialBytes(raw)
    reading = await read(place.readers, arrival, content)
    assessment = await look(place.readers, arrival, content, reading, place.tools.clock.now())
    record = await judge(place.readers, arrival, reading, assessment, place.tools.clock.now())
    return record, reading, assessment


def to_sender(record: IntakeRecord) -> list[str]:
    assert record.plan is not None
    return [item.template for item in record.plan.dispatches if item.to == TO_SENDER]


async def test_a_proved_author_is_answered_with_the_text_for_them(place: Office) -> None:
    record, reading, assessment = await decided(place, letter("When is the next meeting?"))
    found = answered(place.readers, record, reading, assessment, AnsweredBefore())
    assert to_sender(found) == ["receipt_parent"]
    assert found.answer_withheld == ""
    assert found.plan is not None
    assert record.plan is not None
    assert found.plan.dispatches[: len(record.plan.dispatches)] == record.plan.dispatches


@pytest.mark.parametrize(
    ("before", "code"),
    [(AnsweredBefore(in_thread=True), "thread_answered"), (AnsweredBefore(today=20), "too_many")],
)
async def test_why_nobody_is_answered_stands_in_the_record(place: Office, before: AnsweredBefore, code: str) -> None:
    record, reading, assessment = await decided(place, letter("When is the next meeting?"))
    found = answered(place.readers, record, reading, assessment, before)
    assert (found.answer_withheld, to_sender(found), found.plan) == (code, [], record.plan)


async def test_a_professional_gets_the_text_for_professionals(place: Office) -> None:
    raw = letter("When is the next meeting?", author="nurse@trust.nhs.uk")
    record, reading, assessment = await decided(place, raw)
    found = answered(place.readers, record, reading, assessment, AnsweredBefore())
    assert to_sender(found) == ["receipt_professional"]


async def test_what_was_not_decided_is_not_answered(place: Office) -> None:
    record, reading, assessment = await decided(place, letter("x"))
    with pytest.raises(ValueError, match="nothing was decided"):
        answered(place.readers, replace(record, plan=None), reading, assessment, AnsweredBefore())
