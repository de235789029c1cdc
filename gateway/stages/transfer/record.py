"""The notification as JSON, for a receiver's program: written and read by the field registry.

The schema is published: docs/schema/notification-2.json. Fields of office use never leave. Version 1, which had the
value of an answer and not what was typed, is read as well; ``reads`` tells the receiver the highest that we read.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import AwareDatetime, Field, ValidationError

from gateway.model.case.transfer_kind import TransferKind
from gateway.model.content.confidential import NOTHING, ConfidentialText
from gateway.model.form.answer import Extent, Reading
from gateway.model.form.fields import Field as FormField
from gateway.model.form.fields import Required
from gateway.model.form.notification import Answer, AnswerState, Notification
from gateway.model.ids import PanelId, Reference
from gateway.stages.transfer.manifest import PanelName, Strict, repeats_a_name

SCHEMA: Literal["urn:cdop-gateway:notification:2"] = "urn:cdop-gateway:notification:2"
READS = 2
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


Text = Annotated[str, Field(max_length=100_000)]


class AnswerRecord1(Strict):
    value: Text
    state: AnswerState


class AnswerRecord(Strict):
    """``value`` is the reading, or what was typed where there is none; ``typed`` stands where it is another text.

    ``extent`` is null where nothing was read. Only a whole reading may route, match or start a clock.
    """

    value: Text
    state: AnswerState
    typed: Text | None = None
    extent: Extent | None = None
    left_over: Text | None = None


AnswerT = TypeVar("AnswerT", AnswerRecord1, AnswerRecord)


class Notifications(Strict, Generic[AnswerT]):
    """One notification, with answers of either version."""

    fields: Annotated[dict[FieldId, AnswerT], Field(max_length=400)]
    groups: Annotated[
        dict[FieldId, Annotated[tuple[dict[FieldId, AnswerT], ...], Field(max_length=200)]], Field(max_length=20)
    ]
    missing: Annotated[tuple[FieldId, ...], Field(max_length=400)]


class NotificationRecord1(Notifications[AnswerRecord1]):
    """A notification of version 1."""


class NotificationRecord(Notifications[AnswerRecord]):
    """A notification of version 2."""


class Head(Strict):
    """What a transfer says beside its notifications."""

    kind: TransferKind
    reference: Annotated[str, Field(pattern=r"^[A-Z0-9]{4,20}$")]  # the sender's case number
    residence_panel: PanelName | None  # of the child's normal residence, where it is known
    first_received_at: AwareDatetime | None  # the statutory clocks run from here; null to a panel only informed


class TransferRecord1(Head):
    """What notification.json of version 1 holds."""

    schema_: Annotated[Literal["urn:cdop-gateway:notification:1"], Field(alias="schema")]
    notifications: Annotated[tuple[NotificationRecord1, ...], Field(min_length=1, max_length=50)]


class TransferRecord(Head):
    """What notification.json holds."""

    schema_: Annotated[Literal["urn:cdop-gateway:notification:2"], Field(alias="schema")]
    reads: Annotated[int, Field(ge=1, le=1000)]  # the highest version that the sender reads
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
            "reads": READS,
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
    return {name: _answer(answer) for name, answer in answers.items()}


def _answer(answer: Answer) -> AnswerRecord:
    typed, reading = answer.typed.reveal(), answer.reading
    value = reading.value.reveal() if reading is not None else typed
    return AnswerRecord(
        value=value,
        state=answer.state,
        typed=typed if typed != value else None,
        extent=reading.extent if reading is not None else None,
        left_over=(reading.left_over.reveal() or None) if reading is not None else None,
    )


def read(content: bytes) -> Case | None:
    """Read another gateway's JSON; None if it does not fit the schema. Field ids are not checked here."""
    if len(content) > MAX_RECORD_BYTES or repeats_a_name(content):
        return None
    record = _parsed(content)
    if record is None:
        return None
    return Case(
        kind=record.kind,
        reference=record.reference,
        residence_panel=PanelId(record.residence_panel) if record.residence_panel else None,
        first_received_at=record.first_received_at,
        notifications=tuple(_notification(found) for found in record.notifications),
    )


def _parsed(content: bytes) -> TransferRecord | TransferRecord1 | None:
    for version in (TransferRecord, TransferRecord1):
        try:
            return version.model_validate_json(content)
        except ValidationError:
            continue
    return None


def _notification(record: NotificationRecord | NotificationRecord1) -> Notification:
    return Notification(
        fields=_read_answers(record.fields),
        groups={group: tuple(_read_answers(entry) for entry in entries) for group, entries in record.groups.items()},
        missing=record.missing,
    )


def _read_answers(answers: Mapping[str, AnswerRecord] | Mapping[str, AnswerRecord1]) -> dict[str, Answer]:
    return {name: _read_answer(answer) for name, answer in answers.items()}


def _read_answer(answer: AnswerRecord | AnswerRecord1) -> Answer:
    if answer.state is not AnswerState.KNOWN:
        return Answer(NOTHING, answer.state)
    if isinstance(answer, AnswerRecord1) or answer.extent is None:
        return Answer(ConfidentialText(answer.value), answer.state)
    reading = Reading(ConfidentialText(answer.value), answer.extent, ConfidentialText(answer.left_over or ""))
    return Answer(ConfidentialText(answer.value if answer.typed is None else answer.typed), answer.state, reading)
