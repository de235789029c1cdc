"""Turn a planned dispatch into a row and a sealed payload: what will leave, before it is encrypted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gateway.model.confidential import NOTHING, ConfidentialBytes, ConfidentialText
from gateway.model.ids import ALPHABET, CaseId, DispatchId, HandoverId, PanelId, uuid7
from gateway.model.kinds import DispatchKind, DispatchState, HandoverState
from gateway.model.notification import Notification
from gateway.model.payload import Payload, pack_payload
from gateway.model.plan import TO_GENERAL_INBOX, PlannedDispatch
from gateway.model.records import IntakeRecord
from gateway.model.rows import BlobRow, DispatchRow, HandoverRow
from gateway.stages.compose import Letter, message_id, write
from gateway.stages.texts import Texts, fill
from gateway.steps.tools import Tools

_TOKEN_LENGTH = 20
_FORWARDS = frozenset({DispatchKind.FORWARD, DispatchKind.INFORM})


@dataclass(frozen=True, slots=True)
class Forwarding:
    """What goes to another panel, as the transfer documents are built from it."""

    kind: DispatchKind
    panel: PanelId
    dispatch_id: DispatchId
    case_id: CaseId
    sequence: int
    notification: Notification
    record: IntakeRecord


@dataclass(frozen=True, slots=True)
class Writing:
    """What drafting takes besides the tools."""

    texts: Texts
    documents: Callable[[Forwarding], tuple[ConfidentialBytes, str]]  # the inner entity, and its SHA-256


@dataclass(frozen=True, slots=True)
class Draft:
    """Rows to be committed in one move."""

    dispatch: DispatchRow
    blob: BlobRow
    handover: HandoverRow | None = None


def token(draw: bytes) -> str:
    """Return the token of bounce+TOKEN and reply+TOKEN from 16 random bytes."""
    number = int.from_bytes(draw, "big")
    letters = []
    for _ in range(_TOKEN_LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[digit])
    return "".join(letters)


async def draft(
    tools: Tools,
    writing: Writing,
    planned: PlannedDispatch,
    record: IntakeRecord,
    case_id: CaseId | None = None,
    sequence: int = 1,
    answer: ConfidentialText = NOTHING,
) -> Draft:
    """Return what one planned dispatch will be. Nothing is stored yet."""
    now = tools.clock.now()
    dispatch_id = DispatchId(uuid7(now, tools.draw()))
    handle = token(tools.draw())
    bounce = f"bounce+{handle}@{tools.office.domain}"
    handover = None
    if planned.kind in _FORWARDS:
        panel = PanelId(planned.to.removeprefix("panel:"))
        if case_id is None:
            raise ValueError("a forward belongs to a case")
        notification = record.notifications[0]
        forwarding = Forwarding(planned.kind, panel, dispatch_id, case_id, sequence, notification, record)
        content, content_hash = writing.documents(forwarding)
        payload = pack_payload(Payload(bounce, ConfidentialText(""), panel), content)
        if planned.kind is DispatchKind.FORWARD:
            handover = HandoverRow(
                id=HandoverId(uuid7(now, tools.draw())),
                case_id=case_id,
                dispatch_id=dispatch_id,
                panel=panel,
                state=HandoverState.PROPOSED,
                created_at=now,
                sequence=sequence,
                content_hash=content_hash,
            )
    else:
        payload = _letter(tools, writing, planned, record, dispatch_id, handle, answer)
    blob = await tools.outbox_blobs.seal(payload, "payload", now)
    row = DispatchRow(
        id=dispatch_id,
        kind=planned.kind,
        to=planned.to,
        state=DispatchState.QUEUED,
        message_id=message_id(dispatch_id, tools.office.domain),
        payload_blob=blob.id,
        created_at=now,
        intake_id=record.arrival.intake_id,
        case_id=case_id,
        token=handle,
    )
    return Draft(row, blob, handover)


def _letter(
    tools: Tools,
    writing: Writing,
    planned: PlannedDispatch,
    record: IntakeRecord,
    dispatch_id: DispatchId,
    handle: str,
    answer: ConfidentialText,
) -> ConfidentialBytes:
    office = tools.office
    if planned.to == TO_GENERAL_INBOX:
        if record.screened is None:
            subject, body = _card_without_screening(tools, record)
        else:
            subject, body = record.screened.subject.reveal(), record.screened.text.reveal()
        address, reverse_path = office.general_inbox, f"bounce+{handle}@{office.domain}"
        reply_to = f"reply+{handle}@{office.domain}"
    elif planned.kind is DispatchKind.ANSWER:
        subject, body = f"From {office.panel_name}: {record.arrival.reference}", answer.reveal()
        address, reverse_path = record.author.reveal(), f"bounce+{handle}@{office.domain}"
        reply_to = office.secure_address
    else:
        values = {**office.text_values(), **planned.values, "reference": record.arrival.reference}
        subject, body = fill(writing.texts.template(planned.template, _language(record)), values)
        address, reverse_path, reply_to = record.author.reveal(), "", ""
    letter = Letter(
        author=office.general_address,
        author_name=office.panel_name,
        to=address,
        subject=subject,
        body=body,
        message_id=message_id(dispatch_id, office.domain),
        written_at=tools.clock.now(),
        reply_to=reply_to,
        automatic=planned.kind is not DispatchKind.ANSWER,
    )
    return pack_payload(Payload(reverse_path, ConfidentialText(address)), ConfidentialBytes(write(letter)))


def _language(record: IntakeRecord) -> str:
    return record.arrival.web.language if record.arrival.web is not None else "en"


def _card_without_screening(tools: Tools, record: IntakeRecord) -> tuple[str, str]:
    """The card of a message that no parser understood: nothing of it is known, so nothing of it is said."""
    reference = record.arrival.reference
    body = (
        f"A message arrived at the general mailbox at {record.arrival.received_at:%d %B %Y %H:%M} UTC.\n"
        "It could not be read by the gateway and is held for authorised staff in the console:\n"
        f"{tools.office.console_url}\n\nReference: {reference}\n"
    )
    return f"A message is held: {reference}", body
