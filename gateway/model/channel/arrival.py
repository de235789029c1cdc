"""What our own boundary knows of an arrival, before anything in the message is believed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from gateway.model.ids import IntakeId, Reference
from gateway.model.kinds import Channel, MailboxName


@dataclass(frozen=True, slots=True)
class Tls:
    """The TLS session of the last hop, as our own end saw it."""

    version: str  # "TLSv1.2", "TLSv1.3", as OpenSSL names them
    cipher: str
    client_subject: str | None = None  # subject of a client certificate that verified; None if none was shown


@dataclass(frozen=True, slots=True)
class Connection:
    """One SMTP session with a peer."""

    peer_address: str = field(repr=False)  # textual IPv4 or IPv6
    helo: str = field(repr=False)  # the EHLO or HELO argument: a claim
    esmtp: bool = True
    tls: Tls | None = None  # None: the message crossed the last hop in clear


@dataclass(frozen=True, slots=True)
class Envelope:
    """The RFC 5321 section 2.3.1 envelope. Header fields prove nothing and live elsewhere."""

    reverse_path: str = field(repr=False)  # "" is the null reverse-path of a bounce, section 4.5.5
    forward_path: str = field(repr=False)  # the one address this intake is for
    smtputf8: bool = False
    eight_bit: bool = False
    require_tls: bool = False  # RFC 8689


@dataclass(frozen=True, slots=True)
class WebPost:
    """One form post. The peer's address is not kept: it proves nothing about the notifier."""

    form: str  # "notify", "enquire", or the id of another page
    tls: Tls | None
    language: str = "en"
    signed_in_as: str | None = None  # account id of a signed-in professional
    domain_proved: str | None = None  # the account's e-mail domain, where the provider vouches for it


@dataclass(frozen=True, slots=True)
class Arrival:
    """One accepted mail object or form post, as intake hands it to the worker. Sealed with its content."""

    intake_id: IntakeId
    reference: Reference
    mailbox: MailboxName
    channel: Channel
    received_at: datetime  # aware, UTC: the start of DATA or of the post; the clock runs from here
    connection: Connection | None = None  # SMTP only
    envelope: Envelope | None = None  # SMTP only
    web: WebPost | None = None  # forms and pages only
    token: str | None = None  # of bounce+TOKEN and reply+TOKEN
