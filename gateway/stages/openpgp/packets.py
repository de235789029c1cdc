"""Walk OpenPGP packets without opening anything: who can open a message, and is it protected from change?

"Is it encrypted?" is answered here and never by searching for words: a quoted armour header is not encryption.
Source: RFC 9580 section 4 (packet syntax) and section 5 (packet types), section 6 (ASCII armour).
"""

from __future__ import annotations

import binascii
import hashlib
import re
from dataclasses import dataclass
from enum import IntEnum

from gateway.model.ids import Fingerprint

MAX_PACKETS = 4096
MAX_ARMOUR_HEADERS = 16
_LEADING_BYTES = 48 << 10  # session keys of 32 recipients, RSA with 4096 bits each, take 24 KiB
ANONYMOUS = "0" * 16  # a PKESK that hides its recipient: RFC 9580 section 5.1.1

_ARMOUR_HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9-]{0,40}: [^\r\n]{0,998}")
_SPACES = b" \t\r\n"


class Tag(IntEnum):
    """The packet types that matter here: RFC 9580 section 5."""

    PKESK = 1
    SIGNATURE = 2
    SKESK = 3
    ONE_PASS = 4
    SECRET_KEY = 5
    PUBLIC_KEY = 6
    COMPRESSED = 8
    ENCRYPTED = 9  # without integrity protection
    MARKER = 10
    LITERAL = 11
    USER_ID = 13
    PUBLIC_SUBKEY = 14
    USER_ATTRIBUTE = 17
    PROTECTED = 18  # SEIPD: encrypted with integrity protection
    AEAD = 20  # GnuPG's own, not in RFC 9580


