"""Dates and times as people write them."""

from __future__ import annotations

from itertools import product

import pytest

from gateway.stages.extract.dates import build, month_number, parse, parse_time, read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14/11/2026", "2026-11-14"),
        ("14.11.26", "2026-11-14"),
        ("14-11-2026", "2026-11-14"),
        ("2026-11-14", "2026-11-14"),
        ("2026-11", "2026-11"),
        ("3rd Sept 2024", "2024-09-03"),
        ("Monday 3 March 2025", "2025-03-03"),
        ("3 of Mar 2025", "2025-03-03"),
        ("March 3, 2025", "2025-03-03"),
        ("14/11/2026 at 03:40", "2026-11-14"),
        ("March 2025", "2025-03"),
        ("2025", "2025"),
        ("3 Mawrth 2025", "2025-03-03"),
        ("30 Feb 2025", None),
        ("last Tuesday", None),
        ("", None),
        ("1" * 100, None),
    ],
)
def test_dates(text: str, expected: str | None) -> None:
    found = parse(text)
    assert (str(found) if found is not None else None) == expected


@pytest.mark.parametrize(
    ("boxes", "expected"),
    [
        (("3", "Mar", "2026"), "2026-03-03"),
        (("03", "03", "26"), "2026-03-03"),
        (("", "sept", "2026"), "2026-09"),
        (("", "", "2026"), "2026"),
        (("3", "", "2026"), None),
        (("29", "2", "2025"), None),
        (("29", "2", "2024"), "2024-02-29"),
        (("٣", "3", "2024"), None),
        (("3", "3", ""), None),
    ],
)
def test_three_boxes(boxes: tuple[str, str, str], expected: str | None) -> None:
    found = build(*boxes)
    assert (str(found) if found is not None else None) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0340", "03:40"),
        ("3.40", "03:40"),
        ("03:40 hrs", "03:40"),
        ("3:40pm", "15:40"),
        ("12:05 am", "00:05"),
        ("4 pm", "16:00"),
        ("25:00", None),
        ("about four", None),
    ],
)
def test_times(text: str, expected: str | None) -> None:
    assert parse_time(text) == expected


_BOX = ("", "0", "1", "01", "3", "10", "12", "28", "31", "99", "Mar", "sept", "2024", "24", "98", "20 24", "20201")
_ODD = ("10/11", "11/12", "10-11", "2023 or 2024", "1?", "c.3", "l", "１", "٣", "3/4/2024", "3\u200b", "-", "/", "?")


def test_whatever_three_boxes_hold_no_other_date_is_made_of_them() -> None:
    """Every combination: a date only where each box is one number (or month) of it, and then that very date."""
    for boxes in product(_BOX + _ODD, repeat=3):
        found = read("\n".join(boxes))
        day, month, year = boxes
        if found is None:
            continue
        assert not found.left_over
        assert not set(boxes) & set(_ODD), boxes
        assert found.date.year % 100 == int(year) % 100, boxes
        assert (found.date.month or 0) == (month_number(month) or 0), boxes
        assert (found.date.day or 0) == int(day or 0), boxes


@pytest.mark.parametrize(
    ("text", "expected", "left_over"),
    [
        ("28/2/2023 or 2024", "2023-02-28", "or 2024"),
        ("23/10/2012 (14 yrs)", "2012-10-23", "14 yrs"),
        ("approx 14/11/2026", "2026-11-14", "approx"),
        ("14/11/2026?", "2026-11-14", "?"),
        ("c. 3 March 2024", "2024-03-03", "c"),
        ("14/11/2026 or 15/11/2026", "2026-11-14", "or 15/11/2026"),
        ("Saturday 14 November 2026 at 22:41 hrs", "2026-11-14", ""),
        ("Twenty-fourth November 2026", "2026-11-24", ""),
        ("24NOV2026", "2026-11-24", ""),
    ],
)
def test_what_a_date_does_not_account_for_is_left_over(text: str, expected: str, left_over: str) -> None:
    found = read(text)
    assert found is not None
    assert (str(found.date), found.left_over) == (expected, left_over)
    assert (parse(text) is None) == bool(left_over)


@pytest.mark.parametrize("text", ["10/11/12/2025", "1?/3/2024", "1/1/20201", "10-11/12/2024", "５/3/2024", "30/2/2025"])
def test_what_is_no_date_is_not_made_one(text: str) -> None:
    assert read(text) is None
