"""Packets and armour: "is it encrypted?" is answered by structure, never by words."""

from __future__ import annotations

import base64

import pytest

from gateway.stages.openpgp.packets import (
    BadPackets,
    Tag,
    count_signatures,
    inspect,
    is_encrypted,
    leading_recipients,
    read_armour,
    walk,
)

KEY_ID = "0123456789ABCDEF"


def packet(tag: int, body: bytes) -> bytes:
    return bytes([0xC0 | tag, 0xFF]) + len(body).to_bytes(4, "big") + body


PKESK = packet(Tag.PKESK, b"\x03" + bytes.fromhex(KEY_ID) + b"\x12" + bytes(40))
PROTECTED = packet(Tag.PROTECTED, b"\x01" + bytes(60))
MESSAGE = PKESK + PROTECTED


def armour(content: bytes, kind: str = "MESSAGE", line_end: str = "\n") -> bytes:
    lines = [f"-----BEGIN PGP {kind}-----", "", *base64.encodebytes(content).decode().splitlines()]
    return line_end.join([*lines, f"-----END PGP {kind}-----", ""]).encode()


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_an_armoured_message_is_encrypted(line_end: str) -> None:
    assert is_encrypted(armour(MESSAGE, line_end=line_end))
    assert is_encrypted(b"\r\n" + armour(MESSAGE, line_end=line_end) + b"\r\n \r\n")


def test_a_binary_message_is_encrypted_and_names_its_key() -> None:
    found = inspect(MESSAGE)
    assert found is not None
    assert found.recipients == (KEY_ID,)
    assert found.integrity
    assert found.alone


QUOTED = b"On Monday you wrote:\n> " + armour(MESSAGE).replace(b"\n", b"\n> ")


@pytest.mark.parametrize(
    "text",
    [
        b"Please use -----BEGIN PGP MESSAGE----- in future.",
        b"-----BEGIN PGP MESSAGE-----\n\nNot base64 at all!\n-----END PGP MESSAGE-----\n",
        armour(b"Dear all, the child's name is ..."),
        b"Dear all,\n" + armour(MESSAGE),
        armour(MESSAGE) + b"PS: her name was\n",
        armour(MESSAGE) + armour(MESSAGE),
        armour(MESSAGE, "SIGNED MESSAGE"),
        armour(MESSAGE, "PUBLIC KEY BLOCK"),
        armour(packet(Tag.LITERAL, b"b\x00\x00\x00\x00\x00text")),
        armour(packet(Tag.ONE_PASS, bytes(13)) + packet(Tag.LITERAL, b"b")),
        QUOTED,
        b"",
    ],
)
def test_what_only_looks_like_an_encrypted_message_is_not(text: bytes) -> None:
    assert not is_encrypted(text)


def test_lengths_of_every_form_are_walked() -> None:
    body = bytes(300)
    old = bytes([0x80 | (Tag.PKESK << 2) | 1]) + (300).to_bytes(2, "big") + body
    two_octets = bytes([0xC0 | Tag.PKESK, 192 + ((300 - 192) >> 8), (300 - 192) & 0xFF]) + body
    partial = bytes([0xC0 | Tag.PROTECTED, 0xE0 | 9]) + bytes(512) + bytes([5]) + bytes(5)
    found = walk(old + two_octets + partial)
    assert [(one.tag, one.partial) for one in found] == [(1, False), (1, False), (18, True)]
    assert [one.end - one.start for one in found[:2]] == [300, 300]


@pytest.mark.parametrize("content", [b"\x00", b"\xc1", b"\xc1\xff\x00", b"\xc1\x05abc", PKESK[:-1], MESSAGE + b"\n"])
def test_bytes_that_packets_do_not_fill_exactly_are_bad(content: bytes) -> None:
    with pytest.raises(BadPackets):
        walk(content)


def test_a_flood_of_packets_is_bad() -> None:
    with pytest.raises(BadPackets):
        walk(packet(Tag.MARKER, b"PGP") * 5000)


def test_armour_headers_are_seen() -> None:
    text = armour(MESSAGE).replace(b"-----\n\n", b"-----\nComment: a name\nVersion: x\n\n", 1)
    found = read_armour(text)
    assert found is not None
    assert found.headers == (b"Comment: a name", b"Version: x")
    assert found.content == MESSAGE


def test_signatures_are_counted() -> None:
    one = packet(Tag.SIGNATURE, bytes(20))
    assert count_signatures(one) == 1
    assert count_signatures(armour(one + one, "SIGNATURE")) == 2
    assert count_signatures(one + packet(Tag.LITERAL, b"b")) is None
    assert count_signatures(b"") is None


def test_leading_recipients_are_those_of_a_protected_message_only() -> None:
    assert leading_recipients(armour(PKESK + PKESK + packet(Tag.PROTECTED, bytes(100_000)))) == (KEY_ID, KEY_ID)
    for content in (PKESK, PROTECTED + PKESK, PKESK + packet(Tag.ENCRYPTED, bytes(9)), packet(Tag.LITERAL, bytes(9))):
        assert not leading_recipients(armour(content))
    assert not leading_recipients(b"Dear all,\n\nhello")
    assert not leading_recipients(b"")
