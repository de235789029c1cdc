"""Invented intakes, cases, dispatches and hand-overs, sealed as the worker seals them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from gateway.model.case.rows import CaseRow, DispatchRow, HandoverRow, IntakeRow, Move
from gateway.model.channel.arrival import Arrival, Connection, Envelope, Tls, WebPost
from gateway.model.channel.assurance import Assurance, AuthResult, ContentState, Evidence, Reason, SecureRoute
from gateway.model.content import framing
from gateway.model.content.confidential import NOTHING, ConfidentialBytes, ConfidentialText
from gateway.model.content.intake_record import AttachmentNote, IntakeRecord, dump_arrival, pack_record
from gateway.model.content.screening import EvidenceMark, Removed, Screened, SenderClass, Topic
from gateway.model.form.notification import Answer, AnswerState, Notification
from gateway.model.ids import (
    CaseId,
    CaseNumber,
    DispatchId,
    HandoverId,
    IntakeId,
    PanelId,
    Reference,
    reference,
    uuid7,
)
from gateway.model.kinds import (
    CaseState,
    Channel,
    ContentEncryption,
    DispatchHeldReason,
    DispatchKind,
    DispatchState,
    Grade,
    HandoverState,
    HeldReason,
    IntakeKind,
    IntakeState,
    MailboxName,
    MoveKind,
    RouteGrade,
    RouteOutcome,
    ScreenOutcome,
)
from gateway.model.residence.routing import Alternative, RouteDecision
from gateway.ports import BlobSealer, Store
from tests.planted import plant

FAMILY_NAME = "Quillfeather"
GENERAL_BODY = (
    "Dear team,\n\nCould you tell me when the next training day is? We are four health visitors.\n"
    "I also wanted to ask about Perrin Quillfeather, born 3 May 2024, NHS number 999 123 4560. "
    "He was found cold in the morning.\n\nThank you for your help.\nDana Osei\n01632 960145\n"
)
GENERAL_SUBJECT = "Training day, and Perrin Quillfeather"


@dataclass(frozen=True, slots=True)
class Samples:
    """The ids of what was made."""

    held_notification: IntakeId
    general_query: IntakeId
    secure_query: IntakeId
    wrapper: IntakeId
    forwarded: IntakeId
    passed: IntakeId
    closed: IntakeId
    held_case: CaseId
    forwarded_case: CaseId
    closed_case: CaseId
    held_dispatch: DispatchId


def _id(now: datetime, number: int) -> UUID:
    return uuid7(now, number.to_bytes(16, "big"))


def _reference(number: int) -> Reference:
    return reference((0x5DEECE66D123456789ABCDEF * (number + 7)).to_bytes(16, "big"))


def _known(**texts: str) -> dict[str, Answer]:
    return {name: Answer(ConfidentialText(text), AnswerState.KNOWN) for name, text in texts.items()}


def notification(**more: str) -> Notification:
    """One child's notification, with what a hospital usually knows."""
    fields = _known(
        notifier_name="Dr Imre Salt",
        notifier_role="Consultant paediatrician",
        notifier_agency="Westmarch Infirmary",
        notifier_phone="01632 960022",
        family_name=FAMILY_NAME,
        given_names="Perrin",
        date_of_birth="2024-05-03",
        sex="male",
        nhs_number="999 123 4560",
        date_of_death="2026-03-09",
        place_name_address="Emergency department, Westmarch Infirmary",
        circumstances="Brought in by ambulance after he was found unresponsive at home.\nNo known illness.",
        **more,
    )
    fields["ethnicity"] = Answer(NOTHING, AnswerState.NOT_KNOWN)
    people = (
        _known(person_name="Odile Quillfeather", person_relationship="mother"),
        _known(person_name="Wren Quillfeather", person_relationship="full sibling"),
    )
    return Notification(fields, {"significant_persons": people}, () if more else ("home_address", "home_postcode"))


