"""Fixed answers that a person can choose."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AnswerTemplate:
    """A fixed text without content that may answer anybody whose address is authenticated."""

    id: str
    title: str
    text: str
