"""What the general inbox gets in place of a message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.model.channel.assurance import Reason
from gateway.model.content.confidential import NOTHING, ConfidentialText
from gateway.model.kinds import MailboxName, ScreenOutcome


class SenderClass(StrEnum):
    """The only thing the general inbox learns of a sender who is not a verified partner."""

    PARTNER = "partner"  # authenticated, of an organisation on this panel's list
    PROFESSIONAL = "professional"  # authenticated, public-sector domain
    PUBLIC = "public"
    STAFF = "staff"
    AUTOMATIC = "automatic"


class Topic(StrEnum):
    """What a card may say a message is about: a closed list."""

    NOTIFICATION = "notification"
    CASE = "case"
    FAMILY = "family"
    TRAINING = "training"
    MEETING = "meeting"
    PRESS = "press"
    INFORMATION_REQUEST = "information_request"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Removed:
    """A count of something that was not carried over, never the thing itself."""

    kind: str  # "attachment", "image", "quoted_text", "name", "nhs_number", ...
    where: str  # "subject", "body", "part", "header"
    count: int


@dataclass(frozen=True, slots=True)
class EvidenceMark:
    """A place in the *masked or original* text that counts as evidence. Offsets, never text."""

    kind: str
    where: str  # "subject" or "body"
    start: int
    end: int
    strong: bool


@dataclass(frozen=True, slots=True)
class Screened:
    """Exactly what the general inbox would get, and what was left out of it."""

    outcome: ScreenOutcome
    subject: ConfidentialText  # as the general inbox would get it
    text: ConfidentialText
    topic: Topic | None = None
    sender_class: SenderClass = SenderClass.PUBLIC
    removed: tuple[Removed, ...] = ()
    reasons: tuple[Reason, ...] = ()
    findings: tuple[EvidenceMark, ...] = ()  # over ``source``; for the console only
    source: ConfidentialText = NOTHING  # the one source of text that was examined; console only
    source_subject: ConfidentialText = NOTHING  # the decoded subject that was examined; console only
    masks: tuple[tuple[ConfidentialText, str], ...] = ()  # what each token of this thread replaces; sealed only


@dataclass(frozen=True, slots=True)
class AllowList:
    """What one panel knows and allows: config/screening/known.toml, audited. Never a family's name."""

    panel: str = ""
    staff: tuple[str, ...] = ()  # full names
    phones: tuple[str, ...] = ()  # public numbers
    domains: tuple[str, ...] = ()  # our own and partner organisations' domains
    places: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    vocabulary: tuple[str, ...] = ()  # further words of this panel


@dataclass(frozen=True, slots=True)
class ScreenContext:
    """What the worker knows about one message apart from its content."""

    mailbox: MailboxName
    received_at: datetime
    reference: str  # of the intake, as people are given it
    authenticated: bool = False  # aligned DMARC pass
    author_domain: str | None = None
    partner: bool = False  # the author domain is a verified partner organisation
    known_names: tuple[ConfidentialText, ...] = ()  # of people known in this thread or case
    allowed: AllowList = AllowList()
    staff_domains: tuple[str, ...] = ()  # our own domains: their authors are staff
    console_url: str = ""
    masks: tuple[tuple[ConfidentialText, str], ...] = ()  # tokens already given in this thread