class _Maker:
    def __init__(self, store: Store, blobs: BlobSealer, now: datetime) -> None:
        self.store, self.blobs, self.now = store, blobs, now

    async def intake(self, row: IntakeRow, arrival: Arrival, original: bytes, record: IntakeRecord | None) -> None:
        frame = ConfidentialBytes(framing.prefix(dump_arrival(arrival)) + original)
        blob = await self.blobs.seal(frame, "original", row.received_at)
        row = replace(row, original_blob=blob.id, size_bytes=len(original))
        first = replace(
            row, state=IntakeState.RECEIVED, kind=None, grade=None, held_reason=None, near_miss=False, case_id=None
        )
        taken_in = Move(MoveKind.ADOPT, "worker", row.received_at, added=(blob, first), intake_id=row.id)
        assert await plant(self.store, taken_in)
        at = row.received_at + timedelta(seconds=2)
        added = []
        if record is not None:
            sealed = await self.blobs.seal(pack_record(record), "record", at)
            added.append(sealed)
            row = replace(row, record_blob=sealed.id)
        move = MoveKind.HOLD if row.state is IntakeState.HELD else MoveKind.DECIDE
        detail = {"reason": row.held_reason.value} if row.held_reason else {"state": row.state.value}
        decided = Move(
            move,
            "worker",
            at,
            added=tuple(added),
            changed=(row,),
            intake_id=row.id,
            case_id=row.case_id,
            detail=detail,
        )
        assert await plant(self.store, decided)

    def row(self, number: int, hours: float, mailbox: MailboxName, state: IntakeState, **more: object) -> IntakeRow:
        at = self.now - timedelta(hours=hours)
        row = IntakeRow(
            id=IntakeId(_id(at, number)),
            reference=_reference(number),
            mailbox=mailbox,
            channel=Channel.SMTP,
            received_at=at,
            state=state,
            original_blob=None,  # type: ignore[arg-type]
        )
        return replace(row, **more)  # type: ignore[arg-type]

    async def case(self, number: int, hours: float, state: CaseState, panel: str | None) -> CaseId:
        at = self.now - timedelta(hours=hours)
        row = CaseRow(
            CaseId(_id(at, number)),
            CaseNumber(_reference(number)[:8]),
            state,
            at + timedelta(seconds=2),
            at,
            panel=PanelId(panel) if panel else None,
            closed_at=at + timedelta(days=2) if state is CaseState.CLOSED else None,
        )
        assert await plant(self.store, Move(MoveKind.OPEN_CASE, "worker", row.opened_at, added=(row,), case_id=row.id))
        return row.id


def by_mail(row: IntakeRow, reverse_path: str, tls: bool = True) -> Arrival:
    """An arrival by SMTP from an invented hospital."""
    return Arrival(
        row.id,
        row.reference,
        row.mailbox,
        Channel.SMTP,
        row.received_at,
        Connection(
            "192.0.2.44", "mail.infirmary.example", tls=Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384") if tls else None
        ),
        Envelope(reverse_path, f"{row.mailbox.value}-cdop@westmarch.example"),
    )


def _secure() -> Assurance:
    return Assurance(
        Grade.SECURE,
        (
            Reason("tls_last_hop", "The last hop was protected by TLS 1.3."),
            Reason("dmarc_aligned", "The author's domain is authenticated (DMARC pass, aligned)."),
            Reason("domain_listed", "The domain is on this office's list of secure domains, checked 2 February 2026."),
        ),
        (
            AuthResult("spf", "pass", {"smtp.mailfrom": "infirmary.example"}),
            AuthResult("dkim", "pass", {"header.d": "infirmary.example"}),
            AuthResult("dmarc", "pass", {"header.from": "infirmary.example"}),
        ),
        "infirmary.example",
        authenticated=True,
    )


def _not_secure() -> Assurance:
    return Assurance(
        Grade.NOT_SECURE,
        (
            Reason("tls_last_hop", "The last hop was protected by TLS 1.3."),
            Reason("domain_not_listed", "The author's domain is not on the list of secure domains."),
        ),
        (AuthResult("spf", "softfail", {"smtp.mailfrom": "post.example"}), AuthResult("dmarc", "pass")),
        "post.example",
        authenticated=True,
    )


def _finding(kind: str, where: str, text: str, found: str, strong: bool = True) -> EvidenceMark:
    start = text.index(found)
    return EvidenceMark(kind, where, start, start + len(found), strong)


def general_screened() -> Screened:
    """What the screen made of a query that names a child."""
    body, subject = GENERAL_BODY, GENERAL_SUBJECT
    return Screened(
        ScreenOutcome.CARD,
        ConfidentialText("A message is held for you"),
        ConfidentialText("A message to the general mailbox is held."),
        Topic.TRAINING,
        SenderClass.PROFESSIONAL,
        (Removed("name", "subject", 1), Removed("name", "body", 2), Removed("attachment", "part", 1)),
        (
            Reason("strong_item", "It has an NHS number, a date of birth and a name that is not known here."),
            Reason("not_routine", "The wording is not that of a routine query."),
        ),
        (
            _finding("name", "subject", subject, "Perrin Quillfeather"),
            _finding("name", "body", body, "Perrin Quillfeather"),
            _finding("date", "body", body, "3 May 2024"),
            _finding("nhs_number", "body", body, "999 123 4560"),
            _finding("circumstance", "body", body, "found cold", strong=False),
            _finding("name", "body", body, "Dana Osei"),
            _finding("phone", "body", body, "01632 960145", strong=False),
        ),
        ConfidentialText(body),
        ConfidentialText(subject),
    )


