"""Real SMTP servers on loopback that keep what they are given: the next hop of the general inbox, and neighbours."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass, field
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from gateway.adapters.smtp_in.listener import silence_aiosmtpd


@dataclass(slots=True)
class Received:
    """One message as a sink took it."""

    reverse_path: str
    forward_paths: tuple[str, ...]
    content: bytes


@dataclass  # no slots: aiosmtpd looks through its handler's members, which Python 3.11.2 cannot with a slots dataclass
class Sink:
    """One server. ``refuse`` is said instead of 250 where it is not empty, for trying failures."""

    port: int
    certificate: Path
    key: Path
    received: list[Received] = field(default_factory=list)
    refuse: str = ""
    max_bytes: int = 32 << 20  # announced as SIZE
    _server: asyncio.Server | None = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the message."""
        if self.refuse:
            return self.refuse
        content = envelope.original_content or b""
        reverse_path = (envelope.mail_from or "").strip("<>")
        self.received.append(Received(reverse_path, tuple(envelope.rcpt_tos), content))
        return "250 2.0.0 kept"

    async def start(self) -> None:
        """Listen on loopback."""
        silence_aiosmtpd()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)

        def session() -> SMTP:
            return SMTP(
                self, tls_context=context, require_starttls=True, enable_SMTPUTF8=True, data_size_limit=self.max_bytes
            )

        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(session, "127.0.0.1", self.port)

    async def stop(self) -> None:
        """Stop listening; what was kept stays."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None
