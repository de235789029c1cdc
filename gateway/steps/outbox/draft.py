"""Turn a planned dispatch into rows and sealed payloads: what will leave, before it is encrypted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from gateway.model.case.payload import Payload, pack_payload
from gateway.model.case.plan import TO_GENERAL_INBOX, PlannedDispatch, to_panel
from gateway.model.case.rows import BlobRow, DispatchRow, HandoverRow, Row
from gateway.model.case.transfer_kind import TransferKind
from gateway.model.content.confidential import NOTHING, ConfidentialBytes, ConfidentialText
from gateway.model.content.intake_record import IntakeRecord
from gateway.model.content.thread import Remembered, pack_remembered
from gateway.model.ids import ALPHABET, CaseId, DispatchId, HandoverId, IntakeId, PanelId, uuid7
from gateway.model.kinds import DispatchKind, DispatchState, HandoverState
from gateway.stages.answers.automatic import reverse_path
from gateway.stages.answers.letter import Letter, message_id, write
from gateway.stages.answers.texts import Texts, in_languages
from gateway.stages.cases.neighbour_link import TOKEN_BYTES, Link, make, with_link
from gateway.stages.screen.find.thread_names import named
from gateway.stages.transfer.compose import Composed, Transfer, compose, entity, receipt_message
from gateway.stages.transfer.cover import Answering
from gateway.stages.transfer.document import DocumentLayout
from gateway.stages.transfer.files import File
from gateway.stages.transfer.receipt import Receipt
from gateway.stages.transfer.record import INFORM_FIELDS, Case
from gateway.steps.tools import Tools

_TOKEN_LENGTH = 20
TRANSFER_KINDS = {DispatchKind.FORWARD: TransferKind.FORWARD, DispatchKind.INFORM: TransferKind.INFORM}


@dataclass(frozen=True, slots=True)
class Writing:
    """What drafting takes besides the tools."""

    texts: Texts
    layout: DocumentLayout  # of the notification document
    panel_names: Callable[[], Mapping[str, str]]
    max_message_bytes: int  # of one message to another panel
    receivers_max_bytes: Mapping[str, int] = field(default_factory=dict)  # by "panel:ID", or "panel" for all of them
    inform_fields: Sequence[str] = INFORM_FIELDS  # what a panel is told that is only informed
    answer_languages: Sequence[str] = ("en",)  # of automatic answers: a mail does not say what its sender reads

    def room_for(self, to: str) -> int:
        """Return how large one message to a receiver may be (RFC 1870)."""
        family = to.partition(":")[0]
        return self.receivers_max_bytes.get(to) or self.receivers_max_bytes.get(family) or self.max_message_bytes


@dataclass(frozen=True, slots=True)
class Subject:
    """What the dispatches of one intake are about."""

    record: IntakeRecord
    case_id: CaseId | None = None
    first_received_at: datetime | None = None  # of the case, where there is one
    sequence: int = 1  # of the hand-over, among those of the case
    originals: tuple[File, ...] = ()
    answer: ConfidentialText = NOTHING  # what a person wrote
    receipt: Receipt | None = None  # of the transfer that this intake is


@dataclass(frozen=True, slots=True)
class _Draft:
    """What will become one dispatch row."""

    kind: DispatchKind
    to: str
    dispatch_id: DispatchId
    token: str
    payload: ConfidentialBytes


def token(draw: bytes) -> str:
    """Return the token of bounce+TOKEN and reply+TOKEN from 16 random bytes."""
    number = int.from_bytes(draw, "big")
    letters = []
    for _ in range(_TOKEN_LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[digit])
    return "".join(letters)


async def draft(tools: Tools, writing: Writing, planned: PlannedDispatch, about: Subject) -> tuple[Row, ...]:
    """Return the rows of one planned dispatch: blobs, dispatches, and the hand-over of a forward.

    Nothing is stored yet. A transfer with large attachments is several dispatches.
    """
    intake_id = about.record.arrival.intake_id
    if planned.kind in TRANSFER_KINDS:
        return await _transfer(tools, writing, planned, about)
    if planned.kind is DispatchKind.ANSWER and planned.to.startswith("panel:"):
        return await _rows(tools, _sealed_answer(tools, planned, about), intake_id, about.case_id)
    if planned.kind is DispatchKind.TRANSFER_RECEIPT:
        return await _rows(tools, _receipt(tools, planned, about), intake_id, about.case_id)
    made = _letter(tools, writing, planned, about)
    blob, row = await _rows(tools, made, intake_id, about.case_id)
    if planned.to != TO_GENERAL_INBOX or not about.record.author:
        return blob, row
    # Staff of the general inbox may answer: whom that reaches is sealed to the worker, and shown to nobody. So are
    # the names of a held message and the tokens of a released one, for later messages of the thread.
    kept = Remembered(about.record.author, named(about.record), _tokens(about.record))
    reply = await tools.work_blobs.seal(pack_remembered(kept), "reply", tools.clock.now())
    return blob, reply, replace(row, reply_blob=reply.id)


async def _rows(
    tools: Tools, made: _Draft, intake_id: IntakeId | None, case_id: CaseId | None
) -> tuple[BlobRow, DispatchRow]:
    now = tools.clock.now()
    blob = await tools.outbox_blobs.seal(made.payload, "payload", now)
    row = DispatchRow(
        id=made.dispatch_id,
        kind=made.kind,
        to=made.to,
        state=DispatchState.QUEUED,
        message_id=message_id(made.dispatch_id, tools.office.domain),
        payload_blob=blob.id,
        created_at=now,
        intake_id=intake_id,
        case_id=case_id,
        token=made.token,
    )
    return blob, row


async def _transfer(tools: Tools, writing: Writing, planned: PlannedDispatch, about: Subject) -> tuple[Row, ...]:
    """Draft what goes to another panel. The Message-ID of the first message is the transfer's id as well."""
    if about.case_id is None:
        raise ValueError("a transfer belongs to a case")
    now, record, office = tools.clock.now(), about.record, tools.office
    panel = PanelId(planned.to.removeprefix("panel:"))
    first_id = DispatchId(uuid7(now, tools.draw()))
    case = Case(
        TRANSFER_KINDS[planned.kind],
        record.arrival.reference,
        record.routes[0].panel if record.routes else panel,
        about.first_received_at or record.arrival.received_at,
        record.notifications,
    )
    link, how = answering(tools, planned.kind)
    transfer = Transfer(case, office.panel, panel, first_id, about.case_id, about.sequence, now, how, about.originals)
    made = await _composed(tools, writing, transfer)
    rows = await transfer_rows(tools, planned.kind, transfer, made, record.arrival.intake_id)
    if link is not None:
        handover = HandoverRow(
            id=HandoverId(uuid7(now, tools.draw())),
            case_id=about.case_id,
            dispatch_id=first_id,
            panel=panel,
            state=HandoverState.PROPOSED,
            created_at=now,
            sequence=about.sequence,
            content_hash=made.content_hash,
        )
        rows.append(with_link(handover, link))
    return tuple(rows)


