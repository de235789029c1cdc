"""The page of the lifecycle is made from the tables."""

from __future__ import annotations

from pathlib import Path

from bench.lifecycle import page


def test_the_page_is_what_the_tables_say() -> None:
    assert (Path(__file__).parent.parent / "docs" / "lifecycle.md").read_text("utf-8") == page()
