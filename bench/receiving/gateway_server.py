"""One process of the gateway's receiving side, or of stock aiosmtpd with the same sealing and spool, for the bench.

Run by bench/receive.py: python -m bench.receiving.gateway_server (gateway|stock) PORT FOLDER
"""

from __future__ import annotations

import asyncio
import secrets
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

import uvloop
from aiosmtpd.smtp import SMTP, Envelope, Session

from gateway.adapters.sealing.seal import SealPublicKey
from gateway.adapters.smtp_in import (
    BoundSocket,
    CertificateFiles,
    SmtpLimits,
    SmtpSettings,
    TlsContexts,
    bind,
    serve,
)
from gateway.adapters.smtp_in.listener import silence_aiosmtpd
from gateway.adapters.smtp_in.tls import make_context
from gateway.adapters.smtp_in.transaction import Transaction, arrivals_of
from gateway.adapters.spool.writer import SpoolWriter
from gateway.model.channel.arrival import Connection
from gateway.model.kinds import MailboxName
from gateway.stages.smtp.mailboxes import Destination, MailboxTable
from gateway.stages.smtp.parameters import MailParameters

HOST = "mx.panel.example"
FORWARD_PATH = "cdop@panel.example"
MANY = 1_000_000  # the load comes from one address: limits of a neighbourhood are on, and out of its way


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class Nowhere:
    """Journal and metrics that go nowhere."""

    def event(self, name: str, **fields: str | int | float) -> None: ...

    def count(self, name: str, **labels: str) -> None: ...

    def add(self, name: str, number: int, **labels: str) -> None: ...

    def gauge(self, name: str, value: float, **labels: str) -> None: ...


class StockHandler:
    """What aiosmtpd's documentation shows, with a durable sealed spool behind it."""

    def __init__(self, writer: SpoolWriter) -> None:
        self._writer = writer

    async def handle_DATA(self, _: SMTP, session: Session, envelope: Envelope) -> str:
        transaction = Transaction(str(envelope.mail_from), MailParameters())
        transaction.destinations[Destination(MailboxName.GENERAL)] = FORWARD_PATH
        connection = Connection("127.0.0.1", session.host_name or "", esmtp=True)
        arrivals = arrivals_of(transaction, connection, datetime.now(UTC), secrets.token_bytes)
        content = envelope.content
        assert isinstance(content, bytes)
        await self._writer.keep(arrivals, [content])
        return "250 2.0.0 OK"


async def run(kind: str, port: int, folder: Path) -> None:
    files = CertificateFiles(folder / "server.pem", folder / "server.key")
    writer = SpoolWriter(folder / "spool", SealPublicKey.load(folder / "seal.pub"))
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    socket = bind("127.0.0.1", port, reuse_port=True)
    if kind == "stock":
        silence_aiosmtpd()
        context, handler = make_context(files), StockHandler(writer)
        await loop.create_server(
            lambda: SMTP(handler, tls_context=context, hostname=HOST, loop=loop), sock=socket, backlog=512
        )
        await stop.wait()
        return
    limits = SmtpLimits(connections_per_prefix=200, new_connections_per_prefix_a_minute=MANY, messages_per_session=MANY)
    mailboxes = MailboxTable({FORWARD_PATH: MailboxName.GENERAL}, frozenset({"panel.example"}))
    server = await serve(
        SmtpSettings(HOST, mailboxes, limits=limits),
        TlsContexts(files),
        writer,
        SystemClock(),
        entropy=secrets.token_bytes,
        listeners=[BoundSocket(socket)],
        journal=Nowhere(),
        metrics=Nowhere(),
    )
    await stop.wait()
    await server.close()


if __name__ == "__main__":
    loop_factory = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(run(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])))