def answering(tools: Tools, kind: DispatchKind) -> tuple[Link | None, Answering]:
    """Return how a transfer is answered, by a new link; None for one that only informs: no answer is asked for."""
    office = tools.office
    contact = f"Or ring {office.panel_name}: {office.telephone}."
    if kind is not DispatchKind.FORWARD:
        return None, Answering(contact)
    link = make(tools.entropy(TOKEN_BYTES), tools.draw())
    return link, Answering(contact, link.address(office.form_url), link.shown_code)


async def _composed(tools: Tools, writing: Writing, transfer: Transfer) -> Composed:
    """Compose in messages that the receiver takes, by what it announced before and by the settings."""
    to = to_panel(transfer.receiver)
    try:
        return composed(writing, transfer, await room_for(tools, writing, to))
    except ValueError:  # its server announced less than a notification takes: sending shows whether that still holds
        return composed(writing, transfer, writing.room_for(to))


def composed(writing: Writing, transfer: Transfer, room: int) -> Composed:
    """Compose in messages of at most ``room`` bytes. ValueError where the notification does not fit in one."""
    return compose(transfer, writing.layout, writing.panel_names(), room, writing.inform_fields)


async def room_for(tools: Tools, writing: Writing, to: str) -> int:
    """Return how large one message to a receiver may be: the least of the settings and what its server announced."""
    known = await tools.store.receiver(to)
    return min(writing.room_for(to), known.max_bytes) if known is not None else writing.room_for(to)


