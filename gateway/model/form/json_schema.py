"""The JSON schema of a notification, made from the field registry: what a form post may hold."""

from __future__ import annotations

from typing import Any

from gateway.model.form.field import Field, Shape
from gateway.model.form.fields import FIELDS, GROUPS
from gateway.model.form.notification import AnswerState
from gateway.model.form.value_sets import VALUE_SETS

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def notification_schema() -> dict[str, Any]:
    """Return the schema (JSON Schema 2020-12). It describes and rejects nothing: an odd value is kept as written."""
    grouped = {field.id for fields in GROUPS.values() for field in fields}
    return {
        "$schema": DIALECT,
        "title": "Notification of a child's death",
        "type": "object",
        "properties": {
            "fields": _answers(tuple(field for field in FIELDS if field.id not in grouped)),
            "groups": {
                "type": "object",
                "properties": {name: {"type": "array", "items": _answers(fields)} for name, fields in GROUPS.items()},
                "additionalProperties": False,
            },
        },
        "required": ["fields"],
    }


def _answers(fields: tuple[Field, ...]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {field.id: _answer(field) for field in fields},
        "additionalProperties": False,
    }


def _answer(field: Field) -> dict[str, Any]:
    value: dict[str, Any] = {"type": "string"}
    if field.shape is Shape.DATE:
        value["description"] = "YYYY-MM-DD, or its beginning where only the month or year is known"
    if field.shape in (Shape.CHOICE, Shape.CHOICES):
        value["description"] = "code of: " + ", ".join(VALUE_SETS[field.choices])
    return {
        "type": "object",
        "title": field.name,
        "description": field.question,
        "properties": {"value": value, "state": {"enum": [state.value for state in AnswerState]}},
        "required": ["value", "state"],
    }
