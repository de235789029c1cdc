"""The confidence limits that ``make bench-screening`` prints."""

from __future__ import annotations

from bench.screening import limit


def test_where_the_count_is_0_the_limit_is_the_rule_of_three() -> None:
    assert limit(0, 300) == "0 of 300 (under 1.0%)"
    assert limit(0, 2) == "0 of 2 (under 100.0%)"


def test_else_it_is_the_normal_one_and_an_empty_set_has_none() -> None:
    assert limit(10, 100) == "10 of 100 (10.0%, under 15.9%)"
    assert limit(0, 0) == "-"
