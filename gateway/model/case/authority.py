"""What the worker itself found out of whom an answer may reach: sealed to a key it can open, apart from the record."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.content.intake_record import IntakeRecord


@dataclass(frozen=True, slots=True)
class Authority:
    """``may_carry_content``: the author and the way were proved when the intake was assessed."""

    author: ConfidentialText
    may_carry_content: bool


_AUTHORITY = TypeAdapter(Authority)


def authority_of(record: IntakeRecord) -> Authority:
    """Return what a decided intake allows."""
    return Authority(record.author, record.answerable and record.assurance.grade.is_proved)


def pack_authority(authority: Authority) -> ConfidentialBytes:
    """Return it as bytes to be sealed to the worker."""
    return ConfidentialBytes(_AUTHORITY.dump_json(authority))


def unpack_authority(content: ConfidentialBytes) -> Authority | None:
    """Read it back; None where the bytes are something else."""
    try:
        return _AUTHORITY.validate_json(content.reveal())
    except ValidationError:
        return None
