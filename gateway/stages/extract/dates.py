"""Dates and times as people in Britain write them: day first, months by number or by name, perhaps only a year."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL = tuple(name.lower() for name in calendar.month_name)[1:]
_WELSH = (
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
_ISO = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?")
_WORDS = re.compile(r"[0-9]{1,4}|[^\W\d_]{3,12}")
_TIME = re.compile(r"([01]?\d|2[0-3])\s?[:.h]?\s?([0-5]\d)\s{0,2}(am|pm|hrs|hours)?")
_HOUR = re.compile(r"(1[0-2]|[1-9])\s{0,2}(am|pm)")
_NOISE = frozenset({"the", "of", "mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun"})
_DAYS = frozenset(name.lower() for name in calendar.day_name)
_MAX_LENGTH = 60
_PIVOT = 50  # "26" is 2026, "98" is 1998


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


def month_number(text: str) -> int | None:
    """Return 1 to 12 for "3", "03", "Mar", "March", "Sept", "Mawrth"; None for anything else."""
    word = text.strip().strip(".").casefold()
    if word.isascii() and word.isdigit() and len(word) <= 2:
        return int(word) if 1 <= int(word) <= 12 else None
    for number, (short, full, welsh) in enumerate(zip(_MONTHS, _FULL, _WELSH, strict=True), start=1):
        if word in (short, full, welsh) or (word == "sept" and number == 9):
            return number
    return None


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


def parse(text: str) -> PartialDate | None:
    """Return the date that a line of text gives, or None."""
    text = text.strip().casefold()
    if not text or len(text) > _MAX_LENGTH:
        return None
    iso = _ISO.match(text)
    if iso is not None:
        return build(iso[3] or "", iso[2], iso[1])
    words = _WORDS.findall(re.sub(r"(\d)(st|nd|rd|th)\b", r"\1", text))
    words = [word for word in words if word not in _NOISE and word not in _DAYS]
    if len(words) >= 3:
        return build(words[0], words[1], words[2]) or build(words[1], words[0], words[2] if words[0].isalpha() else "")
    if len(words) == 2:
        return build("", words[0], words[1])
    return build("", "", words[0]) if len(words) == 1 and len(words[0]) == 4 else None


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
