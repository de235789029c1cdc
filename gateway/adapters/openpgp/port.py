"""The OpenPGP port over GnuPG."""

from __future__ import annotations

import asyncio
import os
import re
import threading
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from gateway.adapters.openpgp import verdicts
from gateway.adapters.openpgp.listing import Certificate
from gateway.adapters.openpgp.process import CappedGPG, GpgLimits, Transcript, working
from gateway.adapters.openpgp.ring import Ring
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.ids import Fingerprint
from gateway.model.kinds import DispatchHeldReason
from gateway.ports import Opened, Permanent, SignatureVerdict, Temporary
from gateway.stages.openpgp.packets import count_signatures, dearmour, inspect, leading_recipients

T = TypeVar("T")

FINGERPRINT = re.compile(r"[0-9A-F]{40}")
MAX_RECIPIENTS = 32
MAX_SIGNATURE_BYTES = 32 << 10  # it waits in a pipe: less than the 64 KiB a pipe holds
MAX_CIPHERTEXT_BYTES = 64 << 20
MIN_PLAINTEXT_BYTES = 1 << 20
MAX_EXPANSION = 64  # real documents compress 20 times at most; a bomb a million times
_PROCESSES = 2  # more at a time is slower, and gpg-agent runs out of locked memory
_THREADS = 4  # while two processes run, the next messages are parsed


