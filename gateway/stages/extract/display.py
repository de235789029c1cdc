"""Answers as people read them: on the check page, in the copy, in the console."""

from __future__ import annotations

import re
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
    """Return an answer as words, with what was typed where that says something else.

    ``t`` translates fixed words, never what somebody wrote.
    """
    if answer.state is not AnswerState.KNOWN:
        return t(STATES[answer.state])
    shown = words_of(field, answer.value.reveal(), t)
    beside = typed_beside(field, answer)
    return f"{shown} ({t('typed')}: {beside})" if beside else shown


def words_of(field: Field, value: str, t: Callable[[str], str] = _same) -> str:
    """Return a value as words: codes by their labels, a date written out, boxes of a date that is none in a row."""
    if field.shape in (Shape.CHOICE, Shape.CHOICES):
        codes, colon, words = value.partition(":")
        shown = ", ".join(t(label(field.choices, code.strip())) for code in codes.split(","))
        return f"{shown}: {words.strip()}" if colon and words.strip() else shown
    if field.shape is Shape.DATE:
        found = dates.parse(value)
        return _date(found, t) if found is not None else value.replace(dates.BOX, " / ")
    if field.shape is Shape.NHS_NUMBER and len(value) == 10 and value.isdigit():
        return f"{value[:3]} {value[3:6]} {value[6:]}"
    return value


def typed_beside(field: Field, answer: Answer) -> str:
    """Return what was typed where the reading is another text, and not only another way of writing the same."""
    if answer.reading is None or not answer.is_certain:
        return ""
    typed, value = answer.typed.reveal().strip(), answer.reading.value.reveal()
    same = {_plain(value), _plain(words_of(field, value)), _plain(" ".join(reversed(value.split("-"))))}
    if field.shape is Shape.DATE:
        same |= {_plain(_date_row(value, month)) for month in (_date_month(value), _date_month(value)[:3])}
    return "" if _plain(typed) in same else typed.replace(dates.BOX, " / ")


def _plain(text: str) -> str:
    """Return a text without case, blanks, marks, and noughts before a number."""
    return "".join(word.lstrip("0") for word in re.findall(r"[0-9]{1,9}|[^\W\d_]{1,40}", text.casefold()))


def _date_month(value: str) -> str:
    found = dates.parse(value)
    return _MONTHS[found.month - 1] if found is not None and found.month is not None else ""


def _date_row(value: str, month: str) -> str:
    year, _, day = value[:4], value[5:7], value[8:]
    return f"{day} {month} {year}"


def _date(found: dates.PartialDate, t: Callable[[str], str]) -> str:
    month = f"{t(_MONTHS[found.month - 1])} " if found.month is not None else ""
    return f"{found.day} {month}{found.year}" if found.day is not None else f"{month}{found.year}"
