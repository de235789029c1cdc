"""A receiving gateway for tests: real sockets on loopback, real TLS, real sealing, a real spool."""

from __future__ import annotations

import asyncio
import dataclasses
import secrets
import ssl
import tempfile
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gateway.adapters.sealing.seal import SealPublicKey
from gateway.adapters.sealing.unseal import KeyRing, SealPrivateKey
from gateway.adapters.smtp_in import (
    BoundSocket,
    CertificateFiles,
    ClearTextRefusal,
    SmtpLimits,
    SmtpServer,
    SmtpSettings,
    SmtpTimes,
    TlsContexts,
    bind,
    serve,
)
from gateway.adapters.spool.reader import SpoolReader
from gateway.adapters.spool.writer import SpoolWriter
from gateway.model.channel.arrival import Arrival
from gateway.model.kinds import MailboxName
from gateway.stages.smtp.mailboxes import MailboxTable

HOST = "mx.panel.example"
SECURE = "secure-cdop@panel.example"
GENERAL = "cdop@panel.example"
MAILBOXES = MailboxTable(
    {
        SECURE: MailboxName.SECURE,
        "child.death@panel.example": MailboxName.SECURE,
        GENERAL: MailboxName.GENERAL,
        "dmarc@panel.example": MailboxName.REPORTS,
    },
    frozenset({"panel.example"}),
)


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class Notes:
    """A journal and metrics that remember."""

    events: list[tuple[str, dict[str, str | int | float]]] = field(default_factory=list)

    def event(self, name: str, **fields: str | int | float) -> None:
        self.events.append((name, fields))

    def count(self, name: str, **labels: str) -> None: ...

    def add(self, name: str, number: int, **labels: str) -> None: ...

    def gauge(self, name: str, value: float, **labels: str) -> None: ...


