"""DKIM signing of our own mail, if the next hop does not sign (RFC 6376). Only the worker holds the key."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from gateway.adapters.children.dkim_library import library, split
from gateway.ports import Delivery, DeliveryOutcome, NextHop, OutboundMail, Permanent

MIN_BITS = 2048
_SIGNED = (
    b"from", b"to", b"cc", b"subject", b"date", b"message-id", b"reply-to", b"in-reply-to", b"references",
    b"mime-version", b"content-type", b"content-transfer-encoding", b"auto-submitted",
)  # fmt: skip


class DkimSigner:
    """Sign with one RSA key. Fields that must be unique are signed once more, so that none can be added."""

    def __init__(self, domain: str, selector: str, private_pem: bytes) -> None:
        """Permanent("bad_dkim_key") unless the key is RSA of 2048 bits or more, unencrypted PEM."""
        try:
            key = serialization.load_pem_private_key(private_pem, None)
        except (ValueError, TypeError):
            raise Permanent("bad_dkim_key") from None
        if not isinstance(key, rsa.RSAPrivateKey) or key.key_size < MIN_BITS:
            raise Permanent("bad_dkim_key")
        self._domain = domain.encode("ascii")
        self._selector = selector.encode("ascii")
        self._private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
        self.public_key = key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    @classmethod
    def from_path(cls, domain: str, selector: str, path: Path) -> DkimSigner:
        """Read the key from a file that only the worker can read."""
        try:
            return cls(domain, selector, path.read_bytes())
        except OSError:
            raise Permanent("no_dkim_key") from None

    def sign(self, message: bytes) -> bytes:
        """Return ``message`` (CRLF line ends) with a signature on top. Permanent("dkim_failed") if it cannot be."""
        try:
            head, body = split(message)
            signer = library().DKIM(head)
            signer.body = body
            present = {name.lower() for name, _ in signer.headers}
            include = [name for name, _ in signer.headers if name.lower() in _SIGNED]
            include += [name for name in _SIGNED if name in present or name in (b"cc", b"reply-to")]
            field: bytes = signer.sign(
                self._selector,
                self._domain,
                self._private,
                canonicalize=(b"relaxed", b"relaxed"),
                include_headers=include,
            )
        except dkim.DKIMException:
            raise Permanent("dkim_failed") from None
        return field + message


class SigningNextHop:
    """A next hop whose messages are all signed. What cannot be signed is not sent: it waits, with an alarm."""

    def __init__(self, next_hop: NextHop, signer: DkimSigner) -> None:
        self._next_hop = next_hop
        self._signer = signer

    async def send(self, mail: OutboundMail) -> Delivery:
        """Sign in a thread (a large message takes a while), then hand over."""
        try:
            signed = await asyncio.to_thread(self._signer.sign, mail.message)
        except Permanent as error:
            return Delivery(DeliveryOutcome.TEMPORARY, error.code)
        return await self._next_hop.send(replace(mail, message=signed))
