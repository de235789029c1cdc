"""What is kept about an intake for authorised staff, as one sealed record."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter

from gateway.model.case.plan import Plan
from gateway.model.channel.arrival import Arrival
from gateway.model.channel.assurance import Assurance, ContentState, Evidence
from gateway.model.content import framing
from gateway.model.content.confidential import NOTHING, ConfidentialBytes, ConfidentialText
from gateway.model.content.screening import Screened
from gateway.model.form.notification import Notification
from gateway.model.ids import PanelId
from gateway.model.residence.routing import RouteDecision


@dataclass(frozen=True, slots=True)
class AttachmentNote:
    """What the case page lists of an attachment."""

    name: ConfidentialText
    content_type: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class IntakeRecord:
    """Everything the worker found out about one intake. Sealed to the case key.

    Stages that were not reached (an unreadable wrapper has no screening) are None or empty.
    """

    arrival: Arrival
    assurance: Assurance
    content: ContentState
    subject: ConfidentialText = NOTHING
    author: ConfidentialText = NOTHING  # the single RFC 5322 From, or the notifier's address of a form; a claim
    author_name: ConfidentialText = NOTHING
    message_id: ConfidentialText = NOTHING
    text: ConfidentialText = NOTHING  # the one source of text of the message, for reading
    attachments: tuple[AttachmentNote, ...] = ()
    notifications: tuple[Notification, ...] = ()
    routes: tuple[RouteDecision, ...] = ()  # one for each notification
    screened: Screened | None = None
    plan: Plan | None = None
    answer_key: PanelId | None = None  # the confirmed panel whose pinned key an answer to the author is encrypted to
    answerable: bool = False  # the author may be sent content by mail: the channel is proved both ways
    evidence: Evidence | None = None  # of the channel, as it was gathered; never asked again
    answer_withheld: str = ""  # the code of why no automatic answer was sent, "" if one was


_RECORD = TypeAdapter(IntakeRecord)
_ARRIVAL = TypeAdapter(Arrival)


def dump_arrival(arrival: Arrival) -> bytes:
    """Return the JSON of an arrival, as it precedes the content. It holds addresses: seal it."""
    return _ARRIVAL.dump_json(arrival)


def load_arrival(encoded: bytes) -> Arrival:
    """Read an arrival back. ValueError (pydantic's) if it is not one."""
    return _ARRIVAL.validate_json(encoded)


def pack_record(record: IntakeRecord, opened: ConfidentialBytes | None = None) -> ConfidentialBytes:
    """Return the record as bytes to be sealed, with the decrypted content behind it where there was any."""
    tail = opened.reveal() if opened is not None else b""
    return ConfidentialBytes(framing.prefix(_RECORD.dump_json(record), framing.MAX_OWN_DESCRIPTION_BYTES) + tail)


def unpack_record(content: ConfidentialBytes) -> tuple[IntakeRecord, ConfidentialBytes | None]:
    """Return the record and the decrypted content, None if the original was not encrypted."""
    description, tail = framing.split(content.reveal(), framing.MAX_OWN_DESCRIPTION_BYTES)
    return _RECORD.validate_json(description), ConfidentialBytes(tail) if tail else None
