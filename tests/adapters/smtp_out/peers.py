"""Real mail servers on loopback for the tests, with certificates made on the spot."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import ssl
import threading
import warnings
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP as Server
from aiosmtpd.smtp import AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

logging.getLogger("mail.log").setLevel(logging.CRITICAL)

Certificate = x509.Certificate
Key = ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate with its key."""

    certificate: Certificate
    key: Key

    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def key_pem(self) -> bytes:
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )


_SIGNS_CERTIFICATES = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


def issue(
    name: str,
    issuer: Issued | None = None,
    *,
    authority: bool = False,
    days: tuple[int, int] = (-1, 30),
    address: str | None = None,
) -> Issued:
    """Issue a certificate valid from ``days[0]`` to ``days[1]`` from now; self-signed without an issuer."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names: list[x509.GeneralName] = [x509.DNSName(name)]
    if address:
        names.append(x509.IPAddress(ipaddress.ip_address(address)))
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
    )
    # What RFC 5280 wants besides: Python 3.13 refuses a chain without it.
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    signer = x509.AuthorityKeyIdentifier.from_issuer_public_key((issuer.key if issuer else key).public_key())
    built = built.add_extension(own, critical=False).add_extension(signer, critical=False)
    if authority:
        built = built.add_extension(_SIGNS_CERTIFICATES, critical=True)
    return Issued(built.sign(issuer.key if issuer else key, hashes.SHA256()), key)


def server_context(issued: Issued, folder: Path, chain: Sequence[Issued] = ()) -> ssl.SSLContext:
    """Return a server's TLS context that shows this certificate and the given chain."""
    certificate, key = folder / "server.pem", folder / "server.key"
    certificate.write_bytes(issued.pem() + b"".join(link.pem() for link in chain))
    key.write_bytes(issued.key_pem())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


@contextlib.contextmanager
def policy_host(issued: Issued, folder: Path, content: bytes) -> Iterator[int]:
    """Serve a file as the policy of the certificate's name, from a thread on loopback; gives the port."""
    name = issued.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            right = self.path == "/.well-known/mta-sts.txt" and self.headers["Host"] == name
            self.send_response(200 if right else 404)
            self.send_header("Content-Type", "text/plain")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answer)
    server.socket = server_context(issued, folder).wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Sink:
    """Keeps what it was given. Replies may be set for each command."""

    replies: dict[str, str] = field(default_factory=dict)
    extensions: tuple[str, ...] = ()
    messages: list[bytes] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    receivers: list[str] = field(default_factory=list)
    mail_options: list[list[str]] = field(default_factory=list)
    rcpt_options: list[list[str]] = field(default_factory=list)
    clear_text: list[bytes] = field(default_factory=list)

    async def handle_EHLO(
        self, server: Server, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        offered = [f"250-{extension}" for extension in self.extensions]
        return [*responses[:-1], *offered, responses[-1]]

    async def handle_MAIL(
        self, server: Server, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "MAIL" in self.replies:
            return self.replies["MAIL"]
        assert server.transport is not None
        if server.transport.get_extra_info("sslcontext") is None:
            self.clear_text.append(address.encode())
        envelope.mail_from = address
        self.senders.append(address)
        self.mail_options.append(options)
        return "250 2.1.0 fine"

    async def handle_RCPT(
        self, server: Server, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "RCPT" in self.replies:
            return self.replies["RCPT"]
        envelope.rcpt_tos.append(address)
        self.receivers.append(address)
        self.rcpt_options.append(options)
        return "250 2.1.5 fine"

    async def handle_DATA(self, server: Server, session: Session, envelope: Envelope) -> str:
        if "DATA" in self.replies:
            return self.replies["DATA"]
        assert isinstance(envelope.content, bytes)
        self.messages.append(envelope.content)
        return "250 2.0.0 kept for somebody@secret.example"


class _Permissive(Server):
    """aiosmtpd that knows the parameters of RFC 3461 and RFC 8689, and STARTTLS over an open loop."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            super().__init__(*arguments, **keywords)

    def _getparams(self, params: Sequence[str]) -> dict[str, str | bool] | None:
        return super()._getparams([p for p in params if p.split("=")[0] in ("SIZE", "BODY", "SMTPUTF8")])


@contextlib.asynccontextmanager
async def serve(
    sink: Sink,
    tls: ssl.SSLContext | None,
    *,
    implicit: bool = False,
    authenticator: Any = None,
    port: int = 0,
) -> AsyncIterator[int]:
    """Run a mail server on a free loopback port; yield the port."""

    def factory() -> Server:
        return _Permissive(
            sink,
            tls_context=None if implicit else tls,
            hostname="mx.panel.example",
            authenticator=authenticator,
            auth_required=authenticator is not None,
            loop=asyncio.get_running_loop(),
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(factory, "127.0.0.1", port, ssl=tls if implicit else None)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


def accept_password(server: Server, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    right = (data.login, data.password) == (b"gateway", b"correct horse")
    return AuthResult(success=right, handled=False)
