"""The notification as JSON, for a receiver's program: written and read by the field registry.

The schema is published: docs/schema/notification-1.json. Fields of office use never leave.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, ValidationError

from gateway.model.case.transfer_kind import TransferKind
from gateway.model.content.confidential import ConfidentialText
from gateway.model.form.fields import Field as FormField
from gateway.model.form.fields import Required
from gateway.model.form.notification import Answer, AnswerState, Notification
from gateway.model.ids import PanelId, Reference
from gateway.stages.transfer.manifest import PanelName, Strict, repeats_a_name

SCHEMA: Literal["urn:cdop-gateway:notification:1"] = "urn:cdop-gateway:notification:1"
NAME = "notification.json"
MAX_RECORD_BYTES = 4 << 20

# What the panel of the area of death is told by default: a setting may name other fields.
INFORM_FIELDS = (
    "family_name",
    "given_names",
    "date_of_birth",
    "date_of_death",
    "nhs_number",
    "place_category",
    "place_name_address",
)

FieldId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class AnswerRecord(Strict):
    value: Annotated[str, Field(max_length=100_000)]
    state: AnswerState


class NotificationRecord(Strict):
    fields: Annotated[dict[FieldId, AnswerRecord], Field(max_length=400)]
    groups: Annotated[
        dict[FieldId, Annotated[tuple[dict[FieldId, AnswerRecord], ...], Field(max_length=200)]], Field(max_length=20)
    ]
    missing: Annotated[tuple[FieldId, ...], Field(max_length=400)]


class TransferRecord(Strict):
    """What notification.json holds."""

    schema_: Annotated[Literal["urn:cdop-gateway:notification:1"], Field(alias="schema")]
    kind: TransferKind
    reference: Annotated[str, Field(pattern=r"^[A-Z0-9]{4,20}$")]  # the sender's case number
    residence_panel: PanelName | None  # of the child's normal residence, where it is known
    first_received_at: AwareDatetime | None  # the statutory clocks run from here; null to a panel only informed
    notifications: Annotated[tuple[NotificationRecord, ...], Field(min_length=1, max_length=50)]


@dataclass(frozen=True, slots=True)
class Case:
    """What is told of a case. ``notifications`` are all that were received of it, oldest first."""

    kind: TransferKind
    reference: Reference | str
    residence_panel: PanelId | None
    first_received_at: datetime | None  # None if the receiver is only informed
    notifications: tuple[Notification, ...]


def sendable(notification: Notification, fields: Sequence[FormField], only: Collection[str] | None) -> Notification:
    """Keep what may be sent: declared fields that are not for office use; of those, only ``only`` if it is given."""
    allowed = {field.id for field in fields if field.required is not Required.SYSTEM and field.section != "office_use"}
    if only is not None:
        allowed &= set(only)
    kept = {name: answer for name, answer in notification.fields.items() if name in allowed}
    groups = {
        group: tuple({name: answer for name, answer in entry.items() if name in allowed} for entry in entries)
        for group, entries in notification.groups.items()
    }
    groups = {group: entries for group, entries in groups.items() if any(entries)}
    return Notification(kept, groups, tuple(name for name in notification.missing if name in allowed))


def reduced(case: Case, fields: Sequence[FormField], inform_fields: Collection[str] = INFORM_FIELDS) -> Case:
    """Return the case as its receiver may have it: whole for the panel of residence, the minimum for one informed."""
    only = inform_fields if case.kind is TransferKind.INFORM else None
    kept = tuple(sendable(notification, fields, only) for notification in case.notifications)
    received_at = case.first_received_at if only is None else None
    return Case(case.kind, case.reference, case.residence_panel, received_at, kept)


def write(case: Case) -> bytes:
    """Return the JSON of a reduced case."""
    record = TransferRecord.model_validate(
        {
            "schema": SCHEMA,
            "kind": case.kind,
            "reference": case.reference,
            "residence_panel": case.residence_panel,
            "first_received_at": case.first_received_at and case.first_received_at.astimezone(UTC),
            "notifications": tuple(_record(notification) for notification in case.notifications),
        }
    )
    return json.dumps(record.model_dump(mode="json", by_alias=True), ensure_ascii=False, indent=1).encode() + b"\n"


def _record(notification: Notification) -> NotificationRecord:
    return NotificationRecord(
        fields=_answers(notification.fields),
        groups={group: tuple(_answers(entry) for entry in entries) for group, entries in notification.groups.items()},
        missing=notification.missing,
    )


def _answers(answers: Mapping[str, Answer]) -> dict[str, AnswerRecord]:
    return {name: AnswerRecord(value=answer.value.reveal(), state=answer.state) for name, answer in answers.items()}


def read(content: bytes) -> Case | None:
    """Read another gateway's JSON; None if it does not fit the schema. Field ids are not checked here."""
    if len(content) > MAX_RECORD_BYTES or repeats_a_name(content):
        return None
    try:
        record = TransferRecord.model_validate_json(content)
    except ValidationError:
        return None
    return Case(
        kind=record.kind,
        reference=record.reference,
        residence_panel=PanelId(record.residence_panel) if record.residence_panel else None,
        first_received_at=record.first_received_at,
        notifications=tuple(_notification(found) for found in record.notifications),
    )


def _notification(record: NotificationRecord) -> Notification:
    return Notification(
        fields=_read_answers(record.fields),
        groups={group: tuple(_read_answers(entry) for entry in entries) for group, entries in record.groups.items()},
        missing=record.missing,
    )


def _read_answers(answers: Mapping[str, AnswerRecord]) -> dict[str, Answer]:
    return {
        name: Answer(ConfidentialText(answer.value if answer.state is AnswerState.KNOWN else ""), answer.state)
        for name, answer in answers.items()
    }
