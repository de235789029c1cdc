"""Times as people read them, and the statutory clocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from gateway.console.console_settings import Clocks
from gateway.model.case.rows import CaseRow, IntakeRow
from gateway.model.kinds import CaseState, IntakeKind, IntakeState

LONDON = ZoneInfo("Europe/London")
_NO_STATUTE = frozenset(
    {
        IntakeKind.ACKNOWLEDGEMENT,
        IntakeKind.DELIVERY_REPORT,
        IntakeKind.DOMAIN_REPORT,
        IntakeKind.OPERATOR_MAIL,
        IntakeKind.SPAM_SUSPECTED,
    }
)


class Urgency(StrEnum):
    """The state of a clock."""

    NONE = "none"  # nothing waits
    RUNNING = "running"
    LATE = "late"  # past the local time
    NCMD_LATE = "ncmd_late"  # past the time by which NCMD must know


@dataclass(frozen=True, slots=True)
class Age:
    """How old something is, and what that means."""

    words: str
    urgency: Urgency
    remark: str = ""  # "" if there is nothing to say

    @property
    def is_overdue(self) -> bool:
        return self.urgency in (Urgency.LATE, Urgency.NCMD_LATE)


def day_and_time(at: datetime) -> str:
    """Return "3 March 2026, 14:05" in the time of the United Kingdom."""
    local = at.astimezone(LONDON)
    return f"{local.day} {local:%B %Y}, {local:%H:%M}"


def date_words(text: str) -> str:
    """Return "3 May 2024" for an ISO date; the text itself, boxes in a row, where it is anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text.replace("\n", " / ")
    return f"{day.day} {day:%B %Y}"


def short(at: datetime) -> str:
    """Return "3 Mar, 14:05", for columns."""
    local = at.astimezone(LONDON)
    return f"{local.day} {local:%b}, {local:%H:%M}"


def span(length: timedelta) -> str:
    """Return a length of time in its largest useful units: "3 days 4 h", "5 h 12 min", "8 min"."""
    minutes = max(0, int(length.total_seconds() // 60))
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        day_words = f"{days} day{'s' if days > 1 else ''}"
        return f"{day_words} {hours} h" if hours else day_words
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes} min"


def intake_age(row: IntakeRow, now: datetime, clocks: Clocks) -> Age:
    """Return the age of an intake. Its clock runs while it waits for a person or the gateway.

    Anything that may turn out to be a notification counts as one: the clock starts at first receipt.
    """
    waits = row.state in (IntakeState.RECEIVED, IntakeState.ASSESSED, IntakeState.HELD)
    return _age(row.received_at, now, clocks, waits, statute=row.kind not in _NO_STATUTE)


def case_age(row: CaseRow, now: datetime, clocks: Clocks) -> Age:
    """Return the age of a case since its first receipt."""
    return _age(row.first_received_at, now, clocks, row.state is CaseState.OPEN, statute=True)


def _age(since: datetime, now: datetime, clocks: Clocks, waits: bool, statute: bool) -> Age:
    length = now - since
    if not waits:
        return Age(span(length), Urgency.NONE)
    if statute and length > clocks.ncmd:
        return Age(span(length), Urgency.NCMD_LATE, f"Past the {_hours(clocks.ncmd)} for telling NCMD")
    if length > clocks.local:
        left = f"; NCMD within {span(clocks.ncmd - length)}" if statute else ""
        return Age(span(length), Urgency.LATE, f"Past the local {_hours(clocks.local)}{left}")
    return Age(span(length), Urgency.RUNNING, f"{span(clocks.local - length)} left of the local {_hours(clocks.local)}")


def _hours(length: timedelta) -> str:
    return f"{length.total_seconds() / 3600:g} h"
