"""Dates and times as people write them."""

from __future__ import annotations

import pytest

from gateway.stages.extract.dates import build, parse, parse_time


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
