"""How old the child was, as far as the dates say: a range of days, because dates may be partial."""

from __future__ import annotations

import calendar
from datetime import date

from gateway.model.form.notification import Notification
from gateway.stages.extract import dates
from gateway.stages.extract.dates import PartialDate

DAYS_A_YEAR = 365.25


def span(found: PartialDate | None) -> tuple[date, date] | None:
    """Return the first and last day that a partial date may be."""
    if found is None:
        return None
    if found.month is None:
        return date(found.year, 1, 1), date(found.year, 12, 31)
    if found.day is None:
        return date(found.year, found.month, 1), date(
            found.year, found.month, calendar.monthrange(found.year, found.month)[1]
        )
    day = date(found.year, found.month, found.day)
    return day, day


def days_lived(notification: Notification) -> tuple[int, int] | None:
    """Return the least and most days between birth and death, or None if either is not known."""
    born = span(dates.parse(notification.text("date_of_birth")))
    died = span(dates.parse(notification.text("date_of_death")))
    if born is None or died is None:
        return None
    return (died[0] - born[1]).days, (died[1] - born[0]).days


def younger_than(notification: Notification, days: float) -> bool | None:
    """Say whether the child lived less than so many days; None if the dates do not tell."""
    lived = days_lived(notification)
    if lived is None or lived[0] < days <= lived[1]:
        return None
    return lived[1] < days
