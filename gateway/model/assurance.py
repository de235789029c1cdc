"""The grade of the channel an intake came by, and the evidence for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.model.kinds import ContentEncryption, ContentSignature, Grade


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: a stable code and the sentence a person reads. Neither holds anything of a message."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class AuthResult:
    """One RFC 8601 result, e.g. ``dmarc=pass header.from=nhs.example``."""

    method: str  # "spf", "dkim", "dmarc", "arc", "iprev", "tls"
    result: str  # RFC 8601 section 2.7 words
    properties: Mapping[str, str] = field(default_factory=dict)  # "header.from": "nhs.example"


@dataclass(frozen=True, slots=True)
class ContentState:
    """What was found when the content was opened, before anything in it was believed."""

    encrypted: ContentEncryption = ContentEncryption.NONE
    opened: bool = True
    signature: ContentSignature = ContentSignature.NONE
    signer: str | None = None  # panel id or label of the enrolled signer; never an address from the message
    wrapper: str | None = None  # "egress", "nhsmail", "cisco", "rpmsg", "password_zip", "password_pdf", ...
    authenticated: bool = True  # False: opened, but the encryption proves no integrity (S/MIME with CBC)


@dataclass(frozen=True, slots=True)
class Assurance:
    """The grade with every reason in words, and the results it stands on."""

    grade: Grade
    reasons: tuple[Reason, ...]
    results: tuple[AuthResult, ...] = ()
    author_domain: str | None = None  # of the single RFC 5322 From, lower case A-label; None if not exactly one
    authenticated: bool = False  # aligned DMARC pass, or a signature of an enrolled sender
