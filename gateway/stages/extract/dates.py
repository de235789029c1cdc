"""Dates and times as people in Britain write them: day first, months by number or by name, perhaps only a year.

A date is read from the characters that make it, and the reading says what else stood there. Nothing is guessed:
"10/11/12/2025" and "1?/3/2024" are no dates, and digits of other scripts are not read.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from gateway.stages.extract import months

_TIME = re.compile(r"([01]?\d|2[0-3])\s?[:.h]?\s?([0-5]\d)\s{0,2}(am|pm|hrs|hours)?", re.ASCII)
_HOUR = re.compile(r"(1[0-2]|[1-9])\s{0,2}(am|pm)", re.ASCII)
_MAX_LENGTH = 60
_PIVOT = 50  # "26" is 2026, "98" is 1998
BOX = "\n"  # between the three boxes of a form: no browser sends one inside a box

_MONTH = rf"(?P<m>{'|'.join(sorted(months.NUMBERS, key=len, reverse=True))})\.?"
_DAY = r"(?P<d>[0-9]{1,2})\s?(?:st|nd|rd|th)?"
_DAY_IN_WORDS = rf"(?P<d>{'|'.join(sorted(months.ORDINALS, key=len, reverse=True))})"
_YEAR = r"['’]?(?P<y>[0-9]{4}|[0-9]{2})"
_MARK = r"(?P<x>\.|\s?[/\-–—\\]\s?)"  # the same mark twice
_GAP = r"[\s,./\-–—]{1,3}"
_BEFORE = r"(?<![\w?~])(?<![0-9][./\-–—\\])"
_AFTER = r"(?![^\W_])(?!\s?[./\\]\s?[0-9])(?![\-–—][0-9])"
_TO_THE_DAY = re.compile(
    _BEFORE
    + "(?:"
    + "|".join(
        re.sub(r"\(\?P(<|=)(.)", rf"(?P\g<1>\g<2>{number}", shape)
        for number, shape in enumerate(
            (
                r"(?P<y>[0-9]{4})[-./](?P<m>[0-9]{1,2})[-./](?P<d>[0-9]{1,2})(?:(?=T[0-9])|(?![^\W_]))",
                rf"(?P<d>[0-9]{{1,2}}){_MARK}(?P<m>[0-9]{{1,2}})(?P=x){_YEAR}",
                r"(?P<d>[0-9]{1,2})\s(?P<m>[0-9]{1,2})\s(?P<y>[0-9]{4})",
                rf"{_DAY}{_GAP}(?:of\s)?{_MONTH}{_GAP}{_YEAR}",
                rf"{_DAY_IN_WORDS}\s(?:day\s)?(?:of\s)?{_MONTH}{_GAP}{_YEAR}",
                rf"{_MONTH}\s{_DAY}{_GAP}(?P<y>[0-9]{{4}})",
                rf"(?P<d>[0-9]{{1,2}})(?P<m>{'|'.join(months.SHORT)})(?P<y>[0-9]{{4}}|[0-9]{{2}})",
            )
        )
    )
    + r")(?:(?=t[0-9])|"
    + _AFTER
    + ")",
    re.IGNORECASE,
)
_A_NUMBER = re.compile(r"[0-9].{0,20}[0-9]")
_IN_WORDS = re.compile(r"(?:first|second|third|th|st|nd|rd) ", re.IGNORECASE)
_LESS = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        rf"{_MONTH}{_GAP}(?P<y>[0-9]{{4}}|[0-9]{{2}})",
        r"(?P<m>[0-9]{1,2})\s?[./\-]\s?(?P<y>[0-9]{4})",
        r"(?P<y>[0-9]{4})-(?P<m>[0-9]{1,2})",
        r"(?P<y>[0-9]{4})",
    )
)
_CLOCK = re.compile(
    r"[\s,T\-–]{0,3}(?:at|@|time:?)?\s{0,2}((?:[01]?[0-9]|2[0-3])[:.h]?[0-5][0-9])(?![0-9])"
    r"(?:\s{0,2}(?:am|pm|hrs|hours|h|z)\b)?",
    re.IGNORECASE,
)
_IDLE = re.compile(r"\b(?:the|on|at|dated|" + "|".join(sorted(months.WEEKDAYS)) + r")\b|[\s,.;:()\[\]|]{1,20}", re.I)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date, or its beginning. ``month`` and ``day`` are None where they are not known."""

    year: int
    month: int | None = None
    day: int | None = None

    def __str__(self) -> str:
        text = f"{self.year:04d}"
        if self.month is not None:
            text += f"-{self.month:02d}"
            if self.day is not None:
                text += f"-{self.day:02d}"
        return text

    def whole(self) -> date | None:
        """Return the day, or None where only a part is known."""
        return date(self.year, self.month, self.day) if self.month is not None and self.day is not None else None


