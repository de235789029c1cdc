"""Whether the sender gets an automatic answer, and which."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gateway.model.content.intake_record import IntakeRecord
from gateway.model.content.message import Mail
from gateway.stages.answers import answering
from gateway.stages.cases import decide
from gateway.steps.intake.assess import Assessment
from gateway.steps.intake.read import Reading
from gateway.steps.intake.readers import Readers


@dataclass(frozen=True, slots=True)
class AnsweredBefore:
    """What the store says of earlier automatic answers to this sender."""

    in_thread: bool = False
    today: int = 0


def answered(
    readers: Readers, record: IntakeRecord, reading: Reading, assessment: Assessment, before: AnsweredBefore
) -> IntakeRecord:
    """Add the automatic answer to the sender to the plan, or the code of why there is none."""
    plan = record.plan
    if plan is None:
        raise ValueError("nothing was decided")
    question = answering.Question(
        kind=plan.kind,
        mailbox=record.arrival.mailbox,
        evidence=assessment.evidence,
        assurance=record.assurance,
        content=record.content,
        mail=reading.outer if isinstance(reading.outer, Mail) else None,
        case_content=plan.near_miss,
        sender_class=record.screened.sender_class if record.screened is not None else None,
        topic=record.screened.topic if record.screened is not None else None,
        answered_before=before.in_thread,
        answers_today=before.today,
    )
    answer = answering.answer_kind(question, readers.secure_domains, readers.own_addresses)
    if isinstance(answer, answering.NoAnswer):
        return replace(record, answer_withheld=answer.code)
    return replace(record, plan=decide.with_answer(plan, answer.dispatch, answer.template))
