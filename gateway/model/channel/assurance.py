"""The grade of the channel an intake came by, and the evidence for it.

Evidence is gathered once, at our own boundary, stored sealed with the intake and never gathered again: the grade
rests on what DNS said on the day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from gateway.model.channel.arrival import Connection, WebPost
from gateway.model.channel.secure_domains import PolicyFinding
from gateway.model.content.confidential import NOTHING, ConfidentialText
from gateway.model.kinds import Channel, ContentEncryption, ContentSignature, Grade, MailboxName


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: a stable code and the sentence a person reads. Neither contains anything of a message."""

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


class AuthorState(StrEnum):
    """Whether the message names exactly one author. RFC 5322 section 3.6.2; RFC 9989 section 5.3.1."""

    ONE = "one"
    NONE = "none"  # no From field, or an empty one
    SEVERAL_FIELDS = "several_fields"  # two From fields: readers disagree which one counts
    SEVERAL_ADDRESSES = "several_addresses"  # one field with more than one address
    UNREADABLE = "unreadable"  # not an addr-spec of RFC 5322, or parsers disagree


@dataclass(frozen=True, slots=True)
class Author:
    """The RFC 5322 From, as far as it can be relied on to mean one person at one domain."""

    state: AuthorState
    address: ConfidentialText = NOTHING  # addr-spec; "" unless ``state`` is one
    domain: str | None = None  # lower case A-labels; None unless ``state`` is one
    domains_seen: tuple[str, ...] = ()  # every domain in any From field
    display_domains: tuple[str, ...] = ()  # domains of addresses written into the display name
    reply_domains: tuple[str, ...] = ()  # domains of Reply-To; () if there is none


class DmarcPolicy(StrEnum):
    """The Domain Owner's wish, RFC 9989 section 4.7."""

    NONE = "none"
    QUARANTINE = "quarantine"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Dmarc:
    """The outcome of RFC 9989 for one message."""

    result: str  # "pass", "fail", "none", "temperror", "permerror"
    author_domain: str | None = None
    policy_domain: str | None = None  # where the record that applies was found
    organizational_domain: str | None = None  # of the author domain, by tree walk
    policy: DmarcPolicy | None = None  # as it applies to this author domain; None if there is no record
    testing: bool = False  # t=y: the owner asks that the policy is not acted on; a pass is a pass
    aligned_by: tuple[str, ...] = ()  # "spf", "dkim"


@dataclass(frozen=True, slots=True)
class Arc:
    """The outcome of RFC 8617 for one message."""

    result: str  # "pass", "fail", "none", "temperror"
    sealers: tuple[str, ...] = ()  # d= of every ARC-Seal, newest first
    author_proved: bool = False  # the newest set records dmarc=pass for this author domain, as its sealer says


@dataclass(frozen=True, slots=True)
class SecureRoute:
    """What the author's domain publishes for mail to it: can we answer over a proved channel?"""

    mta_sts: str = "unknown"  # RFC 8461: "enforce", "testing", "none", or "unknown"
    mta_sts_because: str = "not_asked"  # "policy", "no_record", "author_not_proved", a fault: words of stages.mta_sts
    mx: tuple[str, ...] = ()
    mx_named: bool = True  # the policy, where there is one, names at least one of ``mx`` (RFC 8461 section 4.1)
    dane: bool = False  # every MX has a DNSSEC-signed TLSA record, RFC 7672
    tlsa_unproved: bool = False  # there are TLSA records, but no resolver that we trust says they are signed
    tls_rpt: bool = False  # RFC 8460
    no_answer: tuple[str, ...] = ()  # what DNS gave no answer for, which is not "none": "mx", "tlsa", "tls_rpt"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything our own boundary knows about how an intake came. Nothing in it is taken on trust.

    ``mail_claims`` are claims the message makes for itself ("[secure]" in the subject, trust headers): kept, because
    staff should know of an unproved claim, and never counted as proof.
    """

    channel: Channel
    mailbox: MailboxName
    received_at: datetime
    gathered_at: datetime
    forward_path: ConfidentialText = NOTHING  # the address used
    reverse_path: ConfidentialText = NOTHING  # "" is the null reverse-path
    connection: Connection | None = None  # SMTP only: peer, HELO, TLS
    web: WebPost | None = None  # forms and pages only
    author: Author = field(default_factory=lambda: Author(AuthorState.NONE))
    results: tuple[AuthResult, ...] = ()
    dmarc: Dmarc = field(default_factory=lambda: Dmarc("none"))
    arc: Arc = field(default_factory=lambda: Arc("none"))
    route: SecureRoute = field(default_factory=SecureRoute)
    mail_claims: tuple[str, ...] = ()  # "subject_secure", "forged_results", "trust_header"
    authentication_results: str = ""  # our own RFC 8601 field value; no address in it

    @property
    def incomplete(self) -> bool:
        """True if DNS gave no answer for something that could change the grade: worth asking once more."""
        return self.dmarc.result == "temperror"


@dataclass(frozen=True, slots=True)
class Assurance:
    """The grade with every reason in words, and the results it rests on."""

    grade: Grade
    reasons: tuple[Reason, ...]
    results: tuple[AuthResult, ...] = ()
    author_domain: str | None = None  # of the single RFC 5322 From, lower case A-label; None if not exactly one
    authenticated: bool = False  # aligned DMARC pass, or a signature of an enrolled sender
    policy: PolicyFinding | None = None  # what the secure-domain policy says of the author domain, and how old it is
