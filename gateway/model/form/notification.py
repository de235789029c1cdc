"""The statutory notification of a child's death, as answers to the fields of the notification form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gateway.model.content.confidential import ConfidentialText


class AnswerState(StrEnum):
    """Not known is an answer. Kept apart from an empty text."""

    KNOWN = "known"
    NOT_KNOWN = "not_known"
    NOT_ASKED = "not_asked"
    NOT_APPLICABLE = "not_applicable"
    TO_FOLLOW = "to_follow"


@dataclass(frozen=True, slots=True)
class Answer:
    """One field's answer. ``value`` is "" unless ``state`` is known."""

    value: ConfidentialText
    state: AnswerState


@dataclass(frozen=True, slots=True)
class Notification:
    """One child's notification. ``fields`` is keyed by the ids of the field registry.

    ``groups`` holds the repeating lists (``significant_persons``, ``agency_contacts``, ``aliases``): each entry
    is a mapping like ``fields``. ``missing`` are ids of core and routing fields without any answer.
    """

    fields: Mapping[str, Answer]
    groups: Mapping[str, tuple[Mapping[str, Answer], ...]] = field(default_factory=dict)
    missing: tuple[str, ...] = ()

    def text(self, field_id: str) -> str:
        """Return the known value of a field, or ""."""
        answer = self.fields.get(field_id)
        return answer.value.reveal() if answer is not None and answer.state is AnswerState.KNOWN else ""
