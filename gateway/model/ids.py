"""Identifiers. None is derived from anything personal; each is drawn from entropy that the caller passes in.

Source: RFC 9562 section 5.7 (UUID version 7).
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import NewType
from uuid import UUID

IntakeId = NewType("IntakeId", UUID)  # uuid7: sorts by time of receipt
CaseId = NewType("CaseId", UUID)
DispatchId = NewType("DispatchId", UUID)
HandoverId = NewType("HandoverId", UUID)
BlobId = NewType("BlobId", UUID)
InstructionId = NewType("InstructionId", UUID)
Reference = NewType("Reference", str)  # 10 characters, given to people, one for each intake
CaseNumber = NewType("CaseNumber", str)  # 8 characters, given to people, one for each case
PanelId = NewType("PanelId", str)  # as in config/panels.toml
GssCode = NewType("GssCode", str)  # Government Statistical Service code, e.g. E06000060
Fingerprint = NewType("Fingerprint", str)  # OpenPGP v4: 40 upper-case hexadecimal digits
StaffId = NewType("StaffId", str)

# No vowels (no words), and nothing that is confused with another when read aloud or off a fax.
ALPHABET = "34679CDFGHJKMNPQRTWXY"
REFERENCE_LENGTH = 10
CASE_NUMBER_LENGTH = 8
_REFERENCE = re.compile(f"[{ALPHABET}]{{{REFERENCE_LENGTH}}}")
ENTROPY_BYTES = 16


def uuid7(now: datetime, entropy: bytes) -> UUID:
    """Return a version 7 UUID for the instant ``now`` (aware) from 16 random bytes."""
    if len(entropy) != ENTROPY_BYTES:
        raise ValueError("uuid7 takes 16 bytes of entropy")
    milliseconds = int(now.timestamp() * 1000) & ((1 << 48) - 1)
    random_bits = int.from_bytes(entropy, "big")
    value = milliseconds << 80
    value |= 0x7 << 76
    value |= ((random_bits >> 64) & 0xFFF) << 64
    value |= 0b10 << 62
    value |= random_bits & ((1 << 62) - 1)
    return UUID(int=value)


def _letters(entropy: bytes, length: int) -> str:
    if len(entropy) != ENTROPY_BYTES:
        raise ValueError("a reference takes 16 bytes of entropy")
    number = int.from_bytes(entropy, "big")
    letters = []
    for _ in range(length):
        number, digit = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[digit])
    return "".join(letters)


def reference(entropy: bytes) -> Reference:
    """Return a reference of 10 letters and digits (44 bits) from 16 random bytes."""
    return Reference(_letters(entropy, REFERENCE_LENGTH))


def case_number(entropy: bytes) -> CaseNumber:
    """Return a case number of 8 letters and digits from 16 random bytes."""
    return CaseNumber(_letters(entropy, CASE_NUMBER_LENGTH))


def is_reference(text: str) -> bool:
    """Say whether ``text`` has the form of a reference, which need not exist."""
    return _REFERENCE.fullmatch(text) is not None