def _raw(subject: str, body: str) -> bytes:
    return (
        f"From: Dana Osei <d.osei@infirmary.example>\r\nTo: cdop@westmarch.example\r\nSubject: {subject}\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + body.replace("\n", "\r\n")
    ).encode()


async def fill(store: Store, blobs: BlobSealer, now: datetime) -> Samples:
    """Write every sample; return the ids."""
    make = _Maker(store, blobs, now)
    held_case, held = await _held_notification(make)
    forwarded_case, forwarded, held_dispatch = await _forwarded(make)
    closed_case = await make.case(44, 300, CaseState.CLOSED, "westmarch")
    return Samples(
        held_notification=held,
        general_query=await _general_query(make),
        secure_query=await _secure_query(make),
        wrapper=await _wrapper(make),
        forwarded=forwarded,
        passed=await _passed(make, 6, 5, IntakeState.DECIDED),
        closed=await _passed(make, 7, 120, IntakeState.CLOSED),
        held_case=held_case,
        forwarded_case=forwarded_case,
        closed_case=closed_case,
        held_dispatch=held_dispatch,
    )


async def _held_notification(make: _Maker) -> tuple[CaseId, IntakeId]:
    case_id = await make.case(41, 31, CaseState.OPEN, None)
    row = make.row(
        1,
        31,
        MailboxName.SECURE,
        IntakeState.HELD,
        kind=IntakeKind.NOTIFICATION,
        grade=Grade.SECURE,
        held_reason=HeldReason.NO_RESIDENCE,
        case_id=case_id,
    )
    route = RouteDecision(
        RouteOutcome.HOLD,
        RouteGrade.NONE,
        PanelId("eastmere"),
        path=ConfidentialText("No postcode, no address; the GP practice is in Eastmere"),
        reasons=(Reason("no_residence", "No residence is given in any field."),),
        alternatives=(Alternative(PanelId("westmarch"), "the place of death lies in its area"),),
    )
    arrival = by_mail(row, "i.salt@infirmary.example")
    record = IntakeRecord(
        arrival,
        _secure(),
        ContentState(),
        ConfidentialText("Notification"),
        ConfidentialText("i.salt@infirmary.example"),
        ConfidentialText("Imre Salt"),
        text=ConfidentialText("Please find the notification form attached."),
        attachments=(AttachmentNote(ConfidentialText("form-a.docx"), "application/vnd.openxmlformats", 48_213),),
        notifications=(notification(),),
        routes=(route,),
        answerable=True,
        evidence=Evidence(
            arrival.channel,
            arrival.mailbox,
            row.received_at,
            row.received_at,
            route=SecureRoute("testing", "policy", ("mx.infirmary.example",)),
        ),
    )
    await make.intake(row, arrival, _raw("Notification", "Please find the form attached.\n"), record)
    return case_id, row.id


async def _general_query(make: _Maker) -> IntakeId:
    row = make.row(
        2,
        3.2,
        MailboxName.GENERAL,
        IntakeState.HELD,
        kind=IntakeKind.GENERAL_QUERY,
        grade=Grade.NOT_SECURE,
        held_reason=HeldReason.CONFIDENTIAL_CONTENT,
        near_miss=True,
    )
    arrival = by_mail(row, "d.osei@infirmary.example")
    record = IntakeRecord(
        arrival,
        _not_secure(),
        ContentState(),
        ConfidentialText(GENERAL_SUBJECT),
        ConfidentialText("d.osei@infirmary.example"),
        ConfidentialText("Dana Osei"),
        text=ConfidentialText(GENERAL_BODY),
        screened=general_screened(),
    )
    await make.intake(row, arrival, _raw(GENERAL_SUBJECT, GENERAL_BODY), record)
    return row.id


async def _secure_query(make: _Maker) -> IntakeId:
    row = make.row(
        3,
        1.1,
        MailboxName.SECURE,
        IntakeState.HELD,
        kind=IntakeKind.SECURE_QUERY,
        grade=Grade.SECURE,
        held_reason=HeldReason.SECURE_QUERY,
    )
    arrival = by_mail(row, "b.loam@infirmary.example")
    body = "Has the death of Perrin Quillfeather been notified to you already?\u202e\nBryn Loam"
    record = IntakeRecord(
        arrival,
        _secure(),
        ContentState(),
        ConfidentialText("A question"),
        ConfidentialText("b.loam@infirmary.example"),
        ConfidentialText("Bryn Loam"),
        text=ConfidentialText(body),
        answerable=True,
    )
    await make.intake(row, arrival, _raw("A question", body), record)
    return row.id


