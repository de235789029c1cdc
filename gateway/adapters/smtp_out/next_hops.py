"""The NextHop port: each receiver's mail leaves by the hop that the settings name for it."""

from __future__ import annotations

import asyncio
from typing import Protocol

from gateway.adapters.smtp_out.certificates import verifying_context
from gateway.adapters.smtp_out.outbound_settings import DirectSettings, NextHopSettings, OutboundSettings
from gateway.adapters.smtp_out.session import Target, deliver
from gateway.ports import Delivery, DeliveryOutcome, OutboundMail


class Direct(Protocol):
    """Delivery to the mail exchangers of the receiver's own domain."""

    async def send(self, mail: OutboundMail, hop: DirectSettings, settings: OutboundSettings) -> Delivery: ...


class NextHops:
    """Sends through smart hosts, and directly to a domain's mail exchangers if ``direct`` is given."""

    def __init__(self, settings: OutboundSettings, direct: Direct | None = None) -> None:
        if direct is None and any(isinstance(hop, DirectSettings) for hop in settings.hops()):
            raise ValueError("a direct hop is configured and nothing can deliver directly")
        self._settings = settings
        self._direct = direct

    async def send(self, mail: OutboundMail) -> Delivery:
        """Send one message over verified TLS. Never raises, whatever a peer does."""
        hop = self._settings.hop(mail.receiver)
        if isinstance(hop, NextHopSettings):
            return await _send_by(hop, mail, self._settings)
        if self._direct is not None:
            return await self._direct.send(mail, hop, self._settings)
        return Delivery(DeliveryOutcome.TEMPORARY, "no_direct_delivery")


async def _send_by(hop: NextHopSettings, mail: OutboundMail, settings: OutboundSettings) -> Delivery:
    try:
        context = await asyncio.to_thread(verifying_context, hop.ca_file, hop.client_certificate, hop.client_key)
    except OSError:  # ssl.SSLError is one: a file that is missing or no certificate
        return Delivery(DeliveryOutcome.TEMPORARY, "certificate_files")
    target = Target(
        address=hop.host,
        port=hop.port,
        server_name=hop.expected_name,
        context=context,
        security=hop.security,
        username=hop.username,
        password=hop.password,
        require_tls=hop.require_tls,
        delivery_reports=hop.delivery_reports,
    )
    return await deliver(target, mail, settings)
