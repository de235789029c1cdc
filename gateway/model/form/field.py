"""What is declared about one field of the notification form. The declarations are in ``gateway.model.registry``."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Required(StrEnum):
    """How much a field is needed. Nothing here ever blocks a notification."""

    CORE = "core"  # a value or an explicit not-known
    ROUTING = "routing"  # needed to route; staff may supply it
    IF = "if"  # conditional
    ASK = "ask"  # shown, may be skipped
    SYSTEM = "system"  # never asked of the notifier


class Shape(StrEnum):
    """The form of an answer, and so the control that asks for it."""

    LINE = "line"
    LINES = "lines"  # several lines of text
    NAME = "name"
    DATE = "date"  # ISO, or its beginning if only the month or year is known: "2026-03"
    TIME = "time"  # HH:MM, Europe/London
    MOMENT = "moment"  # a date, a space, a time: "2026-03-01 04:10"
    NUMBER = "number"
    CHOICE = "choice"  # a code of a value set, then perhaps ": " and words
    CHOICES = "choices"  # codes joined by ", ", then perhaps ": " and words
    PHONE = "phone"
    EMAIL = "email"
    NHS_NUMBER = "nhs_number"
    POSTCODE = "postcode"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Field:
    """One field. ``labels`` are what older and newer forms print beside it, lower case, for extraction.

    A known answer is always one text: see ``Shape``. ``choices`` names a set in ``gateway.model.form.value_sets``.
    """

    id: str
    section: str
    question: str  # as the web form asks it
    type: str  # as the field list declares it: "text", "enum:NAME", "tri_state", ...
    required: Required
    hint: str = ""
    condition: str = ""  # in words, where ``required`` is "if"
    labels: tuple[str, ...] = ()
    repeat: str | None = None  # the group it repeats in
    name: str = ""  # short, for lists and documents: "Date of birth"
    page: str = ""  # the page of the web form that asks it; "" is never asked
    shape: Shape = Shape.LINE
    choices: str = ""
    words: str = ""  # the question for free words beside the choice; "" if there is none
    form_a: str = ""  # on the national form of 2008 to 2018: "yes", "local", "formB", "no", ...
    ncmd: str = ""  # on the form since 2019
