"""Settings of the receiving side: our names, our mailboxes, and every limit."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.model.kinds import MailboxName
from gateway.stages.smtp.mailboxes import MailboxTable


@dataclass(frozen=True, slots=True)
class SmtpLimits:
    """How much one peer, its network and all peers together may use. Each limit is per process."""

    max_bytes: int = 26_214_400  # of one message, after un-stuffing
    connections_in_all: int = 500
    connections_per_prefix: int = 50  # a prefix is an IPv4 /24 or an IPv6 /56
    new_connections_per_prefix_a_minute: int = 600
    refusals_at_once: int = 20  # with implicit TLS a 421 needs a handshake; beyond this the connection is just closed
    messages_at_once: int = 100  # whose content is arriving; beyond this MAIL and DATA get 452
    messages_per_session: int = 1000
    forward_paths_per_message: int = 100  # RFC 5321 section 4.5.3.1.8
    attempts_per_message: int = 1000  # RCPT commands; beyond this the session ends
    intakes_per_message: int = 8  # different mailboxes or tokens: each is a sealed copy
    commands_without_message: int = 100  # NOOP, RSET, EHLO ... between two messages
    errors_per_session: int = 20


@dataclass(frozen=True, slots=True)
class SmtpTimes:
    """Seconds. The defaults are those of RFC 5321 section 4.5.3.2 where it names one."""

    greet_delay_s: float = 0.0  # a client that talks within this time is refused; 0 still catches one quicker than us
    handshake_s: float = 60.0
    command_s: float = 300.0  # from one whole command to the next
    content_idle_s: float = 180.0  # without one octet of content
    content_grace_s: float = 60.0  # after this the mean rate counts
    content_min_rate: float = 100.0  # octets a second: an old modem is faster
    content_total_s: float = 14_400.0
    disk_s: float = 60.0
    close_grace_s: float = 20.0  # at shutdown, for messages under way


@dataclass(frozen=True, slots=True)
class ClearTextRefusal:
    """Mailboxes that refuse mail in clear, and the alternatives that the refusal names. Empty: none refuses."""

    mailboxes: frozenset[MailboxName] = frozenset()
    form_address: str = ""  # https://...
    telephone: str = ""

    def __post_init__(self) -> None:
        if self.mailboxes and not (self.form_address and self.telephone):
            raise ValueError("a refusal of clear text names the form and a telephone number")


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """The receiving side of one gateway."""

    host_name: str  # as in the MX record and the certificate
    mailboxes: MailboxTable
    banner: str = "ESMTP"
    limits: SmtpLimits = field(default_factory=SmtpLimits)
    times: SmtpTimes = field(default_factory=SmtpTimes)
    clear_text: ClearTextRefusal = field(default_factory=ClearTextRefusal)
