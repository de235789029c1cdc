"""The ciphertext gate: the last check of a message before it leaves. What fails here is not sent.

It trusts no earlier decision: the bytes themselves are parsed and must be exactly an RFC 3156 message to exactly the
expected keys, with a closed list of header fields and constant names.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gateway.model.ids import Fingerprint
from gateway.stages.openpgp.packets import inspect, read_armour
from gateway.stages.openpgp.pgp_mime import CONTROL_PART, FILE_NAME, OUTER_SUBJECT, Entity, read_entity, slice_parts

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}")
_MESSAGE_ID = re.compile(r"<[0-9a-fA-F.-]{8,80}@[A-Za-z0-9.-]{1,253}>")
_DATE = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} "
    r"\d{2}:\d{2}:\d{2} [+-]\d{4}"
)
_CONTENT_TYPE = re.compile(
    r'multipart/encrypted; protocol="application/pgp-encrypted"; boundary="([0-9A-Za-z=_-]{16,70})"'
)
_FORMS = {"message-id": _MESSAGE_ID, "date": _DATE, "content-type": _CONTENT_TYPE, "from": _ADDRESS, "to": _ADDRESS}
_FIXED = {"subject": OUTER_SUBJECT, "mime-version": "1.0"}
_ALWAYS = frozenset({"from", "to", "subject", "date", "message-id", "mime-version", "content-type"})
_OPTIONAL: Mapping[str, re.Pattern[str]] = {
    "auto-submitted": re.compile("auto-generated|auto-replied"),
    "in-reply-to": _MESSAGE_ID,
    "references": _MESSAGE_ID,
    "reply-to": _ADDRESS,
}


class GateRefusal(StrEnum):
    """Why a message may not leave."""

    TOO_LARGE = "too_large"
    NOT_A_MESSAGE = "not_a_message"
    HEADER_NOT_ALLOWED = "header_not_allowed"
    HEADER_MISSING = "header_missing"
    HEADER_VALUE = "header_value"
    STRUCTURE = "structure"
    CONTENT_OUTSIDE = "content_outside"
    FILE_NAME = "file_name"
    NOT_ENCRYPTED = "not_encrypted"
    ARMOUR_HEADER = "armour_header"
    NO_INTEGRITY = "no_integrity"
    BESIDE_THE_CIPHERTEXT = "beside_the_ciphertext"
    WRONG_RECIPIENTS = "wrong_recipients"
    PASSWORD = "password"  # noqa: S105 - a reason, not a secret


@dataclass(frozen=True, slots=True)
class GateRules:
    """What this one message must look like. ``headers`` are exact values of outer fields, names lower case."""

    headers: Mapping[str, str] = field(default_factory=dict)  # at least "from", "to" and "message-id"
    max_bytes: int = 64 << 20


@dataclass(frozen=True, slots=True)
class GateVerdict:
    """``refusal`` is None if the message may leave."""

    refusal: GateRefusal | None = None

    @property
    def passes(self) -> bool:
        return self.refusal is None


PASS = GateVerdict()


def check(message: bytes, expected_encryption_subkeys: Collection[Fingerprint], rules: GateRules) -> GateVerdict:
    """Say whether ``message`` (RFC 5322 bytes, CRLF) may leave for exactly these keys."""
    if len(message) > rules.max_bytes:
        return GateVerdict(GateRefusal.TOO_LARGE)
    entity = read_entity(message)
    if entity is None or b"\0" in message or re.search(rb"(?<!\r)\n|\r(?!\n)", message):
        return GateVerdict(GateRefusal.NOT_A_MESSAGE)
    refusal = _head(message, entity, rules)
    if refusal is not None:
        return GateVerdict(refusal)
    armoured = _ciphertext_part(entity)
    if isinstance(armoured, GateRefusal):
        return GateVerdict(armoured)
    return GateVerdict(_packets(armoured, expected_encryption_subkeys))


def _head(message: bytes, entity: Entity, rules: GateRules) -> GateRefusal | None:
    names = [name for name, _ in entity.headers]
    if len(names) != len(set(names)) or not set(names) <= _ALWAYS | set(_OPTIONAL):
        return GateRefusal.HEADER_NOT_ALLOWED
    if not set(names) >= _ALWAYS | set(rules.headers) or not {"from", "to", "message-id"} <= set(rules.headers):
        return GateRefusal.HEADER_MISSING
    for name, value in entity.headers:
        form = _FORMS.get(name) or _OPTIONAL.get(name)
        if form is not None and not form.fullmatch(value):
            return GateRefusal.HEADER_VALUE
        if value != _FIXED.get(name, value) or value != rules.headers.get(name, value):
            return GateRefusal.HEADER_VALUE
    return None


def _ciphertext_part(entity: Entity) -> bytes | GateRefusal:
    """Return the armour if the body is exactly the two parts of RFC 3156 section 4 as we write them."""
    found = _CONTENT_TYPE.fullmatch(entity.values("content-type")[0])
    sliced = slice_parts(entity.body, found[1] if found is not None else "")
    if sliced is None or not sliced.closed or len(sliced.parts) != 2:
        return GateRefusal.STRUCTURE
    if sliced.preamble or sliced.epilogue:
        return GateRefusal.CONTENT_OUTSIDE
    control, holder = (read_entity(part) for part in sliced.parts)
    if control is None or holder is None:
        return GateRefusal.STRUCTURE
    if control.headers != (("content-type", "application/pgp-encrypted"),) or control.body != CONTROL_PART:
        return GateRefusal.CONTENT_OUTSIDE
    expected = (
        ("content-type", f"application/octet-stream; name={FILE_NAME}"),
        ("content-disposition", f"inline; filename={FILE_NAME}"),
    )
    return holder.body if holder.headers == expected else GateRefusal.FILE_NAME


def _packets(armoured: bytes, expected: Collection[Fingerprint]) -> GateRefusal | None:
    armour = read_armour(armoured)
    found = inspect(armour.content) if armour is not None else None
    if armour is None or found is None:
        return GateRefusal.NOT_ENCRYPTED
    recipients = sorted(subkey[-16:] for subkey in expected)
    faults = {
        GateRefusal.ARMOUR_HEADER: bool(armour.headers),
        GateRefusal.PASSWORD: found.passwords > 0,
        GateRefusal.NO_INTEGRITY: not found.integrity,
        GateRefusal.BESIDE_THE_CIPHERTEXT: not found.alone,
        GateRefusal.WRONG_RECIPIENTS: not recipients or sorted(found.recipients) != recipients,
    }
    return next((refusal for refusal, holds in faults.items() if holds), None)
