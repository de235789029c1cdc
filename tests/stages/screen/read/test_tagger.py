"""The tagger of lines: what it says of mail in dress, and that writing has the benefit of the doubt."""

from __future__ import annotations

from dataclasses import replace

from bench.screening_lines import DRESS, measure
from gateway.stages.screen import ScreenTables
from gateway.stages.screen.read.tagger import MOST_LINES, tag


def test_the_committed_numbers_are_as_good_as_the_docs_say(tables: ScreenTables) -> None:
    found = measure(tables.lines, DRESS / "validation.txt", 7, 60)
    total = sum(count for (right, _), count in found.items() if right == "body")
    assert found["body", "body"] >= 0.98 * total
    for label in ("who", "contact", "address", "closing"):
        total = sum(count for (right, _), count in found.items() if right == label)
        assert found[label, label] >= 0.95 * total, label


def test_a_greater_margin_makes_more_of_it_writing(tables: ScreenTables) -> None:
    rows = ["Please send ten.", "Kind regards", "Jo Barker", "Service Manager"]
    assert tag(rows, frozenset(("jo",)), tables.lines)[-1] == "who"
    sure = replace(tables.lines, margin=1e6)
    assert set(tag(rows, frozenset(("jo",)), sure)) == {"body"}


def test_beyond_the_lines_that_are_looked_at_all_is_writing(tables: ScreenTables) -> None:
    rows = ["Sent from my iPhone"] * (MOST_LINES + 5)
    assert tag(rows, frozenset(), tables.lines)[-5:] == ["body"] * 5
