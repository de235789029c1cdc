"""How much of a message is examined before a person has to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MimeLimits:
    """A message over any of these is not parsed but held. Bytes unless the name says otherwise."""

    max_bytes: int = 40 * 1024 * 1024
    max_depth: int = 20  # levels of multipart and attached messages
    max_parts: int = 200  # leaves
    max_headers: int = 400  # fields of one entity
    max_header_bytes: int = 256 * 1024  # of one entity, together
    max_field_bytes: int = 32 * 1024  # one structured field: Content-Type, Content-Disposition, From
    max_subject_bytes: int = 8 * 1024