@dataclass(frozen=True, slots=True, repr=False)
class FoundDate:
    """A date in a text: where it stands, and what stands beside it in a text read as one answer."""

    date: PartialDate
    start: int
    end: int
    left_over: str = ""


def month_number(text: str) -> int | None:
    """Return 1 to 12 for "3", "03", "Mar", "March", "Sept", "Mawrth"; None for anything else."""
    word = text.strip().strip(".").casefold()
    if word.isascii() and word.isdigit() and len(word) <= 2:
        return int(word) if 1 <= int(word) <= 12 else None
    return months.NUMBERS.get(word)


def year_number(text: str) -> int | None:
    """Return a year of four digits for "2026" or "26"; None for anything else."""
    if not (text.isascii() and text.isdigit()):
        return None
    if len(text) == 4:
        return int(text) if 1900 <= int(text) <= 2199 else None
    if len(text) == 2:
        return 2000 + int(text) if int(text) < _PIVOT else 1900 + int(text)
    return None


def build(day: str, month: str, year: str) -> PartialDate | None:
    """Return the date that three boxes give; month and day may be empty. None if no such date exists."""
    number, month, day = year_number(year.strip()), month.strip(), day.strip().casefold()
    month_of_year = month_number(month) if month else None
    if number is None or bool(month) != (month_of_year is not None) or (day and month_of_year is None):
        return None
    if not day or month_of_year is None:
        return PartialDate(number, month_of_year)
    digits = re.sub(r"(st|nd|rd|th)$", "", day)
    days = calendar.monthrange(number, month_of_year)[1]
    good = digits.isascii() and digits.isdigit() and len(digits) <= 2 and 1 <= int(digits) <= days
    return PartialDate(number, month_of_year, int(digits)) if good else None


def find(text: str) -> Iterator[FoundDate]:
    """Yield the dates to the day that a text holds, in order."""
    if _A_NUMBER.search(text) is None and _IN_WORDS.search(text) is None:
        return
    for found in _TO_THE_DAY.finditer(text):
        parts = {name[0]: value for name, value in found.groupdict().items() if value is not None}
        day = str(months.ORDINALS.get(parts["d"].casefold(), parts["d"]))
        made = build(day, parts["m"], parts["y"])
        if made is not None:
            yield FoundDate(made, found.start(), found.end())


def read(text: str) -> FoundDate | None:
    """Return the date that one answer gives, and what it leaves over; None where it gives none.

    A time of day and the day of the week are no remainder: they stand beside a date, and change nothing of it.
    """
    if not text.strip() or len(text) > _MAX_LENGTH:
        return None
    if text.count(BOX) == 2:
        made = build(*text.split(BOX))
        return FoundDate(made, 0, len(text)) if made is not None else None
    first = next(find(text), None)
    if first is not None:
        clock = _CLOCK.match(text, first.end)
        behind = text[clock.end() if clock is not None else first.end :]
        left_over = f"{_idle(text[: first.start])} {_idle(behind)}".strip()
        return FoundDate(first.date, first.start, first.end, left_over)
    rest = _idle(text)
    for shape in _LESS:
        less = shape.fullmatch(rest)
        if less is not None:
            made = build("", less.groupdict().get("m") or "", less["y"])
            return FoundDate(made, 0, len(text)) if made is not None else None
    return None


def _idle(text: str) -> str:
    """Return a text without what says nothing beside a date."""
    return " ".join(_IDLE.sub(" ", text).split())


def parse(text: str) -> PartialDate | None:
    """Return the date that an answer gives where it says nothing else, or None."""
    found = read(text)
    return found.date if found is not None and not found.left_over else None


def parse_time(text: str) -> str | None:
    """Return "HH:MM" for "0340", "3.40", "03:40 hrs", "3.40pm" or "4 pm"; None for anything else."""
    text = text.strip().casefold()
    if not text or len(text) > _MAX_LENGTH:
        return None
    found = _TIME.fullmatch(text)
    if found is not None:
        hour, minute, half = int(found[1]), int(found[2]), found[3]
    else:
        on_the_hour = _HOUR.fullmatch(text)
        if on_the_hour is None:
            return None
        hour, minute, half = int(on_the_hour[1]), 0, on_the_hour[2]
    if half == "pm" and hour < 12:
        hour += 12
    if half == "am" and hour == 12:
        hour = 0
    return f"{hour:02d}:{minute:02d}"
