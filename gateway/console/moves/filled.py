"""Read what a person filled in for a move, and make the instruction of it, or say what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from multidict import MultiDict

from gateway.console.console_settings import ConsoleSettings, FieldLabel
from gateway.console.moves.release import BY_PERSON, Mark, finding_marks, framed, parse_marks, released
from gateway.console.pages.intake_pages import sources_of
from gateway.model.case.agreement import Agreement
from gateway.model.case.instructions import Instruction
from gateway.model.case.rows import IntakeRow
from gateway.model.content.confidential import NOTHING, ConfidentialText
from gateway.model.content.intake_record import IntakeRecord
from gateway.model.form.notification import Answer, AnswerState, Notification
from gateway.model.kinds import MoveKind

Form = MultiDict[str]
MAX_REASON = 2000
MAX_ANSWER = 20_000
MAX_FIELD = 10_000
NOT_KNOWN = "_not_known"  # behind a field's id: the box that says so


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
    saw_source: bool = False  # the person has looked at the unmasked text of this intake


def draft(kind: MoveKind, form: Form, material: Material) -> FilledMove:
    """Return the draft of a move from the posted form."""
    errors = [] if form.get("reason", "").strip() else [("reason", "Give a reason")]
    if len(form.get("reason", "")) > MAX_REASON:
        errors.append(("reason", f"The reason must be {MAX_REASON} characters or fewer"))
    reason = ConfidentialText(form.get("reason", "").strip())
    read = _READERS.get(kind)
    made = read(form, material, reason) if read is not None else FilledMove(Instruction(kind, reason))
    found = (*made.errors, *errors)
    return FilledMove(None if found else made.instruction, found)


def _send_to_panel(form: Form, material: Material, reason: ConfidentialText) -> FilledMove:
    panel = next((choice for choice in material.settings.panels if choice.id == form.get("panel")), None)
    notification = chosen_notification(form, material.record)
    errors = []
    if notification is None:
        errors.append(("notification", "Choose which child this is about"))
    if panel is None:
        errors.append(("panel", "Choose a panel"))
    if panel is None or notification is None:
        return FilledMove(None, tuple(errors))
    return FilledMove(Instruction(MoveKind.SEND_TO_PANEL, reason, panel=panel.id, notification=notification))


def chosen_notification(form: Form, record: IntakeRecord | None) -> Notification | None:
    """Return the notification that is meant: the only one, or the one that was chosen."""
    found = record.notifications if record is not None else ()
    if len(found) == 1:
        return found[0]
    given = form.get("notification", "")
    return found[int(given)] if given.isascii() and given.isdigit() and int(given) < len(found) else None


def wanted_by_section(settings: ConsoleSettings) -> tuple[tuple[str, tuple[FieldLabel, ...]], ...]:
    """Return the fields that a person is asked for when opening a case, under the titles of their sections."""
    single = [section for section in settings.sections if not section.group]
    wanted = [(section.title, tuple(label for label in section.fields if label.wanted)) for section in single]
    return tuple((title, labels) for title, labels in wanted if labels)


def wanted_fields(settings: ConsoleSettings) -> tuple[FieldLabel, ...]:
    """Return those fields in one row."""
    return tuple(label for _, labels in wanted_by_section(settings) for label in labels)


def _open_case(form: Form, material: Material, reason: ConfidentialText) -> FilledMove:
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


def _answer(form: Form, material: Material, reason: ConfidentialText) -> FilledMove:
    template = next((item for item in material.settings.templates if item.id == form.get("template")), None)
    text = template.text.strip() if template is not None else form.get("text", "").replace("\r\n", "\n").strip()
    errors = []
    if not text:
        errors.append(("text", "Choose a text or write one"))
    if len(text) > MAX_ANSWER:
        errors.append(("text", f"The answer must be {MAX_ANSWER} characters or fewer"))
    record = material.record
    if record is None or not record.author:
        errors.append(("text", "No address of the sender is known"))
    if errors or record is None:
        return FilledMove(None, tuple(errors))
    instruction = Instruction(
        MoveKind.ANSWER,
        reason,
        answer=ConfidentialText(text),
        answer_to=record.author,
        answer_may_carry_content=record.answerable and record.assurance.grade.is_proved,
    )
    return FilledMove(instruction)


def strikes(form: Form, material: Material) -> tuple[Mark, ...]:
    """Return what is to be struck out. ValueError if the form names a place that is not there.

    Findings go, unless the person saw the unmasked text and the form of that page says which ones stand.
    """
    record = material.record
    if record is None or record.screened is None:
        raise ValueError("no examined text")
    sources = sources_of(record)
    findings = finding_marks(record.screened, sources)
    own = parse_marks(form.getall("strike", []), sources)
    if not (material.saw_source and form.get("view") == "source"):
        return (*findings, *own)
    ticked = set(form.getall("finding", []))
    return (*(mark for mark in findings if mark.value in ticked), *own)


def _release(form: Form, material: Material, reason: ConfidentialText) -> FilledMove:
    record = material.record
    if record is None or record.screened is None:
        return FilledMove(None, (("strike", "There is no examined text to release"),))
    try:
        struck = strikes(form, material)
    except ValueError:
        return FilledMove(None, (("strike", "The page was out of date. Look at the message again."),))
    result = released(record.screened, sources_of(record), struck)
    if not result.text.reveal().replace(f"[{BY_PERSON.upper()}]", "").strip():
        return FilledMove(None, (("strike", "Nothing would be left. Keep the message instead."),))
    texts, row = material.settings.card_texts, material.row
    if texts is not None and row is not None:
        result = framed(result, texts, row)
    return FilledMove(Instruction(MoveKind.RELEASE, reason, screened=result))


def _agree(form: Form, material: Material, reason: ConfidentialText) -> FilledMove:
    errors = []
    panel = next((choice for choice in material.settings.panels if choice.id == form.get("reviewing")), None)
    if panel is None:
        errors.append(("reviewing", "Choose the panel that reviews"))
    by, told = form.get("agreed_by", "").strip(), form.get("how_told", "").strip()
    if not 0 < len(by) <= MAX_FIELD:
        errors.append(("agreed_by", "Write down who agreed"))
    if not 0 < len(told) <= MAX_FIELD:
        errors.append(("how_told", "Write down how the other panel hears of the outcome"))
    try:
        day = date.fromisoformat(form.get("agreed_on", "").strip())
    except ValueError:
        return FilledMove(None, (*errors, ("agreed_on", "Write the day as 2026-03-09")))
    if errors or panel is None:
        return FilledMove(None, tuple(errors))
    agreement = Agreement(panel.id, ConfidentialText(told), ConfidentialText(by), day)
    return FilledMove(Instruction(MoveKind.AGREE, reason, agreement=agreement))


_READERS: Mapping[MoveKind, Callable[[Form, Material, ConfidentialText], FilledMove]] = {
    MoveKind.SEND_TO_PANEL: _send_to_panel,
    MoveKind.OPEN_CASE: _open_case,
    MoveKind.ANSWER: _answer,
    MoveKind.RELEASE: _release,
    MoveKind.AGREE: _agree,
}
