"""The field registry as the console shows it: sections, names, choices, and what is asked when a case is opened."""

from __future__ import annotations

from gateway.console.console_settings import FieldLabel, Section
from gateway.model.form.field import Field, Required, Shape
from gateway.model.form.fields import FIELDS, SECTIONS
from gateway.model.form.value_sets import VALUE_SETS

_WANTED = (Required.CORE, Required.ROUTING)
_LONG = (Shape.LINES, Shape.ADDRESS)
OFFICE_USE = "office_use"
_GROUP_TITLES = {"significant_persons": "Each person", "agency_contacts": "Each professional or agency"}
_NAMES = {"notifier_name": "Name"}  # the form says "Your name" to the notifier


def registry_sections() -> tuple[Section, ...]:
    """Return every section of the registry; a section's repeating list follows its single fields."""
    sections = []
    for section_id, title in SECTIONS.items():
        here = [field for field in FIELDS if field.section == section_id]
        groups = list(dict.fromkeys(field.repeat for field in here))
        for group in sorted(groups, key=lambda name: name or ""):
            labels = tuple(_label(field) for field in here if field.repeat == group)
            sections.append(Section(_GROUP_TITLES.get(group or "", title), labels, group or ""))
    return tuple(sections)


def _label(field: Field) -> FieldLabel:
    asked = field.required in _WANTED and field.section != OFFICE_USE and bool(field.page) and field.repeat is None
    return FieldLabel(
        field.id,
        _NAMES.get(field.id) or field.name or field.question,
        wanted=asked,
        long=field.shape in _LONG,
        date=field.shape is Shape.DATE,
        choices=tuple(VALUE_SETS.get(field.choices, {}).items()),
    )
