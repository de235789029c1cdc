"""An answer is what was typed. What it means is a reading beside it, and the reading says how much it accounts for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import AliasChoices
from pydantic import Field as Attribute

from gateway.model.content.confidential import NOTHING, ConfidentialText


class AnswerState(StrEnum):
    """Not known is an answer. Kept apart from an empty text."""

    KNOWN = "known"
    NOT_KNOWN = "not_known"
    NOT_ASKED = "not_asked"
    NOT_APPLICABLE = "not_applicable"
    TO_FOLLOW = "to_follow"


class Extent(StrEnum):
    """How much of what was typed a reading accounts for."""

    WHOLE = "whole"  # every character
    PART = "part"  # something is left over: a remark, a doubt, a second value
    REPAIRED = "repaired"  # only after something was mended


@dataclass(frozen=True, slots=True)
class Reading:
    """What was typed, as a value. Only a ``WHOLE`` reading routes, matches or starts a clock."""

    value: ConfidentialText
    extent: Extent = Extent.WHOLE
    left_over: ConfidentialText = NOTHING


@dataclass(frozen=True, slots=True)
class Place:
    """Where a proposal was found: characters ``start`` to ``end`` of text number ``text`` of the message."""

    text: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Answer:
    """One field's answer. ``typed`` is "" unless ``state`` is known; nothing of it is ever cut or rewritten.

    ``reading`` is None where what was typed stands for itself, as in free text, and where it could not be read.
    Records from before readings were kept have the value alone, under its old name.
    """

    typed: Annotated[ConfidentialText, Attribute(validation_alias=AliasChoices("typed", "value"))]
    state: AnswerState
    reading: Reading | None = None
    place: Place | None = None  # of a proposal: the stretch of the message that it was read from

    @property
    def value(self) -> ConfidentialText:
        """Return the reading where it accounts for everything; else what was typed."""
        whole = self.reading is not None and self.reading.extent is Extent.WHOLE
        return self.reading.value if self.reading is not None and whole else self.typed

    @property
    def is_certain(self) -> bool:
        """Say whether :attr:`value` may decide anything: a partial or mended reading asks a person first."""
        known = self.state is AnswerState.KNOWN
        return known and (self.reading is None or self.reading.extent is Extent.WHOLE)