class BadPackets(ValueError):
    """The bytes are not an OpenPGP packet sequence. The text says nothing about them."""


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet: its type and where its body lies. The body of a partial-length packet is not joined."""

    tag: int
    start: int  # of the body, in bytes from the beginning
    end: int
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Encrypted:
    """What an encrypted message shows without being opened."""

    recipients: tuple[str, ...]  # key ids, 16 upper-case hexadecimal digits, in order
    passwords: int  # number of SKESK packets, each openable with a password
    integrity: bool  # an SEIPD packet (version 1 or 2) and nothing else holds the content
    alone: bool  # nothing but session keys and the one container


@dataclass(frozen=True, slots=True)
class Armour:
    """An ASCII armour taken apart: RFC 9580 section 6.2."""

    headers: tuple[bytes, ...]  # "Comment: ...", "Version: ...": unprotected words of the sender's program
    content: bytes


def read_armour(text: bytes, kind: bytes = b"MESSAGE") -> Armour | None:
    """Take an armour apart; None unless ``text`` is exactly one armour of this kind, white space aside.

    The checksum is not computed: RFC 9580 section 6.1 no longer asks for it, and the packets have a better one.
    """
    text = text.strip(_SPACES)
    tail = b"-----END PGP " + kind + b"-----"
    position = text.find(b"\n") + 1
    if text[:position].rstrip(_SPACES) != b"-----BEGIN PGP " + kind + b"-----" or not text.endswith(b"\n" + tail):
        return None
    headers: list[bytes] = []
    while True:
        end = text.find(b"\n", position)
        line = text[position:end].rstrip(_SPACES)
        position = end + 1
        if not line:
            break
        if not _ARMOUR_HEADER.fullmatch(line) or len(headers) == MAX_ARMOUR_HEADERS:
            return None
        headers.append(line)
    encoded = text[position : _end_of_content(text, position, len(text) - len(tail))]  # megabytes: few copies
    try:
        return Armour(tuple(headers), binascii.a2b_base64(encoded.translate(None, _SPACES), strict_mode=True))
    except binascii.Error:
        return None


def _end_of_content(text: bytes, start: int, end: int) -> int:
    """Return where the base64 ends: before the checksum ("=" and four characters), if there is one."""
    equals = text.rfind(b"\n=", start, end)
    return equals if equals >= 0 and len(text[equals + 2 : end].rstrip(_SPACES)) == 4 else end


def dearmour(text: bytes, kind: bytes = b"MESSAGE") -> bytes | None:
    """Return what an ASCII armour holds, or None unless ``text`` is exactly one armour of this kind."""
    found = read_armour(text, kind)
    return found.content if found is not None else None


def walk(data: bytes, max_packets: int = MAX_PACKETS) -> tuple[Packet, ...]:
    """Return the packets of ``data`` in order. Raises BadPackets unless they fill it exactly."""
    packets: list[Packet] = []
    position = 0
    while position < len(data):
        if len(packets) >= max_packets:
            raise BadPackets("too many packets")
        packet = _one(data, position)
        packets.append(packet)
        position = packet.end
    return tuple(packets)


def _one(data: bytes, position: int) -> Packet:
    first = data[position]
    if not first & 0x80:
        raise BadPackets("no packet header")
    if first & 0x40:
        return _new_format(data, position + 1, first & 0x3F)
    tag, length_type = (first >> 2) & 0x0F, first & 0x03
    if length_type == 3:  # indeterminate: to the end of the data
        return Packet(tag, position + 1, len(data), partial=True)
    width = 1 << length_type
    body = position + 1 + width
    return _bounded(data, tag, body, body + int.from_bytes(data[position + 1 : body], "big"))


def _bounded(data: bytes, tag: int, start: int, end: int) -> Packet:
    if end > len(data):
        raise BadPackets("packet runs past the end")
    return Packet(tag, start, end)


def _new_format(data: bytes, position: int, tag: int) -> Packet:
    """RFC 9580 section 4.2.1: one, two and five octet lengths, and partial body lengths."""
    start = position
    partial = False
    while True:
        if position >= len(data):
            raise BadPackets("no length")
        octet = data[position]
        if octet < 192:
            length, width = octet, 1
        elif octet < 224:
            length, width = ((octet - 192) << 8) + int.from_bytes(data[position + 1 : position + 2], "big") + 192, 2
        elif octet == 255:
            length, width = int.from_bytes(data[position + 1 : position + 5], "big"), 5
        else:
            partial = True
            position += 1 + (1 << (octet & 0x1F))
            continue
        body = position + width
        packet = _bounded(data, tag, start if partial else body, body + length)
        return Packet(tag, packet.start, packet.end, partial)


def inspect(data: bytes) -> Encrypted | None:
    """Say what is known about an encrypted message; None if ``data`` is not one.

    ``data`` is binary: undo the armour first.
    """
    try:
        packets = walk(data)
    except BadPackets:
        return None
    packets = tuple(packet for packet in packets if packet.tag != Tag.MARKER)
    containers = [packet for packet in packets if packet.tag in (Tag.PROTECTED, Tag.ENCRYPTED, Tag.AEAD)]
    if not containers:
        return None
    keys = [packet for packet in packets if packet.tag == Tag.PKESK]
    passwords = sum(packet.tag == Tag.SKESK for packet in packets)
    alone = len(containers) == 1 and packets[-1] is containers[0] and len(packets) == len(keys) + passwords + 1
    return Encrypted(
        recipients=tuple(_recipient(data, packet) for packet in keys),
        passwords=passwords,
        integrity=all(packet.tag == Tag.PROTECTED for packet in containers),
        alone=alone,
    )


def leading_recipients(armoured: bytes) -> tuple[str, ...]:
    """Return the key ids before a protected container, from the beginning of an armour as gpg writes it.

    () if anything else is there. The rest is not examined; the gate does that.
    """
    head, _, rest = armoured[:_LEADING_BYTES].partition(b"\n\n")
    encoded = re.split(rb"\n[=-]", rest, maxsplit=1)[0].translate(None, _SPACES)  # up to the checksum or the end
    try:
        data = binascii.a2b_base64(encoded[: len(encoded) // 4 * 4])
        keys, position = [], 0
        while _tag(data, position) == Tag.PKESK:
            packet = _one(data, position)
            keys.append(_recipient(data, packet))
            position = packet.end
        protected = _tag(data, position) == Tag.PROTECTED
    except (binascii.Error, BadPackets):
        return ()
    return tuple(keys) if protected and head == b"-----BEGIN PGP MESSAGE-----" else ()


def _tag(data: bytes, position: int) -> int:
    first = data[position] if position < len(data) else 0
    return first & 0x3F if first & 0x40 else (first >> 2) & 0x0F


def _recipient(data: bytes, packet: Packet) -> str:
    """Return the key id of a PKESK (version 3: RFC 9580 section 5.1.1), or "" for an unknown version."""
    body = data[packet.start : packet.end]
    if packet.partial or len(body) < 10 or body[0] != 3:
        return ""
    return body[1:9].hex().upper()


def is_encrypted(content: bytes) -> bool:
    """Say whether ``content``, armoured or binary, is one encrypted OpenPGP message and nothing else."""
    binary = dearmour(content)
    found = inspect(binary if binary is not None else content)
    return found is not None and found.alone and bool(found.recipients or found.passwords)


def certificate_packets(content: bytes) -> bytes:
    """Return the binary packets of a certificate, armoured or not."""
    binary = dearmour(content, b"PUBLIC KEY BLOCK")
    return content if binary is None else binary


def primary_fingerprints(content: bytes) -> tuple[Fingerprint, ...]:
    """Return the fingerprints of the primary keys a certificate file holds: RFC 9580 section 5.5.4.2 (version 4).

    () if it is not a certificate, or holds a key of another version.
    """
    binary = certificate_packets(content)
    try:
        bodies = [binary[packet.start : packet.end] for packet in walk(binary) if packet.tag == Tag.PUBLIC_KEY]
    except BadPackets:
        return ()
    if any(body[:1] != b"\x04" for body in bodies):
        return ()
    framed = [b"\x99" + len(body).to_bytes(2, "big") + body for body in bodies if len(body) < 1 << 16]
    return tuple(Fingerprint(hashlib.sha1(body, usedforsecurity=False).hexdigest().upper()) for body in framed)


def count_signatures(content: bytes) -> int | None:
    """Return how many signature packets a detached signature holds; None if it holds anything else."""
    binary = dearmour(content, b"SIGNATURE")
    try:
        packets = walk(binary if binary is not None else content)
    except BadPackets:
        return None
    return len(packets) if packets and all(packet.tag == Tag.SIGNATURE for packet in packets) else None
