"""The ``[next_hop.NAME]`` tables of gateway.toml: how each receiver's mail leaves. No SMTP is spoken here."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

MIN_MESSAGE_BYTES = 100_000  # below it not even the notification fits


class NextHopEntry(BaseModel):
    """One way out. NAME is "default", a receiver ("general_inbox", "panel:ID") or a family of them ("panel")."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    way: Literal["next_hop", "direct"] = "next_hop"  # direct: the mail exchangers of the receiver's domain
    host: str = ""
    port: int = Field(25, ge=1, le=65535)
    tls: Literal["starttls", "implicit"] = "starttls"
    ca_file: str = ""
    server_name: str = ""
    username: str = ""
    password_file: str = ""  # its first line is the password
    client_certificate: str = ""
    client_key: str = ""
    max_message_bytes: int = Field(0, ge=0)  # what the receiver takes (its SIZE, RFC 1870); 0: as in [outbox]
    require_tls: bool = True
    delivery_reports: bool = True
    needs_policy: bool = False  # direct only: neither DANE nor an enforced MTA-STS policy: nothing is sent

    @model_validator(mode="after")
    def _one_way(self) -> NextHopEntry:
        """A setting that the chosen way does not use is a mistake, and mistakes about TLS stop the start."""
        if self.way == "direct":
            for_hops = (self.host, self.server_name, self.username, self.password_file, self.client_certificate)
            if any(for_hops) or self.tls == "implicit":
                raise ValueError("direct delivery takes port, ca_file, needs_policy, require_tls, delivery_reports")
        elif self.needs_policy:
            raise ValueError("needs_policy is for direct delivery")
        if 0 < self.max_message_bytes <= MIN_MESSAGE_BYTES:
            raise ValueError("a notification does not fit in so small a message")
        if bool(self.username) != bool(self.password_file):
            raise ValueError("username and password_file go together")
        return self
