"""The measurements of bench/ measure what is there."""

from __future__ import annotations

from bench import journey


def test_every_reader_that_the_journey_counts_is_there() -> None:
    assert journey.not_there() == []
