"""The ciphertext gate against messages that went wrong on the way to it."""

from __future__ import annotations

import base64
import re

import pytest

from gateway.model.ids import Fingerprint
from gateway.stages.openpgp.ciphertext_gate import GateRefusal, GateRules, check
from gateway.stages.openpgp.packets import Tag
from gateway.stages.openpgp.pgp_mime import OUTER_SUBJECT, build

PANEL, OTHER = Fingerprint("A1" * 20), Fingerprint("B2" * 20)
MESSAGE_ID = "<019ab000-0001-7000-8000-000000000001@here.example>"
OUTER = (
    ("From", "secure@here.example"),
    ("To", "secure@there.example"),
    ("Subject", OUTER_SUBJECT),
    ("Date", "Mon, 23 Nov 2026 03:00:00 +0000"),
    ("Message-ID", MESSAGE_ID),
    ("Auto-Submitted", "auto-generated"),
)
RULES = GateRules({"from": "secure@here.example", "to": "secure@there.example", "message-id": MESSAGE_ID})
NAME = "Testchild"


def packet(tag: int, body: bytes) -> bytes:
    return bytes([0xC0 | tag, 0xFF]) + len(body).to_bytes(4, "big") + body


def pkesk(key: Fingerprint) -> bytes:
    return packet(Tag.PKESK, b"\x03" + bytes.fromhex(key[-16:]) + b"\x12" + bytes(40))


PROTECTED = packet(Tag.PROTECTED, b"\x01" + bytes(60))


def armour(packets: bytes, headers: str = "") -> bytes:
    text = base64.encodebytes(packets).decode()
    return f"-----BEGIN PGP MESSAGE-----\n{headers}\n{text}-----END PGP MESSAGE-----\n".encode()


def message(packets: bytes = pkesk(PANEL) + PROTECTED, headers: str = "", outer: object = OUTER) -> bytes:
    return build(outer, armour(packets, headers))  # type: ignore[arg-type]


def refusal(content: bytes, expected: tuple[Fingerprint, ...] = (PANEL,)) -> GateRefusal | None:
    return check(content, expected, RULES).refusal


def outer_with(name: str, value: str) -> tuple[tuple[str, str], ...]:
    return tuple((field, value if field == name else was) for field, was in OUTER)


def test_the_message_as_it_should_be_passes() -> None:
    assert refusal(message()) is None
    assert refusal(message(pkesk(PANEL) + pkesk(OTHER) + PROTECTED), (OTHER, PANEL)) is None


