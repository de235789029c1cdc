"""How each receiver's mail leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from gateway.model.content.confidential import NOTHING, ConfidentialText


class Security(StrEnum):
    """How the connection becomes TLS. Clear text is not an option."""

    STARTTLS = "starttls"  # RFC 3207
    IMPLICIT_TLS = "implicit_tls"  # RFC 8314 section 3.3


@dataclass(frozen=True, slots=True)
class NextHopSettings:
    """A mail server that relays messages: a smart host, or the one that holds the general inbox."""

    host: str
    port: int = 25
    security: Security = Security.STARTTLS
    server_name: str = ""  # the name its certificate must carry; "" is the host
    ca_file: Path | None = None  # PEM; None is the system's certificate authorities
    username: str = ""  # "" does not sign in
    password: ConfidentialText = NOTHING
    client_certificate: Path | None = None  # PEM, shown if the server asks
    client_key: Path | None = None
    require_tls: bool = True  # ask for REQUIRETLS (RFC 8689) where it is offered
    delivery_reports: bool = True  # ask for DSN (RFC 3461) where they are offered

    @property
    def expected_name(self) -> str:
        """The name that the server's certificate must carry."""
        return self.server_name or self.host


@dataclass(frozen=True, slots=True)
class DirectSettings:
    """Delivery to the mail exchangers of the receiver's own domain (RFC 5321 section 5.1)."""

    port: int = 25
    ca_file: Path | None = None
    needs_policy: bool = False  # refuse domains that publish neither DANE nor an enforced MTA-STS policy
    max_hosts: int = 5
    require_tls: bool = True
    delivery_reports: bool = True


Hop = NextHopSettings | DirectSettings


@dataclass(frozen=True, slots=True)
class OutboundSettings:
    """The hops of every receiver, and the time each step may take.

    ``receivers`` is looked up by the receiver word ("panel:oxfordshire", "general_inbox"), then by its family
    ("panel"); anything else uses ``default``. Times follow RFC 5321 section 4.5.3.2.
    """

    helo_name: str
    default: Hop
    receivers: Mapping[str, Hop] = field(default_factory=dict)
    connect_timeout_s: float = 30.0
    command_timeout_s: float = 300.0
    data_timeout_s: float = 600.0
    total_timeout_s: float = 1200.0

    def hop(self, receiver: str) -> Hop:
        """Return the hop of one receiver."""
        family = receiver.partition(":")[0]
        return self.receivers.get(receiver) or self.receivers.get(family) or self.default

    def hops(self) -> tuple[Hop, ...]:
        """Return every configured hop."""
        return (self.default, *self.receivers.values())
