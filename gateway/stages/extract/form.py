"""A notification from the values of a form post. The intake that packed them may be taken over: trust no shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.model.form.fields import BY_ID, GROUPS, missing
from gateway.model.form.notification import Answer, AnswerState, Notification
from gateway.model.form.value_sets import NOT_KNOWN
from gateway.stages.extract.answers import known, stated

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
        answer = _answer(BY_ID[name].choices, entry) if isinstance(name, str) and name in ids else None
        if answer is not None:
            answers[name] = answer
    return answers


def _answer(choices: str, entry: object) -> Answer | None:
    if not isinstance(entry, Mapping):
        return None
    value, state = entry.get("value", ""), entry.get("state", AnswerState.KNOWN.value)
    if not isinstance(value, str) or not isinstance(state, str) or state not in set(AnswerState):
        return None
    if AnswerState(state) is not AnswerState.KNOWN:
        return stated(AnswerState(state))
    if choices and value.strip() in NOT_KNOWN:
        return stated(AnswerState.NOT_KNOWN)
    return known(value) if value.strip() else None


def text_of(values: Mapping[str, Any], name: str) -> str:
    """Return what a post of another form (a question) says in one field, or ""."""
    fields = values.get("fields")
    answer = _answer("", fields.get(name)) if isinstance(fields, Mapping) else None
    return answer.value.reveal() if answer is not None else ""


def to_form(notification: Notification) -> dict[str, Any]:
    """Return the ``fields`` and ``groups`` of a description that :func:`from_form` reads back."""

    def entry(answers: Mapping[str, Answer]) -> dict[str, dict[str, str]]:
        return {name: {"value": a.value.reveal(), "state": a.state.value} for name, a in answers.items()}

    return {
        "fields": entry(notification.fields),
        "groups": {group: [entry(one) for one in entries] for group, entries in notification.groups.items()},
    }