class GnuPG:
    """gpg in one key home, for one panel: ``own`` is its key, ``pinned`` are those of the neighbours it may write to.

    Temporary("gpg_missing"), ("gpg_timeout") or ("gpg_failed") if gpg itself does not work.
    """

    def __init__(
        self,
        home: Path,
        own: Fingerprint,
        pinned: Collection[Fingerprint],
        limits: GpgLimits | None = None,
        gpg: str = "gpg",
    ) -> None:
        self._home = home
        self._own = own
        self._pinned = frozenset(fingerprint for fingerprint in pinned if FINGERPRINT.fullmatch(fingerprint))
        self._limits = limits or GpgLimits()
        self._gpg = gpg
        self._ring = Ring(home, self._limits, gpg)
        self._processes = threading.BoundedSemaphore(_PROCESSES)
        self._threads = ThreadPoolExecutor(max_workers=_THREADS, thread_name_prefix="gpg")

    def close(self) -> None:
        """Wait for running processes and release the threads."""
        self._threads.shutdown()

    async def _in_thread(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)

    def _run(
        self, args: Sequence[str], content: bytes, limits: GpgLimits, pass_fds: tuple[int, ...] = ()
    ) -> Transcript:
        with self._processes:
            return CappedGPG(self._home, limits, self._gpg, pass_fds).run(args, content)

    async def decrypt(self, ciphertext: ConfidentialBytes) -> Opened:
        """Open a message, armoured or binary. A fault of the message is a code; a failure of gpg raises."""
        return await self._in_thread(lambda: self._decrypt(ciphertext.reveal()))

    def _decrypt(self, ciphertext: bytes) -> Opened:
        binary = dearmour(ciphertext) if len(ciphertext) <= MAX_CIPHERTEXT_BYTES else None
        ciphertext = ciphertext if binary is None else binary
        refusal = _refusal(ciphertext)
        if refusal:
            return Opened(None, verdicts.NO_SIGNATURE, refusal)
        expanded = max(MIN_PLAINTEXT_BYTES, len(ciphertext) * MAX_EXPANSION)
        limits = GpgLimits(
            self._limits.timeout_s, min(self._limits.max_output_bytes, expanded), self._limits.max_status_bytes
        )
        transcript = self._run(["--decrypt"], ciphertext, limits)
        working(transcript)
        code = verdicts.opened_whole(transcript)
        if code == "no_secret_key" and self._is_for_us(transcript):
            raise Temporary("secret_key_failed")  # its secret should be here and did not work: gpg-agent, perhaps
        if code:
            return Opened(None, verdicts.NO_SIGNATURE, code)
        return Opened(ConfidentialBytes(transcript.data), self._signature(transcript))

    def _is_for_us(self, transcript: Transcript) -> bool:
        own = self._listed((self._own,)).get(self._own)
        ours = {key.fingerprint[-16:] for key in own.keys} if own is not None else set()
        return any(line.fields[:1] and line.fields[0] in ours for line in transcript.all("ENC_TO"))

    def _signature(self, transcript: Transcript) -> SignatureVerdict:
        """Judge a signature; a good one by too weak a key proves nothing."""
        verdict = verdicts.signature(transcript, self._trusted)
        if verdict.signer is None:
            return verdict
        certificate = self._listed((verdict.signer,)).get(verdict.signer)
        made_by = transcript.all("VALIDSIG")[0].fields[0]
        return verdict if certificate is not None and certificate.may_sign(made_by) else verdicts.UNVERIFIABLE

    async def verify(self, signed: ConfidentialBytes, signature: bytes) -> SignatureVerdict:
        """Judge a detached signature over the original bytes."""
        return await self._in_thread(lambda: self._verify(signed.reveal(), signature))

    def _verify(self, signed: bytes, signature: bytes) -> SignatureVerdict:
        if len(signature) > MAX_SIGNATURE_BYTES or len(signed) > MAX_CIPHERTEXT_BYTES:
            return verdicts.UNVERIFIABLE
        if count_signatures(signature) != 1:
            return verdicts.UNVERIFIABLE
        read_end, write_end = os.pipe()
        try:
            os.write(write_end, signature)
            os.close(write_end)
            # "-&N" is the file descriptor N: the signature needs no temporary file.
            args = ["--enable-special-filenames", "--verify", "--", f"-&{read_end}", "-"]
            transcript = self._run(args, signed, self._limits, (read_end,))
        finally:
            os.close(read_end)
        working(transcript)
        verdict = self._signature(transcript)
        good = verdict.signer is not None
        if verdict is verdicts.NO_SIGNATURE or (good and transcript.returncode != 0):
            return verdicts.UNVERIFIABLE
        return verdict

    @property
    def _trusted(self) -> frozenset[Fingerprint]:
        return self._pinned | {self._own}

    async def encrypt_and_sign(self, plaintext: ConfidentialBytes, recipients: Sequence[Fingerprint]) -> bytes:
        """Return an ASCII-armoured message, encrypted to exactly these pinned keys and signed by ours."""
        return await self._in_thread(lambda: self._encrypt_and_sign(plaintext.reveal(), tuple(recipients)))

    def _encrypt_and_sign(self, plaintext: bytes, recipients: tuple[Fingerprint, ...]) -> bytes:
        self._refuse_unpinned(recipients)
        listed = self._listed((self._own, *recipients))
        subkeys = _chosen(listed, recipients)
        own = listed.get(self._own)
        if own is None:
            raise Permanent(DispatchHeldReason.ENCRYPTION_FAILED)
        args = ["--armor", "--compress-algo", "none", "--sign", "--local-user", self._own, "--encrypt"]
        for subkey in subkeys:
            args += ["--recipient", f"{subkey}!"]
        transcript = self._run(args, plaintext, self._limits)
        working(transcript)
        if not verdicts.encrypted_whole(transcript, {key.fingerprint for key in own.keys}):
            # A key may have expired since the ring was listed; then that is the reason to give.
            self._ring = Ring(self._home, self._limits, self._gpg)
            _chosen(self._listed(recipients), recipients)
            raise Permanent(DispatchHeldReason.ENCRYPTION_FAILED)
        if sorted(leading_recipients(transcript.data)) != sorted(subkey[-16:] for subkey in subkeys):
            raise Permanent(DispatchHeldReason.ENCRYPTION_FAILED)
        return transcript.data

    async def usable(self, fingerprint: Fingerprint) -> DispatchHeldReason | None:
        """Return why a key cannot be encrypted to, or None if it can."""
        if fingerprint not in self._pinned:
            return DispatchHeldReason.KEY_NOT_PINNED
        listed = await self._in_thread(lambda: self._listed((fingerprint,)))
        return listed[fingerprint].refusal() if fingerprint in listed else DispatchHeldReason.NO_KEY

    async def encryption_subkeys(self, recipients: Sequence[Fingerprint]) -> tuple[Fingerprint, ...]:
        """Return the one subkey of each pinned key that a message is encrypted to: what the gate must find.

        Permanent(code) with the value of a DispatchHeldReason if a key cannot be used.
        """
        return await self._in_thread(lambda: self._encryption_subkeys(tuple(recipients)))

    def _encryption_subkeys(self, recipients: tuple[Fingerprint, ...]) -> tuple[Fingerprint, ...]:
        self._refuse_unpinned(recipients)
        return _chosen(self._listed(recipients), recipients)

    def _refuse_unpinned(self, recipients: tuple[Fingerprint, ...]) -> None:
        if not recipients or len(recipients) > MAX_RECIPIENTS:
            raise Permanent(DispatchHeldReason.NO_KEY)
        if not set(recipients) <= self._pinned:
            raise Permanent(DispatchHeldReason.KEY_NOT_PINNED)

    async def certificates(self) -> list[Certificate]:
        """Return every key of the key ring."""
        return list((await self._in_thread(lambda: self._listed(()))).values())

    def _listed(self, fingerprints: Sequence[Fingerprint]) -> dict[Fingerprint, Certificate]:
        ring = self._ring.certificates()
        return {key: ring[key] for key in (fingerprints or ring) if key in ring}


def _chosen(listed: dict[Fingerprint, Certificate], recipients: tuple[Fingerprint, ...]) -> tuple[Fingerprint, ...]:
    """Return one encryption subkey for each recipient. Permanent if any of them has none."""
    chosen = []
    for fingerprint in dict.fromkeys(recipients):
        certificate = listed.get(fingerprint)
        refusal = certificate.refusal() if certificate else DispatchHeldReason.NO_KEY
        subkey = certificate.encryption_subkey() if certificate else None
        if refusal is not None or subkey is None:
            raise Permanent(refusal or DispatchHeldReason.NO_KEY)
        chosen.append(subkey.fingerprint)
    return tuple(chosen)


def _refusal(ciphertext: bytes) -> str:
    """Look at the packets before gpg does: what is no encrypted message, or one for a crowd, is not tried."""
    if len(ciphertext) > MAX_CIPHERTEXT_BYTES:
        return "too_large"
    found = inspect(ciphertext)
    if found is None or not found.alone:
        return "not_encrypted"
    if not found.integrity:
        return "no_integrity"
    if found.passwords:
        return "password"
    return "too_many_recipients" if len(found.recipients) > MAX_RECIPIENTS else ""
