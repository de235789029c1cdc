"""The form of a move, what it is made from, and the result of reading it."""

from __future__ import annotations

from dataclasses import dataclass

from multidict import MultiDict

from gateway.console.console_settings import ConsoleSettings
from gateway.model.case.instructions import Instruction
from gateway.model.case.rows import IntakeRow
from gateway.model.content.intake_record import IntakeRecord
from gateway.model.form.notification import Notification

Form = MultiDict[str]


MAX_REASON = 2000


MAX_ANSWER = 20_000


MAX_FIELD = 10_000


NOT_KNOWN = "_not_known"  # suffix of a field's id: the box that says so


@dataclass(frozen=True, slots=True)
class FilledMove:
    """An instruction ready to be posted, or what is wrong with the form: field and sentence."""

    instruction: Instruction | None
    errors: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Material:
    """What a draft is made from. ``record`` is None for moves that need no content."""

    settings: ConsoleSettings
    row: IntakeRow | None = None
    record: IntakeRecord | None = None
    saw_source: bool = False  # the person has seen the unmasked text of this intake


def chosen_notification(form: Form, record: IntakeRecord | None) -> Notification | None:
    """Return the notification in question: the only one, or the chosen one."""
    found = record.notifications if record is not None else ()
    if len(found) == 1:
        return found[0]
    given = form.get("notification", "")
    return found[int(given)] if given.isascii() and given.isdigit() and int(given) < len(found) else None
