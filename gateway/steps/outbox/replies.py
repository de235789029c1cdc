"""Staff of the general inbox answer a stripped message from their own mailbox: the gateway sends it on.

The answer must provably come from the general inbox's own domain. Quotes and the staff member's direct details are
taken off, and what is left is screened like anything that leaves the secure side: a doubt asks a person.
"""

from __future__ import annotations

from dataclasses import replace

from gateway.model.case.plan import TO_SENDER, PlannedDispatch
from gateway.model.case.rows import BlobRow, DispatchRow, IntakeRow, Move, Row
from gateway.model.channel.arrival import Arrival
from gateway.model.channel.assurance import Assurance, ContentState, Evidence
from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.content.intake_record import IntakeRecord, pack_record
from gateway.model.content.message import Mail, Part
from gateway.model.content.screening import ScreenContext
from gateway.model.content.thread import Remembered
from gateway.model.kinds import (
    DispatchKind,
    Grade,
    HeldReason,
    IntakeKind,
    IntakeState,
    MailboxName,
    MoveKind,
    ScreenOutcome,
)
from gateway.ports import Temporary
from gateway.stages.answers.automatic import automatic
from gateway.stages.screen import screen
from gateway.stages.screen.write.staff_answer import strip_answer
from gateway.steps.intake.readers import Readers
from gateway.steps.intake.thread import beside
from gateway.steps.outbox.drafting.draft import draft
from gateway.steps.outbox.drafting.writing import Subject, Writing
from gateway.steps.tools import Tools


async def take_reply(
    tools: Tools, readers: Readers, writing: Writing, row: IntakeRow, arrival: Arrival, content: ConfidentialBytes
) -> None:
    """Send one answer on to whoever wrote, or hold it with the reason. Automatic replies go nowhere."""
    dispatch = await tools.store.dispatch_by_token(arrival.token) if arrival.token else None
    known = await beside(tools, dispatch) if dispatch is not None else Remembered()
    if dispatch is None or not known.author:
        await _settle(tools, row, HeldReason.UNKNOWN_TOKEN, "unknown_token")
        return
    mail = await readers.mime.parse(content)
    if not isinstance(mail, Mail):
        await _settle(tools, row, HeldReason.UNPARSEABLE, "unparsed")
        return
    if automatic(mail, arrival.envelope.reverse_path if arrival.envelope is not None else ""):
        await _settle(tools, row, None, "automatic")
        return
    evidence = await readers.evidence.gather(arrival, mail, content)
    if not _is_own(evidence, tools.office.general_inbox):
        await _settle(tools, row, HeldReason.ANSWER_NOT_PROVED, "not_proved")
        return
    answer = _stripped(tools, mail, evidence)
    if not answer or not _may_leave(readers, arrival, answer, known):
        await _settle(tools, row, HeldReason.CONFIDENTIAL_CONTENT, "answer_held", await _kept(tools, arrival, answer))
        return
    await _send(tools, writing, row, arrival, dispatch, known.author, answer)


def _is_own(evidence: Evidence, general_inbox: str) -> bool:
    """Say whether the author is proved by DMARC to write from the general inbox's own domain."""
    domain = general_inbox.rpartition("@")[2].lower()
    return evidence.dmarc.result == "pass" and evidence.author.domain == domain


def _stripped(tools: Tools, mail: Mail, evidence: Evidence) -> str:
    texts = [part for part in mail.parts if part.content_type == "text/plain" and part.filename is None]
    if not texts:
        return ""
    names = [name.reveal() for name in mail.author_names]
    office = tools.office
    written = texts[0].content.reveal().decode(texts[0].charset or "utf-8", "replace")
    own = (*names, evidence.author.address.reveal())
    return strip_answer(written, own, (office.telephone, office.general_address))


def _may_leave(readers: Readers, arrival: Arrival, answer: str, known: Remembered) -> bool:
    body = Part((0,), "text/plain", "utf-8", None, None, ConfidentialBytes(answer.encode()))
    mail = Mail((), "text/plain", ConfidentialText("An answer"), (), (), None, (body,))
    context = ScreenContext(
        MailboxName.GENERAL, arrival.received_at, arrival.reference, allowed=readers.known, known_names=known.names
    )
    return screen(mail, context, readers.screening).outcome is not ScreenOutcome.CARD


async def _kept(tools: Tools, arrival: Arrival, answer: str) -> BlobRow:
    """Seal what was written for staff to read: it is held, not lost."""
    record = IntakeRecord(arrival, Assurance(Grade.NOT_SECURE, ()), ContentState(), text=ConfidentialText(answer))
    return await tools.case_blobs.seal(pack_record(record), "record", tools.clock.now())


async def _send(
    tools: Tools,
    writing: Writing,
    row: IntakeRow,
    arrival: Arrival,
    dispatch: DispatchRow,
    target: ConfidentialText,
    answer: str,
) -> None:
    asked = await tools.store.intake(dispatch.intake_id) if dispatch.intake_id is not None else None
    named = replace(arrival, reference=asked.reference if asked is not None else arrival.reference)
    record = IntakeRecord(named, Assurance(Grade.NOT_SECURE, ()), ContentState(), author=target)
    about = Subject(record, dispatch.case_id, answer=ConfidentialText(answer + "\n"))
    rows = await draft(tools, writing, PlannedDispatch(DispatchKind.ANSWER, TO_SENDER), about)
    await _settle(tools, row, None, "answered", *rows)


async def _settle(tools: Tools, row: IntakeRow, held: HeldReason | None, code: str, *added: Row) -> None:
    record = next((item.id for item in added if isinstance(item, BlobRow) and item.purpose == "record"), None)
    state = IntakeState.CLOSED if held is None else IntakeState.HELD
    settled = replace(row, state=state, kind=IntakeKind.GENERAL_QUERY, held_reason=held, record_blob=record)
    detail = {"kind": IntakeKind.GENERAL_QUERY.value, "code": code}
    kind = MoveKind.ANSWER if code == "answered" else MoveKind.HOLD if held is not None else MoveKind.REPORT
    move = Move(kind, "worker", tools.clock.now(), added=added, changed=(settled,), intake_id=row.id, detail=detail)
    if not await tools.store.commit(move):
        raise Temporary("another_was_first")
