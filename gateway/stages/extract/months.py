"""The words of dates: months in English and Welsh, days of the month written out, days of the week."""

from __future__ import annotations

import calendar

SHORT = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
FULL = tuple(name.lower() for name in calendar.month_name)[1:]
WELSH = (
    "ionawr",
    "chwefror",
    "mawrth",
    "ebrill",
    "mai",
    "mehefin",
    "gorffennaf",
    "awst",
    "medi",
    "hydref",
    "tachwedd",
    "rhagfyr",
)
NUMBERS: dict[str, int] = {
    **{name: number for names in (SHORT, FULL, WELSH) for number, name in enumerate(names, start=1)},
    "sept": 9,
}
WEEKDAYS = frozenset(
    {
        *(name.lower() for name in calendar.day_name),
        *("mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun"),
    }
)

_UNITS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_TEENS = (
    *("tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth"),
    *("seventeenth", "eighteenth", "nineteenth", "twentieth"),
)
ORDINALS: dict[str, int] = {
    **{word: number for number, word in enumerate((*_UNITS, *_TEENS), start=1)},
    **{f"twenty{joint}{word}": 20 + n for joint in "- " for n, word in enumerate(_UNITS, start=1)},
    "thirtieth": 30,
    "thirty-first": 31,
    "thirty first": 31,
}
