"""Gather what the page of an intake or case shows, and lay out the notification by its sections."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from gateway.console import words
from gateway.console.console_settings import ConsoleSettings, FieldLabel
from gateway.console.text import content
from gateway.console.times import date_words
from gateway.model.case.rows import AuditLink
from gateway.model.content.confidential import ConfidentialText
from gateway.model.form.fields import BY_ID
from gateway.model.form.notification import Answer, AnswerState, Notification
from gateway.model.ids import StaffId
from gateway.model.kinds import DISPATCH_HELD_SENTENCES, HELD_SENTENCES, MoveKind
from gateway.stages.extract.display import typed_beside

NO_ANSWER = {
    AnswerState.NOT_KNOWN: "Not known",
    AnswerState.NOT_ASKED: "Not asked",
    AnswerState.NOT_APPLICABLE: "Does not apply",
    AnswerState.TO_FOLLOW: "To follow",
}

_LEFT_OUT = frozenset(
    {"reason_blob", "written_blob", "instruction", "reasons", "state", "moves", "forwarded", "opened"}
)
_CODES: dict[str, dict[str, str]] = {
    "kind": {item.value: shown for item, shown in (*words.KINDS.items(), *words.DISPATCH_KINDS.items()) if item}
    | words.ASKED,
    "grade": {grade.value: shown.lower() for grade, shown in words.GRADES.items() if grade},
    "reason": {reason.value: shown for reason, shown in (*HELD_SENTENCES.items(), *DISPATCH_HELD_SENTENCES.items())},
    "to": {"general_inbox": "general inbox", "sender": "the sender", "operator": "the operator"},
    "code": words.RESULTS,
}


@dataclass(frozen=True, slots=True)
class LaidOut:
    """One answer as it is shown."""

    name: str
    text: str
    known: bool
    missing: bool = False


@dataclass(frozen=True, slots=True)
class LaidOutSection:
    """One section with the answers there are. ``entries`` are those of its repeating list."""

    title: str
    answers: tuple[LaidOut, ...]
    entries: tuple[tuple[LaidOut, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One audit entry in words."""

    link: AuditLink
    actor: str
    words: str
    detail: str = ""
    reason_blob: str = ""
    times: int = 1  # how often the same person took the same look, one after the other


def lay_out(notification: Notification, settings: ConsoleSettings) -> tuple[LaidOutSection, ...]:
    """Return the sections in order; an answer that belongs to no section comes last, so that none is hidden."""
    shown: set[str] = set()
    sections = []
    for section in settings.sections:
        if section.group:
            entries = tuple(
                tuple(_answer(label, entry[label.id]) for label in section.fields if label.id in entry)
                for entry in notification.groups.get(section.group, ())
            )
        else:
            entries = ()
        answers = [
            _answer(label, notification.fields[label.id])
            if label.id in notification.fields
            else LaidOut(label.name, "Not given", known=False, missing=True)
            for label in section.fields
            if label.id in notification.fields or label.id in notification.missing
        ]
        shown.update(label.id for label in section.fields)
        if answers or entries:
            sections.append(LaidOutSection(section.title, tuple(answers), entries))
    return (*sections, *_others(notification, shown, settings))


def _others(notification: Notification, shown: set[str], settings: ConsoleSettings) -> Iterable[LaidOutSection]:
    left = [field_id for field_id in notification.fields if field_id not in shown]
    if left:
        answers = tuple(_answer(FieldLabel(name, name.replace("_", " ")), notification.fields[name]) for name in left)
        yield LaidOutSection("Also given", answers)
    named = {section.group for section in settings.sections}
    for group, entries in notification.groups.items():
        if group not in named and entries:
            laid_out = tuple(
                tuple(_answer(FieldLabel(name, name.replace("_", " ")), answer) for name, answer in entry.items())
                for entry in entries
            )
            yield LaidOutSection(group.replace("_", " ").capitalize(), (), laid_out)


def _answer(label: FieldLabel, answer: Answer) -> LaidOut:
    if answer.state is not AnswerState.KNOWN:
        return LaidOut(label.name, NO_ANSWER[answer.state], known=False)
    shown = _chosen(label, content(answer.value))
    if answer.reading is not None and not answer.is_certain:
        return LaidOut(
            label.name, f"{shown} (can be read as: {_chosen(label, content(answer.reading.value))})", known=True
        )
    declared = BY_ID.get(label.id)
    beside = typed_beside(declared, answer) if declared is not None else ""
    return LaidOut(label.name, f"{shown} (typed: {content(ConfidentialText(beside))})" if beside else shown, known=True)


def _chosen(label: FieldLabel, text: str) -> str:
    """Return the label of a code, or of codes joined by commas; words behind a colon are kept."""
    if label.date:
        return date_words(text)
    if not label.choices:
        return text
    readable = dict(label.choices)
    codes, colon, own_words = text.partition(":")
    known = [readable.get(code.strip(), code.strip()) for code in codes.split(",")]
    return ", ".join(known) + (f":{own_words}" if colon else "")


def timeline(
    links: Iterable[AuditLink], names: Mapping[StaffId, str], settings: ConsoleSettings
) -> tuple[TimelineEntry, ...]:
    """Return the audit in words, the newest first."""
    entries: list[TimelineEntry] = []
    for link in links:
        detail = _detail(link, settings)
        last = entries[-1] if entries else None
        if last is not None and link.move is MoveKind.LOOK and _same_look(last.link, link):
            entries[-1] = replace(last, link=link, times=last.times + 1)
            continue
        actor, said = actor_name(link.actor, names), words.MOVES[link.move]
        shown = "" if detail.casefold() == said.casefold() else detail
        entries.append(TimelineEntry(link, actor, said, shown, link.detail.get("reason_blob", "")))
    return tuple(reversed(entries))


def _same_look(one: AuditLink, other: AuditLink) -> bool:
    return (one.move, one.actor, dict(one.detail)) == (other.move, other.actor, dict(other.detail))


def actor_name(actor: str, names: Mapping[StaffId, str]) -> str:
    """Return who did it: a member of staff by name, a process by its role."""
    kind, _, staff_id = actor.partition(":")
    if kind == "staff":
        return names.get(StaffId(staff_id), staff_id)
    return "The gateway" if actor == "worker" else actor.capitalize()


def _detail(link: AuditLink, settings: ConsoleSettings) -> str:
    if link.move is MoveKind.LOOK:
        what = link.detail.get("what", "")
        return words.LOOKS.get(what, what)
    if link.move is MoveKind.INSTRUCT:
        kind = link.detail.get("kind", "")
        return words.ASKED.get(kind, kind)
    shown = [
        _in_words(name, value, settings)
        for name, value in link.detail.items()
        if name not in _LEFT_OUT and not _is_uuid(value)
    ]
    return ", ".join(word for word in shown if word)


def _in_words(name: str, value: str, settings: ConsoleSettings) -> str:
    """Return the words for one detail of an audit entry: for codes of closed lists, their labels."""
    panel = value.removeprefix("panel:")
    if name in ("panel", "reviewing") or panel != value:
        return settings.panel_name(panel)
    return _CODES.get(name, {}).get(value, value.replace("_", " "))


def _is_uuid(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True
