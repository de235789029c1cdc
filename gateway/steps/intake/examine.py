"""Look at one arrival, stage by stage: read, assess, extract, screen, route, decide. The dry run uses the same steps.

Everything that asks the outside (DNS) is in ``assess``, whose outcome is stored and never asked again; what follows
is pure but for parsing, which runs in child processes, and gives the same each time it is run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import TypeAdapter

from gateway.model.case.plan import Plan
from gateway.model.channel.arrival import Arrival
from gateway.model.channel.assurance import Assurance, ContentState, Evidence
from gateway.model.channel.secure_domains import SecureDomains
from gateway.model.content.confidential import NOTHING, ConfidentialBytes, ConfidentialText
from gateway.model.content.framing import BadFrame
from gateway.model.content.intake_record import AttachmentNote, IntakeRecord
from gateway.model.content.message import Mail, Part, Unparsed
from gateway.model.content.screening import AllowList, ScreenContext, Screened
from gateway.model.content.thread import Remembered
from gateway.model.form import form_post
from gateway.model.form.notification import Notification
from gateway.model.ids import Fingerprint, PanelId
from gateway.model.kinds import Channel, ContentEncryption, DispatchKind, HeldReason
from gateway.model.office.enrolled import Enrolled
from gateway.model.residence.routing import RoutingTables
from gateway.ports import Documents, EvidenceGatherer, MimeParser, OpenPGP, Permanent, Scanner, SecondReader, Smime
from gateway.stages import extract
from gateway.stages.answers import answering
from gateway.stages.answers.unread import unread
from gateway.stages.assess import spam
from gateway.stages.assess.grade import grade
from gateway.stages.assess.wrappers import wrapper_of
from gateway.stages.cases import decide
from gateway.stages.extract.form import text_of
from gateway.stages.route import route
from gateway.stages.screen import ScreenTables, screen
from gateway.stages.screen.write.withhold import withhold
from gateway.stages.transfer.files import File, attachment
from gateway.steps.intake.open import open_content
from gateway.steps.intake.scan import Scanned


@dataclass(frozen=True, slots=True)
class Readers:
    """What looking takes: ports, and the tables that the stages are handed."""

    mime: MimeParser
    documents: Documents
    openpgp: OpenPGP
    smime: Smime | None
    evidence: EvidenceGatherer
    enrolled: Callable[[], Mapping[Fingerprint, Enrolled]]
    secure_domains: SecureDomains
    routing: Callable[[], RoutingTables]
    screening: ScreenTables
    known: AllowList
    home_panel: PanelId
    own_addresses: frozenset[str]
    console_url: str = ""
    own_domain: str = ""  # of the mailboxes, lower case: reports about it are counted
    malware: Scanner | None = None
    spam: Scanner | None = None
    second_opinion: SecondReader | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One arrival, parsed and opened. ``mail`` is what the sender wrote, the inside of an encrypted message."""

    outer: Mail | Unparsed | None  # None for a form post
    mail: Mail | Unparsed
    content: ContentState
    opened: ConfidentialBytes | None = None
    post: form_post.FormPost | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """What is stored before anything is decided: asked once, kept for good."""

    evidence: Evidence
    assurance: Assurance
    content: ContentState


_ASSESSMENT = TypeAdapter(Assessment)


def pack_assessment(assessment: Assessment) -> ConfidentialBytes:
    """Return the assessment as bytes to be sealed to the worker."""
    return ConfidentialBytes(_ASSESSMENT.dump_json(assessment))


def unpack_assessment(content: ConfidentialBytes) -> Assessment:
    """Read an assessment back."""
    return _ASSESSMENT.validate_json(content.reveal())


async def read(readers: Readers, arrival: Arrival, content: ConfidentialBytes) -> Reading:
    """Parse and open one arrival. Permanent("not_a_form_post") where a form's frame is not whole."""
    if arrival.channel is not Channel.SMTP:
        return _read_post(content)
    outer = await readers.mime.parse(content)
    if isinstance(outer, Unparsed):
        return Reading(outer, outer, ContentState())
    opened = await open_content(outer, content, readers.openpgp, readers.smime, readers.enrolled())
    if opened.inner_raw is None:
        return Reading(outer, outer, opened.state)
    inner = await readers.mime.parse(opened.inner_raw)
    return Reading(outer, inner, opened.state, opened.inner_raw)


def _read_post(content: ConfidentialBytes) -> Reading:
    try:
        post = form_post.unpack(content.reveal())
    except BadFrame:
        raise Permanent("not_a_form_post") from None
    body = Part((0,), "text/plain", "utf-8", None, None, ConfidentialBytes(text_of(post.values, "message").encode()))
    subject = ConfidentialText("A question through the web form")
    mail = Mail((), "text/plain", subject, (), (), None, (body, *_file_parts(post)))
    return Reading(None, mail, ContentState(), post=post)


def _file_parts(post: form_post.FormPost) -> tuple[Part, ...]:
    return tuple(
        Part((number,), file.content_type, None, "attachment", file.name, file.content)
        for number, file in enumerate(post.files, 1)
    )


async def look(
    readers: Readers, arrival: Arrival, content: ConfidentialBytes, reading: Reading, now: datetime
) -> Assessment:
    """Gather the evidence of the channel and grade it."""
    evidence = await readers.evidence.gather(arrival, reading.outer, content)
    state = _content_state(reading)
    return Assessment(evidence, grade(evidence, readers.secure_domains, state, now), state)


