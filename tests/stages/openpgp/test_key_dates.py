"""A person is told that a key runs out at 60, 30, 14, 7 and 1 days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gateway.stages.openpgp.key_dates import days_left, warning

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left", "expected"),
    [(None, None), (400, None), (61, None), (60, 60), (31, 60), (30, 30), (14, 14), (8, 14), (7, 7), (1, 1), (0, 1)],
)
def test_the_nearest_warning_day_that_was_reached_counts(left: int | None, expected: int | None) -> None:
    assert warning(left) == expected


def test_an_expired_key_is_a_warning_of_its_own() -> None:
    assert warning(days_left(NOW - timedelta(minutes=1), NOW)) == 0
