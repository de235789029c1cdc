"""A candidate certificate is looked at before anybody is asked to confirm it. Nothing is imported here."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from gateway.adapters.openpgp.listing import Certificate, certificates
from gateway.adapters.openpgp.process import CappedGPG, Limits
from gateway.model.kinds import DispatchHeldReason
from gateway.stages.packets import BadPackets, Tag, dearmour, walk

MAX_CERTIFICATE_BYTES = 64 << 10
MAX_USER_IDS = 8
MAX_USER_ID_BYTES = 256
_SECRET_TAGS = frozenset({Tag.SECRET_KEY, 7})  # 7: secret subkey
_STATUS_WORD = "[GNUPG:]"
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})  # control, format, line and paragraph separators
_ONE_ADDRESS = re.compile(r"[^<>@]{0,200}<?[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}>?")


def faults(content: bytes, home: Path, gpg: str = "gpg") -> tuple[str, ...]:
    """Return why this certificate cannot be a candidate, as codes; () where nothing is wrong.

    ``home`` is any key home: gpg reads the certificate there without importing it.
    """
    if len(content) > MAX_CERTIFICATE_BYTES:
        return ("too_large",)
    binary = dearmour(content, b"PUBLIC KEY BLOCK")
    binary = content if binary is None else binary
    try:
        packets = walk(binary)
    except BadPackets:
        return ("not_a_certificate",)
    if any(packet.tag in _SECRET_TAGS for packet in packets):
        return ("secret_key",)
    if [packet.tag for packet in packets].count(Tag.PUBLIC_KEY) != 1:
        return ("not_one_key",)
    user_ids = [binary[packet.start : packet.end] for packet in packets if packet.tag == Tag.USER_ID]
    found = user_id_faults(user_ids)
    return found or _key_faults(read(content, home, gpg))


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
        if any(unicodedata.category(letter) in _HIDDEN for letter in text):
            found.add("user_id_hidden_characters")
        if _STATUS_WORD in text.upper():
            found.add("user_id_status_word")
        if not _ONE_ADDRESS.fullmatch(text):
            found.add("user_id_address")
    return tuple(sorted(found))


def read(content: bytes, home: Path, gpg: str = "gpg") -> list[Certificate]:
    """Return what gpg makes of a certificate, without importing it. A key bound by SHA-1 shows as unusable."""
    args = ["--with-colons", "--fixed-list-mode", "--import-options", "show-only,import-minimal", "--import"]
    transcript = CappedGPG(home, Limits(timeout_s=20, max_output_bytes=1 << 20), gpg).run(args, content)
    return [] if transcript.stopped else certificates(transcript.data)


def _key_faults(read_by_gpg: list[Certificate]) -> tuple[str, ...]:
    if len(read_by_gpg) != 1:
        return ("not_one_key",)
    refusal = read_by_gpg[0].refusal()
    if refusal is None:
        return ()
    weak = refusal is DispatchHeldReason.NO_KEY and not all(key.strong for key in read_by_gpg[0].keys)
    return ("weak",) if weak else (str(refusal.value),)
