"""The field registry: one declaration of every field of the notification form.

Pages, the check page, documents, the JSON schema and the labels for extraction come from here.
"""

from __future__ import annotations

from collections.abc import Mapping

from gateway.model.form.field import Field, Required, Shape
from gateway.model.registry import agencies, child, death, notifier, office_use, people, residence, safeguarding

__all__ = ["BY_ID", "FIELDS", "GROUPS", "SECTIONS", "Field", "Required", "Shape"]

SECTIONS: dict[str, str] = {
    "notifier": "Who is notifying",
    "child": "The child",
    "residence": "Normal residence and routing",
    "death": "The death",
    "people": "Family, household and other significant persons",
    "agencies": "Professionals and agencies who knew the child",
    "safeguarding": "Social care, safeguarding and disability",
    "office_use": "Panel office use (never asked of the notifier)",
}

FIELDS: tuple[Field, ...] = (
    *notifier.FIELDS,
    *child.FIELDS,
    *residence.FIELDS,
    *death.FIELDS,
    *people.FIELDS,
    *agencies.FIELDS,
    *safeguarding.FIELDS,
    *office_use.FIELDS,
)

BY_ID: Mapping[str, Field] = {field.id: field for field in FIELDS}

GROUPS: dict[str, tuple[Field, ...]] = {
    group: tuple(field for field in FIELDS if field.repeat == group)
    for group in ("significant_persons", "agency_contacts")
}


def missing(answered: frozenset[str] | set[str]) -> tuple[str, ...]:
    """Return the core and routing fields that a notifier is asked and that have no answer at all."""
    wanted = (Required.CORE, Required.ROUTING)
    return tuple(
        field.id
        for field in FIELDS
        if field.required in wanted
        and field.section != "office_use"
        and field.id not in answered
        and (field.page or field.id == "notification_datetime")
    )
