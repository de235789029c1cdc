"""Examine a candidate certificate before anybody is asked to confirm it. The key ring is not touched."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from gateway.adapters.openpgp.listing import Certificate, certificates
from gateway.adapters.openpgp.process import CappedGPG, GpgLimits, Transcript
from gateway.model.kinds import DispatchHeldReason
from gateway.ports import Temporary
from gateway.stages.openpgp.packets import BadPackets, Tag, certificate_packets, dearmour, inspect, walk

MAX_CERTIFICATE_BYTES = 64 << 10
MAX_USER_IDS = 8
MAX_USER_ID_BYTES = 256
_SECRET_TAGS = frozenset({Tag.SECRET_KEY, 7})  # 7: secret subkey
_STATUS_WORD = "[GNUPG:]"
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})  # control, format, line and paragraph separators
_ONE_ADDRESS = re.compile(r"[^<>@]{0,200}<?[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}>?")


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found. ``certificate`` is None if gpg cannot read it."""

    faults: tuple[str, ...]  # codes; () if the certificate can be used
    certificate: Certificate | None = None


def examine(content: bytes, gpg: str = "gpg") -> Examined:
    """Examine a certificate, armoured or binary, and try to encrypt to it, in a temporary key home."""
    faults = _packet_faults(content)
    if faults:
        return Examined(faults)
    with tempfile.TemporaryDirectory(prefix="g") as folder:
        home = Path(folder)
        certificate = _read(content, home, gpg)
        if certificate is None:
            return Examined(("not_one_key",))
        refusal = certificate.refusal()
        if refusal is not None:
            weak = refusal is DispatchHeldReason.NO_KEY and not all(key.strong for key in certificate.keys)
            return Examined(("weak",) if weak else (str(refusal.value),), certificate)
        return Examined(() if _trial(certificate, home, gpg) else ("trial_failed",), certificate)


def _packet_faults(content: bytes) -> tuple[str, ...]:
    if len(content) > MAX_CERTIFICATE_BYTES:
        return ("too_large",)
    binary = certificate_packets(content)
    try:
        packets = walk(binary)
    except BadPackets:
        return ("not_a_certificate",)
    tags = [packet.tag for packet in packets]
    if any(tag in _SECRET_TAGS for tag in tags):
        return ("secret_key",)
    if tags.count(Tag.PUBLIC_KEY) != 1:
        return ("not_one_key",)
    return user_id_faults([binary[packet.start : packet.end] for packet in packets if packet.tag == Tag.USER_ID])


def user_id_faults(user_ids: list[bytes]) -> tuple[str, ...]:
    """Say what is wrong with the user ids: they are shown to people, and gpg writes them into its status lines."""
    if not 1 <= len(user_ids) <= MAX_USER_IDS:
        return ("user_id_count",)
    found = set()
    for raw in user_ids:
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            found.add("user_id_not_utf8")
            continue
        if len(raw) > MAX_USER_ID_BYTES:
            found.add("user_id_too_long")
        if any(unicodedata.category(letter) in HIDDEN for letter in text):
            found.add("user_id_hidden_characters")
        if _STATUS_WORD in text.upper():
            found.add("user_id_status_word")
        if not _ONE_ADDRESS.fullmatch(text):
            found.add("user_id_address")
    return tuple(sorted(found))


def _read(content: bytes, home: Path, gpg: str) -> Certificate | None:
    """Return a certificate as gpg reads it; gpg rejects one that is bound by SHA-1."""
    _run(home, gpg, ["--import-options", "import-minimal", "--import"], content)
    found = certificates(_run(home, gpg, ["--with-colons", "--fixed-list-mode", "--list-keys"]).data)
    return found[0] if len(found) == 1 else None


def _trial(certificate: Certificate, home: Path, gpg: str) -> bool:
    """Encrypt a few words to the key that would be used, and examine the result."""
    subkey = certificate.encryption_subkey()
    if subkey is None:
        return False
    args = ["--armor", "--compress-algo", "none", "--encrypt", "--recipient", f"{subkey.fingerprint}!"]
    made = _run(home, gpg, args, b"A trial of this key.\r\n")
    found = inspect(dearmour(made.data) or b"") if made.returncode == 0 else None
    return found is not None and found.integrity and found.alone and found.recipients == (subkey.fingerprint[-16:],)


def _run(home: Path, gpg: str, args: list[str], content: bytes = b"") -> Transcript:
    made = CappedGPG(home, GpgLimits(timeout_s=20, max_output_bytes=1 << 20), gpg).run(args, content)
    if made.stopped == "time":
        raise Temporary("gpg_timeout")
    return made
