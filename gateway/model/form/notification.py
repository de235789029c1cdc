"""The statutory notification of a child's death, as answers to the fields of the notification form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.model.form.answer import Answer, AnswerState

__all__ = ["Answer", "AnswerState", "Notification"]


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

    def certain(self, field_id: str) -> str:
        """Return the known value of a field where nothing of what was typed is left over or mended, or ""."""
        answer = self.fields.get(field_id)
        return answer.value.reveal() if answer is not None and answer.is_certain else ""
