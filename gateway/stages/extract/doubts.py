"""What looks odd in the answers and is worth a second look. A doubt warns and explains; it never blocks.

NHS number: weights 10 to 2 on the first nine digits, check digit 11 - (sum mod 11), 11 is 0, 10 is invalid (NHS Data
Dictionary). Scottish CHI numbers pass the same check and Northern Irish numbers lie in 3200000000 to 3999999999.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from gateway.model.form.notification import Notification
from gateway.stages.extract import dates
from gateway.stages.extract.ages import DAYS_A_YEAR, days_lived, span
from gateway.stages.extract.answers import bare, choice_code, whole_postcode

_LONG_AGO_DAYS = 731


@dataclass(frozen=True, slots=True)
class Doubt:
    """One doubt about one field, in words for the notifier."""

    field: str
    text: str


def doubts(notification: Notification, today: date) -> tuple[Doubt, ...]:
    """Return what looks odd, in the order of the form."""
    found = []
    for field_id, check in _CHECKS:
        text = check(notification, today)
        if text:
            found.append(Doubt(field_id, text))
    return tuple(found)


def mark(about: str, notification: Notification, found: tuple[Doubt, ...]) -> str:
    """Return a mark of these doubts about these answers: only the very same pass the second time."""
    typed = {name: answer.typed.reveal() for name, answer in notification.fields.items()}
    values = "\0".join(f"{doubt.field} {doubt.text} {typed.get(doubt.field, '')}" for doubt in found)
    return hashlib.sha256(f"{about}\0{values}".encode()).hexdigest()


def nhs_number_doubt(text: str) -> str:
    """Return why a text is not a usual NHS number, or ""."""
    if not text:
        return ""
    digits = bare(text)
    if not (digits.isascii() and digits.isdigit() and len(digits) == 10):
        return "An NHS number has 10 digits. Check it; if this is all you have, send it as it is."
    check = 11 - sum(int(digit) * weight for digit, weight in zip(digits[:9], range(10, 1, -1), strict=True)) % 11
    if check % 11 != int(digits[9]) or check == 10:
        return (
            "This is not a valid NHS number: a digit may be wrong. Check it; if it is what you have, send it as it is."
        )
    if digits.startswith("999"):
        return "Numbers that begin with 999 are for tests. Check it; if it is what you have, send it as it is."
    if 3_200_000_000 <= int(digits) <= 3_999_999_999:
        return "This looks like a number from Northern Ireland. If the child lived there, say so under residence."
    return ""


def _nhs(field_id: str) -> Callable[[Notification, date], str]:
    return lambda notification, today: nhs_number_doubt(notification.text(field_id))


def _date(field_id: str) -> Callable[[Notification, date], str]:
    def check(notification: Notification, today: date) -> str:
        text = notification.text(field_id)
        found = span(dates.parse(text))
        if text and found is None:
            return "We cannot read this date. Check it; if you are not sure, give the month and year, or the year."
        if found is not None and found[0] > today:
            return "This date is in the future. Check the year."
        return ""

    return check


def _birth(notification: Notification, today: date) -> str:
    lived = days_lived(notification)
    born = span(dates.parse(notification.text("date_of_birth")))
    if born is not None and born[0] > today:
        return "This date is in the future. Check the year."
    if lived is not None and lived[1] < 0:
        return "The date of birth is after the date of death. Check both."
    if lived is not None and lived[0] >= 18 * DAYS_A_YEAR:
        return "By these dates the person was 18 or over. The panel reviews deaths under 18. Check, or send it anyway."
    return _date("date_of_birth")(notification, today)


def _death(notification: Notification, today: date) -> str:
    died = span(dates.parse(notification.text("date_of_death")))
    if died is not None and (today - died[1]).days > _LONG_AGO_DAYS:
        return "This date is more than two years ago. Check the year. If it is right, send it as it is."
    return _date("date_of_death")(notification, today)


def _time(field_id: str) -> Callable[[Notification, date], str]:
    def check(notification: Notification, today: date) -> str:
        text = notification.text(field_id)
        if text and dates.parse_time(text) is None:
            return "We cannot read this time. Use the 24-hour clock, for example 03:40."
        return ""

    return check


def _death_time(notification: Notification, today: date) -> str:
    times = [dates.parse_time(notification.text(name)) for name in ("time_of_birth", "time_of_death")]
    if days_lived(notification) == (0, 0) and times[0] and times[1] and times[0] > times[1]:
        return "The time of death is before the time of birth. Check both."
    return _time("time_of_death")(notification, today)


def _postcode(notification: Notification, today: date) -> str:
    text = notification.text("home_postcode")
    if text and whole_postcode(text) != text:
        return "This is not a whole UK postcode. A person will find the panel from the address."
    if text.startswith("ZZ99"):
        return "This stands for “no address”. A person will find the panel. Say what you know of where the child lived."
    return ""


def _weight(notification: Notification, today: date) -> str:
    text = notification.text("birth_weight_g").strip().removesuffix("g").strip()
    if text and not (text.isascii() and text.isdigit() and 200 <= int(text) <= 7000):
        return "Give the weight in grams, for example 3250."
    return ""


def _email(notification: Notification, today: date) -> str:
    text = notification.text("notifier_email")
    local, at, domain = text.rpartition("@")
    if text and not (at and local and "." in domain and " " not in text):
        return "This does not look like an email address."
    return ""


def _response(notification: Notification, today: date) -> str:
    triggers = notification.text("jar_triggers")
    if triggers and choice_code(notification.text("jar_triggered")) in ("no", ""):
        return "What you ticked calls for a joint agency response. If none has begun, ring the police now."
    return ""


_CHECKS: tuple[tuple[str, Callable[[Notification, date], str]], ...] = (
    ("notifier_email", _email),
    ("date_of_birth", _birth),
    ("time_of_birth", _time("time_of_birth")),
    ("nhs_number", _nhs("nhs_number")),
    ("birth_weight_g", _weight),
    ("home_postcode", _postcode),
    ("date_of_death", _death),
    ("time_of_death", _death_time),
    ("jar_triggered", _response),
    ("mother_nhs_number", _nhs("mother_nhs_number")),
)
