"""Make the ways out from the tables of gateway.toml."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from gateway.adapters.config.next_hops import NextHopEntry
from gateway.adapters.config.settings import DnsSettings
from gateway.adapters.smtp_out.https import HttpsClient
from gateway.adapters.smtp_out.outbound_settings import DirectSettings, Hop, NextHopSettings, OutboundSettings, Security
from gateway.adapters.smtp_out.policies import Policies
from gateway.model.content.confidential import NOTHING, ConfidentialText
from gateway.ports import Permanent, Resolver


def hop_of(entry: NextHopEntry) -> Hop:
    """Return one way out. Permanent("password_file") if the file cannot be read."""
    ca_file = Path(entry.ca_file) if entry.ca_file else None
    if entry.way == "direct":
        return DirectSettings(
            port=entry.port,
            ca_file=ca_file,
            needs_policy=entry.needs_policy,
            require_tls=entry.require_tls,
            delivery_reports=entry.delivery_reports,
        )
    return NextHopSettings(
        host=entry.host,
        port=entry.port,
        security=Security.IMPLICIT_TLS if entry.tls == "implicit" else Security.STARTTLS,
        server_name=entry.server_name,
        ca_file=ca_file,
        username=entry.username,
        password=_password(entry.password_file),
        client_certificate=Path(entry.client_certificate) if entry.client_certificate else None,
        client_key=Path(entry.client_key) if entry.client_key else None,
        require_tls=entry.require_tls,
        delivery_reports=entry.delivery_reports,
    )


def https_client(resolver: Resolver, dns: DnsSettings) -> HttpsClient:
    """Return the client for policy files. Private addresses and other ports are allowed only with a test zone file."""
    testing = bool(dns.zone_file)
    return HttpsClient(
        resolver,
        Path(dns.sts_ca_file) if dns.sts_ca_file else None,
        inward=testing,
        port=dns.sts_port if testing else 443,
    )


def arrival_policies(resolver: Resolver, dns: DnsSettings, now: Callable[[], datetime]) -> Policies:
    """Return the policies of senders' domains, with a memory of their own.

    Separate from the one for delivery: senders could fill that, and so evict a policy that protects outgoing mail.
    """
    return Policies(resolver, https_client(resolver, dns), now, timeout_s=dns.sts_timeout_s)


def _password(path: str) -> ConfidentialText:
    if not path:
        return NOTHING
    try:
        lines = Path(path).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise Permanent("password_file") from None
    if not lines or not lines[0]:
        raise Permanent("password_file")
    return ConfidentialText(lines[0])


def outbound_settings(entries: Mapping[str, NextHopEntry], helo_name: str, timeout_s: float) -> OutboundSettings:
    """Return every way out. ``timeout_s`` is for one step of a session; the message itself may take longer."""
    hops = {name: hop_of(entry) for name, entry in entries.items()}
    return OutboundSettings(
        helo_name=helo_name,
        default=hops.pop("default"),
        receivers=hops,
        connect_timeout_s=timeout_s,
        command_timeout_s=timeout_s,
        data_timeout_s=timeout_s * 5,
        total_timeout_s=timeout_s * 10,
    )