async def _wrapper(make: _Maker) -> IntakeId:
    row = make.row(
        4,
        52,
        MailboxName.SECURE,
        IntakeState.HELD,
        kind=IntakeKind.UNREADABLE,
        grade=Grade.UNREADABLE,
        held_reason=HeldReason.UNREADABLE_WRAPPER,
    )
    arrival = by_mail(row, "reception@surgery.example")
    assurance = Assurance(
        Grade.UNREADABLE, (Reason("wrapper", "The content is in a password wrapper that the gateway cannot open."),)
    )
    record = IntakeRecord(
        arrival,
        assurance,
        ContentState(ContentEncryption.UNREADABLE, opened=False, wrapper="cisco"),
        ConfidentialText("You have received a secure message"),
        ConfidentialText("reception@surgery.example"),
        attachments=(AttachmentNote(ConfidentialText("securedoc.html"), "text/html", 183_002),),
    )
    await make.intake(row, arrival, _raw("You have received a secure message", "Open securedoc.html.\n"), record)
    return row.id


async def _forwarded(make: _Maker) -> tuple[CaseId, IntakeId, DispatchId]:
    case_id = await make.case(43, 70, CaseState.HANDED_OVER, "eastmere")
    row = make.row(
        5,
        70,
        MailboxName.SECURE,
        IntakeState.DECIDED,
        kind=IntakeKind.NOTIFICATION,
        grade=Grade.FORM,
        case_id=case_id,
        channel=Channel.FORM,
    )
    arrival = Arrival(
        row.id,
        row.reference,
        row.mailbox,
        Channel.FORM,
        row.received_at,
        web=WebPost("notify", Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384")),
    )
    found = notification(home_address="4 Heron Row, Eastmere", home_postcode="EM3 9QF")
    route = RouteDecision(
        RouteOutcome.ROUTE,
        RouteGrade.EXACT,
        PanelId("eastmere"),
        informed=(PanelId("westmarch"),),
        path=ConfidentialText("EM3 9QF, Eastmere, Eastmere and the Fens; directory of February 2026"),
        reasons=(Reason("postcode_exact", "The whole postcode lies in one authority."),),
    )
    assurance = Assurance(Grade.FORM, (Reason("form", "It came by our own web form over HTTPS."),))
    record = IntakeRecord(
        arrival,
        assurance,
        ContentState(),
        author=ConfidentialText("i.salt@infirmary.example"),
        notifications=(found,),
        routes=(route,),
    )
    await make.intake(row, arrival, b'{"family_name": "Quillfeather"}', record)
    sent_at = row.received_at + timedelta(minutes=1)
    sent = DispatchRow(
        DispatchId(_id(sent_at, 61)), DispatchKind.FORWARD, "panel:eastmere", DispatchState.SENT,
        "<61@westmarch.example>", None, sent_at, intake_id=row.id, case_id=case_id, attempts=1, sent_at=sent_at,
        delivered_at=sent_at + timedelta(minutes=3), last_code="250 2.0.0",
    )  # fmt: skip
    held = DispatchRow(
        DispatchId(_id(sent_at, 62)), DispatchKind.INFORM, "panel:highvale", DispatchState.HELD,
        "<62@westmarch.example>", None, sent_at, intake_id=row.id, case_id=case_id, attempts=1,
        held_reason=DispatchHeldReason.KEY_EXPIRED,
    )  # fmt: skip
    handover = HandoverRow(
        HandoverId(_id(sent_at, 63)), case_id, sent.id, PanelId("eastmere"), HandoverState.SENT, sent_at,
        due_at=sent_at + timedelta(hours=24), sent_at=sent_at, delivered_at=sent_at + timedelta(minutes=3),
        content_hash=hashlib.sha256(b"invented").hexdigest(),
    )  # fmt: skip
    forward = Move(
        MoveKind.SENT, "worker", sent_at, added=(sent, held, handover), intake_id=row.id, case_id=case_id,
        dispatch_id=sent.id, detail={"panel": "eastmere"},
    )  # fmt: skip
    assert await plant(make.store, forward)
    return case_id, row.id, held.id


async def _passed(make: _Maker, number: int, hours: float, state: IntakeState) -> IntakeId:
    row = make.row(number, hours, MailboxName.GENERAL, state, kind=IntakeKind.GENERAL_QUERY, grade=Grade.NOT_SECURE)
    arrival = by_mail(row, "lena@post.example")
    body = "When is the next meeting of the panel?\n"
    screened = Screened(
        ScreenOutcome.PASS,
        ConfidentialText("Meeting"),
        ConfidentialText(body),
        source=ConfidentialText(body),
        source_subject=ConfidentialText("Meeting"),
    )
    record = IntakeRecord(
        arrival, _not_secure(), ContentState(), ConfidentialText("Meeting"), ConfidentialText("lena@post.example"),
        text=ConfidentialText(body), screened=screened,
    )  # fmt: skip
    await make.intake(row, arrival, _raw("Meeting", body), record)
    return row.id
