"""Ages, clocks and dates in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gateway.console.console_settings import Clocks
from gateway.console.text import visible
from gateway.console.times import Urgency, date_words, day_and_time, intake_age, span
from gateway.model.case.rows import IntakeRow
from gateway.model.ids import IntakeId, Reference, uuid7
from gateway.model.kinds import Channel, IntakeKind, IntakeState, MailboxName

AT = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


def row(kind: IntakeKind | None, state: IntakeState = IntakeState.HELD) -> IntakeRow:
    return IntakeRow(
        IntakeId(uuid7(AT, bytes(16))),
        Reference("CDFGHJKMNP"),
        MailboxName.SECURE,
        Channel.SMTP,
        AT,
        state,
        original_blob=None,  # type: ignore[arg-type]
        kind=kind,
    )


@pytest.mark.parametrize(
    ("hours", "kind", "urgency", "remark"),
    [
        (1, IntakeKind.NOTIFICATION, Urgency.RUNNING, "23 h left of the local 24 h"),
        (24, IntakeKind.NOTIFICATION, Urgency.RUNNING, "0 min left of the local 24 h"),
        (25, IntakeKind.NOTIFICATION, Urgency.LATE, "Past the local 24 h; NCMD within 23 h"),
        (49, IntakeKind.NOTIFICATION, Urgency.NCMD_LATE, "Past the 48 h for telling NCMD"),
        (49, None, Urgency.NCMD_LATE, "Past the 48 h for telling NCMD"),
        (49, IntakeKind.UNREADABLE, Urgency.NCMD_LATE, "Past the 48 h for telling NCMD"),
        (49, IntakeKind.OPERATOR_MAIL, Urgency.LATE, "Past the local 24 h"),
    ],
)
def test_the_clock_runs_from_first_receipt(hours: int, kind: IntakeKind | None, urgency: Urgency, remark: str) -> None:
    age = intake_age(row(kind), AT + timedelta(hours=hours), Clocks())
    assert (age.urgency, age.remark) == (urgency, remark)
    assert age.is_overdue == (hours > 24)


@pytest.mark.parametrize("state", [IntakeState.DECIDED, IntakeState.CLOSED])
def test_what_no_longer_waits_is_never_overdue(state: IntakeState) -> None:
    age = intake_age(row(IntakeKind.NOTIFICATION, state), AT + timedelta(days=9), Clocks())
    assert (age.words, age.urgency) == ("9 days", Urgency.NONE)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "0 min"), (59, "59 min"), (60, "1 h"), (61, "1 h 1 min"), (1440, "1 day"), (2945, "2 days 1 h")],
)
def test_a_span_is_said_in_its_largest_units(minutes: int, words: str) -> None:
    assert span(timedelta(minutes=minutes)) == words


def test_times_are_those_of_the_united_kingdom_in_summer_and_winter() -> None:
    assert day_and_time(AT) == "1 July 2026, 13:00"
    assert day_and_time(datetime(2026, 1, 5, 9, 5, tzinfo=UTC)) == "5 January 2026, 09:05"


@pytest.mark.parametrize(("given", "shown"), [("2026-03-09", "9 March 2026"), ("2026-03", "2026-03"), ("May", "May")])
def test_dates_are_said_in_words_and_anything_else_stands(given: str, shown: str) -> None:
    assert date_words(given) == shown


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("plain", "plain"),
        ("a\u202eb", "a⟨U+202E⟩b"),
        ("zero\u200bwidth", "zero⟨U+200B⟩width"),
        ("two\r\nlines\n", "two\nlines\n"),
        ("bell\x07", "bell⟨U+0007⟩"),
        ("café – naïve", "café – naïve"),
        ("lone\ud800", "lone⟨U+D800⟩"),
    ],
)
def test_nothing_in_a_text_hides_or_reorders(given: str, shown: str) -> None:
    assert visible(given) == shown