def _content_state(reading: Reading) -> ContentState:
    """Add the wrapper that the sender's own words are in, if there is one that we cannot open."""
    if not isinstance(reading.mail, Mail) or not reading.content.opened:
        return reading.content
    wrapper = wrapper_of(reading.mail)
    if wrapper is None:
        return reading.content
    return replace(reading.content, wrapper=wrapper, opened=False, encrypted=ContentEncryption.UNREADABLE)


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
    notifications = await _notifications(readers, reading) if assessment.content.opened else ()
    record = record_of(readers, arrival, reading, assessment, notifications, now, thread)
    return await _decided(readers, record, reading, assessment, scanned)


def record_of(
    readers: Readers,
    arrival: Arrival,
    reading: Reading,
    assessment: Assessment,
    notifications: tuple[Notification, ...],
    now: datetime,
    thread: Remembered = Remembered(),  # noqa: B008 - immutable: nothing is known of a thread
) -> IntakeRecord:
    """Screen and route what was found, and put together everything that is kept. Nothing is decided yet."""
    tables = readers.routing()
    routes = tuple(route(extract.residence(item), tables, now) for item in notifications)
    screened = _screened(readers, arrival, reading, assessment, thread)
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
    readers: Readers, record: IntakeRecord, reading: Reading, assessment: Assessment, scanned: Scanned
) -> IntakeRecord:
    facts = decide.Facts(
        mailbox=record.arrival.mailbox,
        channel=record.arrival.channel,
        assurance=record.assurance,
        content=record.content,
        home_panel=readers.home_panel,
        screened=record.screened if isinstance(reading.mail, Mail) else None,
        routes=record.routes,
        ambiguous=isinstance(reading.mail, Mail) and not {item.code for item in reading.mail.defects} <= _HARMLESS,
        file_doubt=scanned.doubt or _file_doubt(reading),
        spam=_is_spam(reading, record, scanned),
    )
    plan = decide.decide(facts)
    if record.screened is None:
        return replace(record, plan=plan)
    context = _screen_context(readers, record.arrival, assessment)
    if not await _second_opinion_is_clear(readers, record.screened, plan):
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


async def _second_opinion_is_clear(readers: Readers, screened: Screened, plan: Plan) -> bool:
    """Ask only about what is about to be released. Our own frame above the sender's words is not asked about."""
    if readers.second_opinion is None or not any(item.kind is DispatchKind.GENERAL_COPY for item in plan.dispatches):
        return True
    body = ConfidentialText(screened.text.reveal().partition("\n\n")[2])
    return await readers.second_opinion.is_clear(screened.subject, body, readers.known)


# A list's footer behind the last boundary, or a header in raw UTF-8: no two readers take the message differently.
_HARMLESS = frozenset({"preamble", "epilogue", "raw_8bit_header"})


def _file_doubt(reading: Reading) -> HeldReason | None:
    """Return why a person must look before an uploaded file goes anywhere: found bad, or not looked at."""
    checked = {file.checked for file in reading.post.files} if reading.post is not None else set()
    if "malware" in checked:
        return HeldReason.MALWARE
    return HeldReason.UPLOAD_UNCHECKED if "failed" in checked else None


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


async def _notifications(readers: Readers, reading: Reading) -> tuple[Notification, ...]:
    if reading.post is not None:
        return (extract.from_form(reading.post.values),) if reading.post.form == "notify" else ()
    if not isinstance(reading.mail, Mail):
        return ()
    texts: list[str] = []
    tables: list[Sequence[Sequence[str]]] = []
    for part in reading.mail.parts:
        document = await readers.documents.read(part)
        texts.extend(document.texts)
        tables.extend(document.tables)
    return extract.from_mail(texts, tables)


def _screened(
    readers: Readers, arrival: Arrival, reading: Reading, assessment: Assessment, thread: Remembered
) -> Screened:
    context = replace(_screen_context(readers, arrival, assessment), known_names=thread.names, masks=thread.masks)
    if not isinstance(reading.mail, Mail):
        return unread(context, readers.screening)
    return screen(reading.mail, context, readers.screening)


def _screen_context(readers: Readers, arrival: Arrival, assessment: Assessment) -> ScreenContext:
    return ScreenContext(
        mailbox=arrival.mailbox,
        received_at=arrival.received_at,
        reference=arrival.reference,
        authenticated=assessment.assurance.authenticated,
        author_domain=assessment.assurance.author_domain,
        partner=_is_partner(assessment, readers.known),
        allowed=readers.known,
        staff_domains=tuple({address.rpartition("@")[2] for address in readers.own_addresses}),
        console_url=readers.console_url,
    )


def _is_partner(assessment: Assessment, known: AllowList) -> bool:
    """Say whether an authenticated author is of an organisation that the panel lists as its own or a partner."""
    domain = assessment.assurance.author_domain
    return assessment.assurance.authenticated and domain is not None and domain in known.domains


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


def originals(reading: Reading) -> tuple[File, ...]:
    """Return the files that go along with a forward: the body as it was written, and every attachment."""
    if not isinstance(reading.mail, Mail):
        return ()
    files = []
    for part in reading.mail.parts:
        is_file = part.disposition == "attachment" or part.filename is not None
        if is_file or part.content_type == "text/plain":
            name = part.filename.reveal() if part.filename is not None else "original-message.txt"
            files.append(attachment(name, part.content_type, part.content))
    return tuple(files) if reading.post is None else tuple(files[1:])