BOUNDARY = re.findall(r'boundary="([^"]+)"', message().decode())[0]
SWAP = b"-----BEGIN PGP MESSAGE-----\r\n"
MUTATED = {
    "clear text": (message().replace(SWAP, b"Dear all,\r\n"), GateRefusal.NOT_ENCRYPTED),
    "clear text that quotes an armour": (
        message().replace(SWAP, b"> quoted\r\n" + SWAP),
        GateRefusal.NOT_ENCRYPTED,
    ),
    "clear text after the armour": (
        message().replace(b"-----END PGP MESSAGE-----\r\n", b"-----END PGP MESSAGE-----\r\n" + NAME.encode() + b"\r\n"),
        GateRefusal.NOT_ENCRYPTED,
    ),
    "only signed": (message(packet(Tag.ONE_PASS, bytes(13)) + packet(Tag.LITERAL, b"b")), GateRefusal.NOT_ENCRYPTED),
    "only compressed": (message(packet(Tag.COMPRESSED, b"\x00" + bytes(9))), GateRefusal.NOT_ENCRYPTED),
    "another key": (message(pkesk(OTHER) + PROTECTED), GateRefusal.WRONG_RECIPIENTS),
    "one key too many": (message(pkesk(PANEL) + pkesk(OTHER) + PROTECTED), GateRefusal.WRONG_RECIPIENTS),
    "the same key twice": (message(pkesk(PANEL) * 2 + PROTECTED), GateRefusal.WRONG_RECIPIENTS),
    "no key": (message(PROTECTED), GateRefusal.WRONG_RECIPIENTS),
    "a hidden key": (message(pkesk(PANEL) + pkesk(Fingerprint("0" * 40)) + PROTECTED), GateRefusal.WRONG_RECIPIENTS),
    "a key packet of another version": (
        message(pkesk(PANEL) + packet(Tag.PKESK, b"\x06" + bytes(40)) + PROTECTED),
        GateRefusal.WRONG_RECIPIENTS,
    ),
    "a password": (message(pkesk(PANEL) + packet(Tag.SKESK, bytes(13)) + PROTECTED), GateRefusal.PASSWORD),
    "no integrity": (message(pkesk(PANEL) + packet(Tag.ENCRYPTED, bytes(60))), GateRefusal.NO_INTEGRITY),
    "the container of a draft": (message(pkesk(PANEL) + packet(Tag.AEAD, bytes(60))), GateRefusal.NO_INTEGRITY),
    "a literal beside it": (
        message(pkesk(PANEL) + PROTECTED + packet(Tag.LITERAL, b"b\x00\x00\x00\x00\x00x")),
        GateRefusal.BESIDE_THE_CIPHERTEXT,
    ),
    "two containers": (message(pkesk(PANEL) + PROTECTED + PROTECTED), GateRefusal.BESIDE_THE_CIPHERTEXT),
    "a packet cut short": (message(pkesk(PANEL) + PROTECTED[:-1]), GateRefusal.NOT_ENCRYPTED),
    "a comment in the armour": (message(headers=f"Comment: {NAME}\n"), GateRefusal.ARMOUR_HEADER),
    "the real subject outside": (message(outer=outer_with("Subject", f"Re: {NAME}")), GateRefusal.HEADER_VALUE),
    "a second subject": (message(outer=(*OUTER, ("Subject", OUTER_SUBJECT))), GateRefusal.HEADER_NOT_ALLOWED),
    "a name in a further header": (message(outer=(*OUTER, ("X-Case", NAME))), GateRefusal.HEADER_NOT_ALLOWED),
    "a thread topic": (message(outer=(*OUTER, ("Thread-Topic", NAME))), GateRefusal.HEADER_NOT_ALLOWED),
    "a name beside the address": (
        message(outer=outer_with("To", f"{NAME} <secure@there.example>")),
        GateRefusal.HEADER_VALUE,
    ),
    "another receiver": (message(outer=outer_with("To", "secure@elsewhere.example")), GateRefusal.HEADER_VALUE),
    "two receivers": (
        message(outer=outer_with("To", "secure@there.example, b@x.example")),
        GateRefusal.HEADER_VALUE,
    ),
    "another message id": (message(outer=outer_with("Message-ID", f"<{NAME}@here.example>")), GateRefusal.HEADER_VALUE),
    "words in the date": (
        message(outer=outer_with("Date", f"Mon, 23 Nov 2026 03:00:00 +0000 ({NAME})")),
        GateRefusal.HEADER_VALUE,
    ),
    "no date": (message(outer=tuple(row for row in OUTER if row[0] != "Date")), GateRefusal.HEADER_MISSING),
    "a name as file name": (
        message().replace(b"filename=encrypted.asc", f"filename={NAME}.asc".encode()),
        GateRefusal.FILE_NAME,
    ),
    "a name in the part's description": (
        message().replace(b"Content-Disposition: inline", f"Content-Description: {NAME}\r\nX: inline".encode()),
        GateRefusal.FILE_NAME,
    ),
    "words in the control part": (
        message().replace(b"Version: 1\r\n", f"Version: 1\r\n{NAME}\r\n".encode()),
        GateRefusal.CONTENT_OUTSIDE,
    ),
    "words before the first part": (
        message().replace(b"\r\n\r\n--=_", f"\r\n\r\n{NAME}\r\n--=_".encode(), 1),
        GateRefusal.CONTENT_OUTSIDE,
    ),
    "words after the last part": (message() + NAME.encode(), GateRefusal.CONTENT_OUTSIDE),
    "a third part": (
        message().replace(f"\r\n--{BOUNDARY}--".encode(), f"\r\n--{BOUNDARY}\r\n\r\n{NAME}\r\n--{BOUNDARY}--".encode()),
        GateRefusal.STRUCTURE,
    ),
    "no end": (message().removesuffix(b"--\r\n"), GateRefusal.STRUCTURE),
    "another type": (message().replace(b"multipart/encrypted", b"multipart/mixed"), GateRefusal.HEADER_VALUE),
    "bare line feeds": (message().replace(b"\r\n", b"\n"), GateRefusal.NOT_A_MESSAGE),
    "a null byte": (message() + b"\0", GateRefusal.NOT_A_MESSAGE),
    "nothing": (b"", GateRefusal.HEADER_MISSING),
}


@pytest.mark.parametrize("name", MUTATED)
def test_a_mutated_message_is_refused_for_its_reason(name: str) -> None:
    content, expected = MUTATED[name]
    assert content != message(), "the mutation changed nothing"
    assert refusal(content) is expected


def test_there_are_at_least_fifteen_mutations() -> None:
    assert len(MUTATED) >= 15


def test_nothing_passes_where_no_key_is_expected() -> None:
    assert refusal(message(), ()) is GateRefusal.WRONG_RECIPIENTS


def test_every_single_byte_changed_outside_the_ciphertext_is_refused_or_the_same_to_a_reader() -> None:
    """Flip each byte before the armour: what still passes must carry the same constant head."""
    whole = message()
    for place in range(whole.index(SWAP)):
        changed = bytearray(whole)
        changed[place] ^= 0x01
        verdict = check(bytes(changed), (PANEL,), RULES)
        if verdict.passes:  # a header name's or a month's letter case, a digit of the date or of the boundary
            assert chr(changed[place]).isdigit() or whole[place] in b"auto-generated"
