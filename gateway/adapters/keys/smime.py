"""Inbound S/MIME through ``openssl cms``, which opens what Python libraries cannot.

Output counts only at exit status 0: a failed verification has already written the content. Signers are pinned
certificates, never those in a message; no certificate authority is trusted here.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from gateway.adapters.children.capped_process import Finished, run_capped
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.ids import Fingerprint
from gateway.model.kinds import ContentSignature
from gateway.ports import Opened, SignatureVerdict, Temporary
from gateway.stages.openpgp.cms import CmsType, cms_type, names_weak_digest

T = TypeVar("T")

MAX_CIPHERTEXT_BYTES = 64 << 20
MAX_SIGNATURE_BYTES = 48 << 10  # it waits in a pipe
_NONE = SignatureVerdict(ContentSignature.NONE)
_UNVERIFIABLE = SignatureVerdict(ContentSignature.UNVERIFIABLE)
_UNKNOWN = SignatureVerdict(ContentSignature.UNKNOWN)
_BAD = SignatureVerdict(ContentSignature.BAD)


@dataclass(frozen=True, slots=True)
class SmimeKeys:
    """Our own certificate and key (PEM files), and a PEM file with every pinned certificate of others."""

    certificate: Path
    key: Path
    pinned: Path


def fingerprint(certificate: x509.Certificate) -> Fingerprint:
    """Return the SHA-256 fingerprint by which a certificate is enrolled."""
    return Fingerprint(certificate.fingerprint(SHA256()).hex().upper())


def open_smime(worker_keys: Path) -> OpenSSL | None:
    """Return S/MIME with the keys of an installation, or None if it has none.

    smime.crt and smime.key are the panel's own; smime-peers.pem holds the pinned certificates of others, and may be
    missing: then every signer is a stranger.
    """
    keys = SmimeKeys(worker_keys / "smime.crt", worker_keys / "smime.key", worker_keys / "smime-peers.pem")
    return OpenSSL(keys) if keys.certificate.exists() and keys.key.exists() else None


class OpenSSL:
    """ports.Smime. Temporary if openssl is missing or hangs."""

    def __init__(
        self,
        keys: SmimeKeys,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        openssl: str = "openssl",
        timeout_s: float = 20.0,
        max_output_bytes: int = 48 << 20,
    ) -> None:
        self._keys = keys
        self._now = now
        self._openssl = openssl
        self._timeout_s = timeout_s
        self._max_output_bytes = max_output_bytes
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="openssl")

    def close(self) -> None:
        """Wait for running processes and release the threads."""
        self._threads.shutdown()

    async def _in_thread(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)

    def _cms(self, args: Sequence[str], content: bytes, pass_fds: tuple[int, ...] = ()) -> Finished:
        command = [self._openssl, "cms", *args]
        done = run_capped(command, content, self._timeout_s, self._max_output_bytes, pass_fds)
        if done.stopped == "time" or (done.returncode < 0 and not done.stopped):
            raise Temporary("openssl_failed")
        return done

    async def decrypt(self, ciphertext: ConfidentialBytes) -> Opened:
        """Open enveloped data. CBC is opened and shown as unauthenticated."""
        return await self._in_thread(lambda: self._decrypt(ciphertext.reveal()))

    def _decrypt(self, der: bytes) -> Opened:
        kind = cms_type(der)
        if kind not in (CmsType.ENVELOPED, CmsType.AUTH_ENVELOPED):
            return Opened(None, _NONE, "not_encrypted")
        if len(der) > MAX_CIPHERTEXT_BYTES:
            return Opened(None, _NONE, "too_large")
        own = ["-recip", str(self._keys.certificate), "-inkey", str(self._keys.key)]
        done = self._cms(["-decrypt", "-binary", "-inform", "DER", *own], der)
        if done.stopped:
            return Opened(None, _NONE, "too_large")
        if done.returncode != 0:
            return Opened(None, _NONE, "no_secret_key" if b"no matching recipient" in done.errors else "not_whole")
        return Opened(ConfidentialBytes(done.output), _NONE, authenticated=kind is CmsType.AUTH_ENVELOPED)

    async def verify(self, signed: ConfidentialBytes, signature: bytes) -> SignatureVerdict:
        """Judge a detached signature over the original bytes."""
        return await self._in_thread(lambda: self._verify(signed.reveal(), signature))

    def _verify(self, signed: bytes, signature: bytes) -> SignatureVerdict:
        if len(signature) > MAX_SIGNATURE_BYTES or len(signed) > MAX_CIPHERTEXT_BYTES:
            return _UNVERIFIABLE
        read_end, write_end = os.pipe()
        try:
            os.write(write_end, signature)
            os.close(write_end)
            return self._judge(
                ["-in", f"/dev/fd/{read_end}", "-content", "/dev/stdin"], signed, signature, (read_end,)
            )[0]
        finally:
            os.close(read_end)

    async def open_signed(self, opaque: ConfidentialBytes) -> Opened:
        """Open signed data that carries its content. A bad signature gives no content."""
        return await self._in_thread(lambda: self._open_signed(opaque.reveal()))

    def _open_signed(self, der: bytes) -> Opened:
        if cms_type(der) is not CmsType.SIGNED or len(der) > MAX_CIPHERTEXT_BYTES:
            return Opened(None, _UNVERIFIABLE, "not_signed")
        verdict, content = self._judge([], der, der, ())
        if content is None and verdict is not _BAD:
            # Signed by a stranger: it proves nothing, but staff must be able to read it.
            unjudged = ["-verify", "-binary", "-inform", "DER", "-noverify", "-nosigs", "-no_content_verify"]
            done = self._cms(unjudged, der)
            content = done.output if done.returncode == 0 and not done.stopped else None
        if content is None:
            return Opened(None, verdict, "not_whole")
        return Opened(ConfidentialBytes(content), verdict)

    def _judge(
        self, where: Sequence[str], content: bytes, signature: bytes, pass_fds: tuple[int, ...]
    ) -> tuple[SignatureVerdict, bytes | None]:
        """Verify with the pinned certificates only, and let openssl say which of them it was."""
        read_end, write_end = os.pipe()
        pinned = ["-nointern", "-certfile", str(self._keys.pinned), "-noverify"]
        args = ["-verify", "-binary", "-inform", "DER", *pinned, "-signer", f"/dev/fd/{write_end}", *where]
        try:
            done = self._cms(args, content, (*pass_fds, write_end))
        finally:
            os.close(write_end)
            with os.fdopen(read_end, "rb") as stream:
                signers = stream.read(MAX_SIGNATURE_BYTES)
        if done.stopped or done.returncode != 0:
            return _refusal(done), None
        return self._signer(signers, signature), done.output

    def _signer(self, pem: bytes, signature: bytes) -> SignatureVerdict:
        try:
            found = x509.load_pem_x509_certificates(pem)
        except ValueError:
            return _UNVERIFIABLE
        if len(found) != 1 or names_weak_digest(signature):
            return _UNVERIFIABLE
        (certificate,) = found
        if not certificate.not_valid_before_utc <= self._now() <= certificate.not_valid_after_utc:
            return _UNVERIFIABLE
        return SignatureVerdict(ContentSignature.GOOD, fingerprint(certificate))


def _refusal(done: Finished) -> SignatureVerdict:
    if done.stopped:
        return _UNVERIFIABLE
    if b"signer certificate not found" in done.errors or b"No such file" in done.errors:
        return _UNKNOWN  # of the pinned ones, who may be none
    broken = (b"verification failure", b"digest failure", b"signature failure", b"content verify error")
    return _BAD if any(words in done.errors for words in broken) else _UNVERIFIABLE
