"""Answers as people read them: on the check page, in the copy, in the console."""

from __future__ import annotations

from collections.abc import Callable

from gateway.model.form.field import Field, Shape
from gateway.model.form.notification import Answer, AnswerState
from gateway.model.form.value_sets import label
from gateway.stages.extract import dates

STATES: dict[AnswerState, str] = {
    AnswerState.KNOWN: "",
    AnswerState.NOT_KNOWN: "Not known",
    AnswerState.TO_FOLLOW: "To follow",
    AnswerState.NOT_ASKED: "Not asked",
    AnswerState.NOT_APPLICABLE: "Does not apply",
}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def _same(text: str) -> str:
    return text


def display(field: Field, answer: Answer, t: Callable[[str], str] = _same) -> str:
    """Return an answer as words. ``t`` translates fixed words, never what somebody wrote."""
    if answer.state is not AnswerState.KNOWN:
        return t(STATES[answer.state])
    value = answer.value.reveal()
    if field.shape in (Shape.CHOICE, Shape.CHOICES):
        codes, colon, words = value.partition(":")
        shown = ", ".join(t(label(field.choices, code.strip())) for code in codes.split(","))
        return f"{shown}: {words.strip()}" if colon and words.strip() else shown
    if field.shape is Shape.DATE:
        found = dates.parse(value)
        return _date(found, t) if found is not None else value
    if field.shape is Shape.NHS_NUMBER and len(value) == 10 and value.isdigit():
        return f"{value[:3]} {value[3:6]} {value[6:]}"
    return value


def _date(found: dates.PartialDate, t: Callable[[str], str]) -> str:
    month = f"{t(_MONTHS[found.month - 1])} " if found.month is not None else ""
    return f"{found.day} {month}{found.year}" if found.day is not None else f"{month}{found.year}"