async def transfer_rows(
    tools: Tools, kind: DispatchKind, transfer: Transfer, made: Composed, intake_id: IntakeId | None
) -> list[Row]:
    """Return the rows of a transfer's messages. The first one's id is the transfer's uuid."""
    now, rows = tools.clock.now(), list[Row]()
    for number, inner in enumerate(made.messages):
        dispatch_id = DispatchId(transfer.transfer) if number == 0 else DispatchId(uuid7(now, tools.draw()))
        handle = token(tools.draw())
        described = Payload(_bounce(tools, kind, handle), NOTHING, transfer.receiver, inner.subject)
        drawn = _Draft(kind, to_panel(transfer.receiver), dispatch_id, handle, pack_payload(described, inner.entity))
        rows.extend(await _rows(tools, drawn, intake_id, transfer.case_id))
    return rows


def _receipt(tools: Tools, planned: PlannedDispatch, about: Subject) -> _Draft:
    """Draft the receipt of a transfer, with the null reverse-path: nothing comes of its failure (RFC 3834, 3.3)."""
    if about.receipt is None:
        raise ValueError("there is no transfer to receipt")
    inner = receipt_message(about.receipt)
    payload = Payload("", NOTHING, PanelId(planned.to.removeprefix("panel:")), inner.subject)
    dispatch_id = DispatchId(uuid7(tools.clock.now(), tools.draw()))
    return _Draft(planned.kind, planned.to, dispatch_id, token(tools.draw()), pack_payload(payload, inner.entity))


def _letter(tools: Tools, writing: Writing, planned: PlannedDispatch, about: Subject) -> _Draft:
    """Draft one message that holds nothing confidential, or a person's answer to a proved sender."""
    office, record = tools.office, about.record
    dispatch_id = DispatchId(uuid7(tools.clock.now(), tools.draw()))
    handle = token(tools.draw())
    bounce, reply_to = _bounce(tools, planned.kind, handle), ""
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
    return _Draft(planned.kind, planned.to, dispatch_id, handle, payload)


def _sealed_answer(tools: Tools, planned: PlannedDispatch, about: Subject) -> _Draft:
    """Draft a person's answer to another panel, to be encrypted to its pinned key when it leaves."""
    handle = token(tools.draw())
    subject = ConfidentialText(f"From {tools.office.panel_name}: {about.record.arrival.reference}")
    panel = PanelId(planned.to.removeprefix("panel:"))
    described = Payload(_bounce(tools, planned.kind, handle), NOTHING, panel, subject)
    content = ConfidentialBytes(entity(about.answer.reveal(), ()))
    dispatch_id = DispatchId(uuid7(tools.clock.now(), tools.draw()))
    return _Draft(planned.kind, planned.to, dispatch_id, handle, pack_payload(described, content))


def _bounce(tools: Tools, kind: DispatchKind, handle: str) -> str:
    return reverse_path(kind, f"bounce+{handle}@{tools.office.domain}")


def _for_general_inbox(record: IntakeRecord) -> tuple[str, str]:
    """Return what screening made: nothing else of a message goes there."""
    if record.screened is None:
        raise ValueError("what was not screened does not leave")
    return record.screened.subject.reveal(), record.screened.text.reveal()


def _tokens(record: IntakeRecord) -> tuple[tuple[ConfidentialText, str], ...]:
    return record.screened.masks if record.screened is not None else ()


def _languages(record: IntakeRecord, writing: Writing) -> Sequence[str]:
    """A form says what its sender reads; a mail does not."""
    return (record.arrival.web.language,) if record.arrival.web is not None else writing.answer_languages