def make_certificate(folder: Path, name: str = HOST, stem: str = "server") -> CertificateFiles:
    """Make a throw-away self-signed certificate and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = CertificateFiles(folder / f"{stem}.pem", folder / f"{stem}.key")
    files.chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files


@cache
def seal_key() -> SealPrivateKey:
    return SealPrivateKey.generate()


@cache
def certificate() -> CertificateFiles:
    return make_certificate(Path(tempfile.mkdtemp(prefix="cdop-tls-")))


@dataclass
class Rig:
    """A server that runs, and what it keeps."""

    server: SmtpServer
    spool: Path
    tls: TlsContexts
    notes: Notes
    files: CertificateFiles
    writer: SpoolWriter

    @property
    def port(self) -> int:
        return self.server.addresses[0][1]

    @property
    def tls_port(self) -> int:
        return self.server.addresses[1][1]

    async def kept(self) -> list[tuple[Arrival, bytes]]:
        """Open everything that was kept, oldest first."""
        assert await self.writer.named(60)
        reader = SpoolReader(self.spool, KeyRing.of(seal_key()))
        found = []
        for intake_id in await reader.pending():
            arrival, content = await reader.open(intake_id)
            found.append((arrival, content.reveal()))
        return found

    async def contents(self) -> list[bytes]:
        return [content for _, content in await self.kept()]

    async def until_everybody_left(self) -> None:
        async with asyncio.timeout(60):
            while self.server.connections:  # noqa: ASYNC110 - the server has no event for this and needs none
                await asyncio.sleep(0.01)

    def unfinished(self) -> list[Path]:
        return list((self.spool / "tmp").glob("*.part"))

    def client_tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.files.chain))


@asynccontextmanager
async def rig(
    limits: SmtpLimits | None = None,
    times: SmtpTimes | None = None,
    clear_text: ClearTextRefusal | None = None,
    writer: SpoolWriter | None = None,
    files: CertificateFiles | None = None,
    close_grace_s: float = 0.2,
) -> AsyncIterator[Rig]:
    """Run a server for the length of a test."""
    settings = SmtpSettings(
        HOST,
        MAILBOXES,
        limits=limits or SmtpLimits(),
        times=dataclasses.replace(times or SmtpTimes(), close_grace_s=close_grace_s),
        clear_text=clear_text or ClearTextRefusal(),
    )
    with tempfile.TemporaryDirectory(prefix="cdop-spool-") as folder:
        spool = Path(folder)
        for name in ("new", "tmp"):
            (spool / name).mkdir()
        notes = Notes()
        tls = TlsContexts(files or certificate())
        keeps = writer or SpoolWriter(spool, public_key())
        server = await serve(
            settings,
            tls,
            keeps,
            SystemClock(),
            entropy=secrets.token_bytes,
            listeners=[BoundSocket(bind("127.0.0.1", 0)), BoundSocket(bind("127.0.0.1", 0), implicit_tls=True)],
            journal=notes,
            metrics=notes,
        )
        try:
            yield Rig(server, spool, tls, notes, files or certificate(), keeps)
        finally:
            await server.close()
            await keeps.named(60)


def public_key() -> SealPublicKey:
    return seal_key().public


class Peer:
    """A client that says exactly the bytes it is told to."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def connect(cls, port: int, tls: ssl.SSLContext | None = None) -> Peer:
        name = HOST if tls is not None else None
        return cls(*await asyncio.open_connection("127.0.0.1", port, ssl=tls, server_hostname=name))

    def send(self, octets: bytes) -> None:
        self.writer.write(octets)

    async def reply(self) -> str:
        """Return one whole reply, "" at the end of the connection."""
        lines = []
        async with asyncio.timeout(60):
            while True:
                line = await self.line()
                lines.append(line)
                if line[3:4] != "-":
                    return "\n".join(lines)

    async def line(self) -> str:
        try:
            return (await self.reader.readline()).decode("ascii").removesuffix("\r\n")
        except ConnectionError:
            return ""

    async def say(self, line: str | bytes) -> str:
        """Send one command and return its reply."""
        self.send((line.encode() if isinstance(line, str) else line) + b"\r\n")
        return await self.reply()

    async def rest(self) -> bytes:
        """Return what comes until the server closes."""
        async with asyncio.timeout(60):
            try:
                return await self.reader.read()
            except ConnectionError:
                return b""

    async def start_tls(self, context: ssl.SSLContext) -> None:
        assert (await self.say("STARTTLS")).startswith("220 ")
        await self.writer.start_tls(context, server_hostname=HOST)

    async def greet(self) -> Peer:
        """Read the banner and say EHLO."""
        assert (await self.reply()).startswith("220 ")
        assert (await self.say("EHLO client.example")).startswith("250-")
        return self

    async def envelope(self, *forward_paths: str, mail: str = "MAIL FROM:<gp@surgery.example>") -> Peer:
        assert await self.say(mail) == "250 2.1.0 OK"
        for path in forward_paths or (SECURE,):
            assert await self.say(f"RCPT TO:<{path}>") == "250 2.1.5 OK"
        return self

    async def data(self, octets: bytes) -> str:
        """Send content as it is to stand on the wire, final dot included; return the last reply."""
        assert (await self.say("DATA")).startswith("354 ")
        self.send(octets)
        return await self.reply()

    async def close(self) -> None:
        self.writer.close()


@asynccontextmanager
async def peer(port: int, tls: ssl.SSLContext | None = None) -> AsyncIterator[Peer]:
    """Connect a client for the length of a block."""
    client = await Peer.connect(port, tls)
    try:
        yield client
    finally:
        client.writer.transport.abort()
        await asyncio.sleep(0)  # lets the transport go before its loop does


@dataclass
class Memory:
    """What this process, the client in it too, held at most; bytes."""

    most_bytes: int = 0


@contextmanager
def memory() -> Iterator[Memory]:
    """Measure a block by its allocations: the size of a process never shrinks, so an earlier peak would hide growth."""
    measured = Memory()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        yield measured
        measured.most_bytes = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


MESSAGE = b"Subject: test\r\n\r\nAn invented message.\r\n"
END = b".\r\n"
