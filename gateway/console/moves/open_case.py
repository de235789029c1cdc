"""Open a case: what is known of the child, written down by a person."""

from __future__ import annotations

from gateway.console.console_settings import ConsoleSettings, FieldLabel
from gateway.console.moves.filled import MAX_FIELD, NOT_KNOWN, FilledMove, Form, Material, chosen_notification
from gateway.model.case.instructions import Instruction
from gateway.model.content.confidential import NOTHING, ConfidentialText
from gateway.model.form.notification import Answer, AnswerState, Notification
from gateway.model.kinds import MoveKind


def wanted_by_section(settings: ConsoleSettings) -> tuple[tuple[str, tuple[FieldLabel, ...]], ...]:
    """Return the fields that a person is asked for when opening a case, under the titles of their sections."""
    single = [section for section in settings.sections if not section.group]
    wanted = [(section.title, tuple(label for label in section.fields if label.wanted)) for section in single]
    return tuple((title, labels) for title, labels in wanted if labels)


def wanted_fields(settings: ConsoleSettings) -> tuple[FieldLabel, ...]:
    """Return those fields in one row."""
    return tuple(label for _, labels in wanted_by_section(settings) for label in labels)


def open_case(form: Form, material: Material, reason: ConfidentialText) -> FilledMove:
    """Read what is known of the child."""
    base = chosen_notification(form, material.record)
    fields = dict(base.fields) if base is not None else {}
    missing, errors = [], []
    for label in wanted_fields(material.settings):
        text = form.get(label.id, "").strip()
        if len(text) > MAX_FIELD:
            errors.append((label.id, f"{label.name}: too long"))
        if text:
            fields[label.id] = Answer(ConfidentialText(text), AnswerState.KNOWN)
        elif form.get(label.id + NOT_KNOWN):
            fields[label.id] = Answer(NOTHING, AnswerState.NOT_KNOWN)
        else:
            fields.pop(label.id, None)
            missing.append(label.id)
    if not any(answer.state is AnswerState.KNOWN for answer in fields.values()):
        errors.append(("fields", "Write down at least one thing that is known"))
    groups = base.groups if base is not None else {}
    notification = Notification(fields, groups, tuple(missing))
    return FilledMove(Instruction(MoveKind.OPEN_CASE, reason, notification=notification), tuple(errors))
