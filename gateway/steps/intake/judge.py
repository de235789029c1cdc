"""Judge one arrival: extract, screen, route and decide. The dry run uses the same steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from gateway.model.channel.arrival import Arrival
from gateway.model.content.confidential import NOTHING, ConfidentialText
from gateway.model.content.intake_record import AttachmentNote, IntakeRecord
from gateway.model.content.message import Mail
from gateway.model.content.thread import Remembered
from gateway.model.form.notification import Notification
from gateway.model.kinds import ContentEncryption, DispatchKind, HeldReason, MailboxName, ScreenOutcome
from gateway.model.residence.named import Named
from gateway.ports import Permanent
from gateway.stages import extract
from gateway.stages.assess import spam
from gateway.stages.cases import decide
from gateway.stages.extract.form import text_of
from gateway.stages.extract.told.read import Heard, Told
from gateway.stages.route import route
from gateway.stages.route.named import read_message, read_remarks
from gateway.stages.screen.write.withhold import withhold
from gateway.steps.intake.assess import Assessment
from gateway.steps.intake.read import Reading
from gateway.steps.intake.readers import Readers
from gateway.steps.intake.scan import Scanned
from gateway.steps.intake.screened import screen_context, screened_of, second_opinion_is_clear


async def judge(
    readers: Readers,
    arrival: Arrival,
    reading: Reading,
    assessment: Assessment,
    now: datetime,
    scanned: Scanned = Scanned(),  # noqa: B008 - immutable: nothing was scanned
    thread: Remembered = Remembered(),  # noqa: B008 - immutable: nothing is known of a thread
) -> IntakeRecord:
    """Extract, screen, route and decide. Returns the whole record with its plan."""
    heard, named = await _heard(readers, reading) if assessment.content.opened else (Heard(Told.NO), Named())
    record = record_of(readers, arrival, reading, assessment, heard.notifications, now, thread, named)
    if heard.told is Told.POSSIBLY and _is_innocent(record):
        record = replace(record, notifications=(), routes=())
    possible = heard.told is Told.POSSIBLY and bool(record.notifications)
    return await _decided(readers, record, reading, assessment, scanned, possible=possible)


def record_of(
    readers: Readers,
    arrival: Arrival,
    reading: Reading,
    assessment: Assessment,
    notifications: tuple[Notification, ...],
    now: datetime,
    thread: Remembered = Remembered(),  # noqa: B008 - immutable: nothing is known of a thread
    named: Named = Named(),  # noqa: B008 - immutable: there is no message beside the fields
) -> IntakeRecord:
    """Screen and route what was found, and put together everything that is kept. Nothing is decided yet."""
    tables = readers.routing()
    routes = tuple(route(extract.residence(item, named), tables, now) for item in notifications)
    screened = screened_of(readers, arrival, reading, assessment, thread)
    author, author_name = _author(reading, assessment)
    return IntakeRecord(
        arrival=arrival,
        assurance=assessment.assurance,
        content=assessment.content,
        subject=reading.mail.subject if isinstance(reading.mail, Mail) else NOTHING,
        author=author,
        author_name=author_name,
        message_id=_message_id(reading),
        text=screened.source,
        attachments=_attachments(reading),
        notifications=notifications,
        routes=routes,
        screened=screened,
        evidence=assessment.evidence,
        answer_key=tables.panels.with_key_at(author.reveal(), now.date()) if author else None,
        answerable=assessment.assurance.authenticated and assessment.assurance.grade.is_proved,
    )


async def _decided(
    readers: Readers,
    record: IntakeRecord,
    reading: Reading,
    assessment: Assessment,
    scanned: Scanned,
    *,
    possible: bool = False,
) -> IntakeRecord:
    facts = decide.Facts(
        mailbox=record.arrival.mailbox,
        channel=record.arrival.channel,
        assurance=record.assurance,
        content=record.content,
        home_panel=readers.home_panel,
        screened=record.screened if isinstance(reading.mail, Mail) else None,
        routes=record.routes,
        possible=possible,
        ambiguous=isinstance(reading.mail, Mail) and not {item.code for item in reading.mail.defects} <= _HARMLESS,
        file_doubt=scanned.doubt or _file_doubt(reading),
        spam=_is_spam(reading, record, scanned),
    )
    plan = decide.decide(facts)
    if record.screened is None:
        return replace(record, plan=plan)
    context = screen_context(readers, record.arrival, assessment)
    if not await second_opinion_is_clear(readers, record.screened, plan):
        carded = withhold(record.screened, "second_opinion", context, readers.screening)
        return replace(record, plan=decide.decide(replace(facts, screened=carded)), screened=carded)
    if not any(item.kind is DispatchKind.CARD for item in plan.dispatches):
        return replace(record, plan=plan)
    # A card says nothing of the sender's, whatever screening by itself would have let through.
    return replace(record, plan=plan, screened=withhold(record.screened, _card_code(facts), context, readers.screening))


def _card_code(facts: decide.Facts) -> str:
    if facts.file_doubt is not None:
        return "malware" if facts.file_doubt is HeldReason.MALWARE else "unchecked"
    return "ambiguous" if facts.content.opened else "unreadable"


def _is_spam(reading: Reading, record: IntakeRecord, scanned: Scanned) -> bool:
    if record.screened is None or record.evidence is None or not isinstance(reading.outer, Mail):
        return False
    if record.content.encrypted is not ContentEncryption.NONE:
        return False
    return spam.suspected(scanned.spam, reading.outer, record.evidence, record.screened)


# A list's footer behind the last boundary, or a header in raw UTF-8: no two readers take the message differently.
_HARMLESS = frozenset({"preamble", "epilogue", "raw_8bit_header"})


def _file_doubt(reading: Reading) -> HeldReason | None:
    """Return why a person must look before an uploaded file goes anywhere: found bad, or not looked at."""
    checked = {file.checked for file in reading.post.files} if reading.post is not None else set()
    if "malware" in checked:
        return HeldReason.MALWARE
    return HeldReason.UPLOAD_UNCHECKED if "failed" in checked else None


def _is_innocent(record: IntakeRecord) -> bool:
    """Say whether a message to the general mailbox has nothing in it that screening keeps back."""
    screened = record.screened
    general = record.arrival.mailbox is MailboxName.GENERAL
    return general and screened is not None and screened.outcome is not ScreenOutcome.CARD


async def _heard(readers: Readers, reading: Reading) -> tuple[Heard, Named]:
    """Return what an arrival tells of deaths, and every place that its texts name."""
    if reading.post is not None:
        if reading.post.form != "notify":
            return Heard(Told.NO), Named()
        notification = extract.from_form(reading.post.values)
        return Heard(Told.YES, (notification,)), read_remarks(extract.free_texts(notification))
    if not isinstance(reading.mail, Mail):
        return Heard(Told.NO), Named()
    texts: list[str] = []
    tables: list[Sequence[Sequence[str]]] = []
    for part in reading.mail.parts:
        document = await readers.documents.read(part)
        if document.code == "too_large" and part.content_type == "text/html":
            raise Permanent("html_too_large")  # nothing in it may be overlooked: a person reads the original
        texts.extend(document.texts)
        tables.extend(document.tables)
    rows = ["\n".join("\t".join(cell.replace("\n", ", ") for cell in row) for row in table) for table in tables]
    subject = reading.mail.subject.reveal()
    return extract.from_message(subject, texts, tables, readers.told), read_message([*texts, *rows], subject)


def _author(reading: Reading, assessment: Assessment) -> tuple[ConfidentialText, ConfidentialText]:
    if reading.post is not None:
        address = text_of(reading.post.values, "notifier_email") or text_of(reading.post.values, "enquirer_email")
        return ConfidentialText(address), ConfidentialText(text_of(reading.post.values, "enquirer_name"))
    names = reading.outer.author_names if isinstance(reading.outer, Mail) else ()
    return assessment.evidence.author.address, names[0] if len(names) == 1 else NOTHING


def _message_id(reading: Reading) -> ConfidentialText:
    if isinstance(reading.outer, Mail) and reading.outer.message_id is not None:
        return reading.outer.message_id
    return NOTHING


def _attachments(reading: Reading) -> tuple[AttachmentNote, ...]:
    if not isinstance(reading.mail, Mail):
        return ()
    return tuple(
        AttachmentNote(part.filename or NOTHING, part.content_type, len(part.content.reveal()))
        for part in reading.mail.parts
        if part.disposition == "attachment" or part.filename is not None
    )
