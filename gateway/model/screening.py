"""What the general inbox gets in place of a message."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gateway.model.assurance import Reason
from gateway.model.confidential import NOTHING, ConfidentialText
from gateway.model.kinds import ScreenOutcome


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
    """A count of what was not carried over. Never the thing itself."""

    kind: str  # "attachment", "image", "quoted_text", "name", "nhs_number", ...
    where: str  # "subject", "body", "part", "header"
    count: int


@dataclass(frozen=True, slots=True)
class Finding:
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
    findings: tuple[Finding, ...] = ()  # over ``source``; for the console only
    source: ConfidentialText = NOTHING  # the one source of text that was examined; console only
