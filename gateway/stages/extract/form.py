"""A notification from the values of a form post. The intake that packed them may be taken over: trust no shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.model.form.field import Field
from gateway.model.form.fields import BY_ID, GROUPS, missing
from gateway.model.form.notification import Answer, AnswerState, Notification
from gateway.stages.extract.answers import known, stated, typed

MAX_ENTRIES = 100  # of one group


def from_form(values: Mapping[str, Any]) -> Notification:
    """Return the notification that a form post's description holds. Unknown ids and wrong shapes are left out."""
    fields = _answers(values.get("fields"), frozenset(BY_ID))
    groups = {}
    raw_groups = values.get("groups")
    for group, declared in GROUPS.items():
        entries = raw_groups.get(group) if isinstance(raw_groups, Mapping) else None
        ids = frozenset(field.id for field in declared)
        found = [_answers(entry, ids) for entry in (entries if isinstance(entries, list) else [])[:MAX_ENTRIES]]
        if any(found):
            groups[group] = tuple(entry for entry in found if entry)
    return Notification(fields, groups, missing(frozenset(fields)))


def _answers(raw: object, ids: frozenset[str]) -> dict[str, Answer]:
    if not isinstance(raw, Mapping):
        return {}
    answers = {}
    for name, entry in raw.items():
        answer = _answer(BY_ID[name], entry) if isinstance(name, str) and name in ids else None
        if answer is not None:
            answers[name] = answer
    return answers


def _answer(field: Field | None, entry: object) -> Answer | None:
    """Return an answer of a post. What it means is read again here from what was typed, whatever the post says."""
    if not isinstance(entry, Mapping):
        return None
    value, state = entry.get("value", ""), entry.get("state", AnswerState.KNOWN.value)
    text = entry.get("typed", value)
    if not isinstance(text, str) or not isinstance(state, str) or state not in set(AnswerState):
        return None
    if AnswerState(state) is not AnswerState.KNOWN:
        return stated(AnswerState(state))
    if field is None:
        return known(text) if text.strip() else None
    return typed(field, text)


def text_of(values: Mapping[str, Any], name: str) -> str:
    """Return what a post of another form (a question) says in one field, or ""."""
    fields = values.get("fields")
    answer = _answer(None, fields.get(name)) if isinstance(fields, Mapping) else None
    return answer.value.reveal() if answer is not None else ""


def to_form(notification: Notification) -> dict[str, Any]:
    """Return the ``fields`` and ``groups`` of a description that :func:`from_form` reads back."""

    return {
        "fields": as_json(notification.fields),
        "groups": {group: [as_json(one) for one in entries] for group, entries in notification.groups.items()},
    }


def as_json(answers: Mapping[str, Answer]) -> dict[str, dict[str, str]]:
    """Return answers as they stand in a form post's description: ``typed`` only where the value is another text."""
    entries = {}
    for name, found in answers.items():
        entries[name] = {"value": found.value.reveal(), "state": found.state.value}
        if found.typed != found.value:
            entries[name]["typed"] = found.typed.reveal()
    return entries
