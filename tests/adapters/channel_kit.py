"""A throw-away world for channel tests: a zone, keys made in the test, signed messages, sessions."""

from __future__ import annotations

import base64
import copy
import email
import email.utils
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import dkim
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa

from gateway.model.channel.arrival import Arrival, Connection, Envelope, Tls
from gateway.model.content.message import Mail
from gateway.model.ids import IntakeId, Reference
from gateway.model.kinds import Channel, MailboxName
from gateway.stages import mime
from gateway.stages.mime.mime_limits import MimeLimits

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PEER = "192.0.2.10"
TLS13 = Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384")
TLS12 = Tls("TLSv1.2", "ECDHE-RSA-AES256-GCM-SHA384")
SECURE_ADDRESS = "secure-cdop@gateway.example"


class FixedClock:
    def now(self) -> datetime:
        return NOW


class Key:
    """One signing key with the TXT record that publishes it."""

    def __init__(self, algorithm: str = "rsa", bits: int = 2048) -> None:
        if algorithm == "rsa":
            private = rsa.generate_private_key(65537, bits)
            self.private = private.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
            )
            public = private.public_key().public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
            )
            self.algorithm = b"rsa-sha256"
        else:
            edwards = ed25519.Ed25519PrivateKey.generate()
            self.private = base64.b64encode(edwards.private_bytes_raw())
            public = edwards.public_key().public_bytes_raw()
            self.algorithm = b"ed25519-sha256"
        self.text = base64.b64encode(public).decode()
        self.kind = algorithm

    def with_algorithm(self, algorithm: bytes) -> Key:
        """Return the same key signing with another algorithm."""
        other = copy.copy(self)
        other.algorithm = algorithm
        return other

    def record(self, extra: str = "") -> str:
        """Return the TXT record in master-file form, cut into strings of at most 255 octets."""
        whole = f"v=DKIM1; k={self.kind}; {extra}p={self.text}"
        return " ".join(f'"{whole[start : start + 250]}"' for start in range(0, len(whole), 250))


def sign(raw: bytes, key: Key, domain: str, selector: str = "s1", **options: object) -> bytes:
    """Return ``raw`` with a DKIM-Signature on top."""
    signature: bytes = dkim.sign(
        raw, selector.encode(), domain.encode(), key.private, signature_algorithm=key.algorithm, **options
    )
    return signature + raw


def _relaxed_field(name: str, value: str) -> bytes:
    """Canonicalise one header field, RFC 6376 section 3.4.2."""
    return f"{name.lower()}:{' '.join(value.split())}".encode()


def _relaxed_body(raw: bytes) -> bytes:
    body = raw.partition(b"\r\n\r\n")[2]
    lines = [b" ".join(re.split(rb"[ \t]+", line)).rstrip(b" ") for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    return b"".join(line + b"\r\n" for line in lines)


def _signed(key: Key, content: bytes) -> str:
    private = serialization.load_pem_private_key(key.private, None)
    assert isinstance(private, rsa.RSAPrivateKey)
    return base64.b64encode(private.sign(content, padding.PKCS1v15(), hashes.SHA256())).decode()


@dataclass(frozen=True, slots=True)
class SetTags:
    """How the tags of one ARC set differ from the plain ones. The signatures are made over what stands there."""

    ams: tuple[str, str] = ("\0", "")  # what is replaced in the message signature, and by what
    seal: tuple[str, str] = ("\0", "")  # the same in the seal
    signed: tuple[str, ...] = ("from", "subject")
    names: str = " : "  # between the names of h=
    body: slice = field(default_factory=lambda: slice(None))


def seal(
    raw: bytes, key: Key, domain: str, results: str, *, cv: str = "", selector: str = "s1", tags: SetTags | None = None
) -> bytes:
    """Return ``raw`` with one more ARC set on top, RFC 8617 section 5.1. Written apart from the library under test."""
    how = tags or SetTags()
    fields = [(name, str(value)) for name, value in email.message_from_bytes(raw).raw_items()]
    before = [(name.lower(), value) for name, value in fields if name.lower().startswith("arc-")]
    instance = len(before) // 3 + 1
    common = f"i={instance}; a=rsa-sha256; d={domain}; s={selector}; "
    aar = f"i={instance}; {domain}; {results}"
    body_hash = base64.b64encode(hashlib.sha256(_relaxed_body(raw)[how.body]).digest()).decode()
    ams = f"{common}c=relaxed/relaxed; h={how.names.join(how.signed)}; bh={body_hash}; b=".replace(*how.ams)
    by_name = {name.lower(): value for name, value in fields}
    signed = [_relaxed_field(name, by_name[name.lower()]) for name in how.signed if name.lower() in by_name]
    ams += _signed(key, b"\r\n".join([*signed, _relaxed_field("arc-message-signature", ams)]))
    chain = []
    for one in range(1, instance):
        for name in ("arc-authentication-results", "arc-message-signature", "arc-seal"):
            found = [v for n, v in before if n == name and re.match(rf"\s*i={one};", v)]
            chain.append(_relaxed_field(name, found[0]))
    chain += [_relaxed_field("arc-authentication-results", aar), _relaxed_field("arc-message-signature", ams)]
    arc_seal = f"{common}cv={cv or ('none' if instance == 1 else 'pass')}; b=".replace(*how.seal)
    arc_seal += _signed(key, b"\r\n".join([*chain, _relaxed_field("arc-seal", arc_seal)]))
    head = f"ARC-Seal: {arc_seal}\r\nARC-Message-Signature: {ams}\r\nARC-Authentication-Results: {aar}\r\n"
    return head.encode() + raw


def message(
    author: str = "A Nurse <nurse@nhs.net>",
    subject: str = "Form",
    extra: Mapping[str, str] | None = None,
    body: str = "Hello.\r\n",
) -> bytes:
    """Return a small message with CRLF line ends."""
    fields = {"From": author, "To": SECURE_ADDRESS, "Subject": subject, "Message-ID": "<1@sender.example>"}
    fields |= {"Date": email.utils.format_datetime(NOW)} | dict(extra or {})
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return (head + "\r\n" + body).encode()


def parse(raw: bytes) -> Mail:
    """Return the message as the gateway's own MIME stage reads it."""
    mail = mime.parse(raw, MimeLimits())
    assert isinstance(mail, Mail)
    return mail


def arrival(
    reverse_path: str = "nurse@nhs.net", *, tls: Tls | None = TLS13, peer: str = PEER, helo: str = "mail.nhs.net"
) -> Arrival:
    """Return one SMTP arrival at the secure mailbox."""
    return Arrival(
        IntakeId(UUID(int=1)),
        Reference("34679CDFGH"),
        MailboxName.SECURE,
        Channel.SMTP,
        NOW,
        Connection(peer, helo, True, tls),
        Envelope(reverse_path, SECURE_ADDRESS),
    )
