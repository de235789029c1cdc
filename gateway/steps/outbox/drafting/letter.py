"""Draft one message that holds nothing confidential, or an answer to a proved sender."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.model.case.payload import Payload, pack_payload
from gateway.model.case.plan import TO_GENERAL_INBOX, PlannedDispatch
from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.content.intake_record import IntakeRecord
from gateway.model.ids import DispatchId, uuid7
from gateway.model.kinds import DispatchKind
from gateway.stages.answers.letter import Letter, message_id, write
from gateway.stages.answers.texts import in_languages
from gateway.steps.outbox.drafting.writing import Drafted, Subject, Writing, bounce_address, token
from gateway.steps.tools import Tools


def letter_of(tools: Tools, writing: Writing, planned: PlannedDispatch, about: Subject) -> Drafted:
    """Draft one message that holds nothing confidential, or a person's answer to a proved sender."""
    office, record = tools.office, about.record
    dispatch_id = DispatchId(uuid7(tools.clock.now(), tools.draw()))
    handle = token(tools.draw())
    bounce, reply_to = bounce_address(tools, planned.kind, handle), ""
    address = record.author.reveal()
    if planned.to == TO_GENERAL_INBOX:
        subject, body = _for_general_inbox(record)
        address, reply_to = office.general_inbox, f"reply+{handle}@{office.domain}"
    elif planned.kind is DispatchKind.ANSWER:
        subject, body = f"From {office.panel_name}: {record.arrival.reference}", about.answer.reveal()
        reply_to = office.secure_address
    else:
        values = {**office.text_values(), **planned.values, "reference": record.arrival.reference}
        subject, body = in_languages(writing.texts, planned.template, _languages(record, writing), values)
    letter = Letter(
        kind=planned.kind,
        author=office.general_address,
        author_name=office.panel_name,
        to=address,
        subject=subject,
        body=body,
        message_id=message_id(dispatch_id, office.domain),
        written_at=tools.clock.now(),
        reply_to=reply_to,
    )
    payload = pack_payload(Payload(bounce, ConfidentialText(address)), ConfidentialBytes(write(letter)))
    return Drafted(planned.kind, planned.to, dispatch_id, handle, payload)


def _for_general_inbox(record: IntakeRecord) -> tuple[str, str]:
    """Return what screening made: nothing else of a message goes there."""
    if record.screened is None:
        raise ValueError("what was not screened does not leave")
    return record.screened.subject.reveal(), record.screened.text.reveal()


def tokens_of(record: IntakeRecord) -> tuple[tuple[ConfidentialText, str], ...]:
    """Return the tokens that stand for masked details in the released text."""
    return record.screened.masks if record.screened is not None else ()


def _languages(record: IntakeRecord, writing: Writing) -> Sequence[str]:
    """A form says what its sender reads; a mail does not."""
    return (record.arrival.web.language,) if record.arrival.web is not None else writing.answer_languages
