"""An instant keeps its moment whatever its zone; a word is of its list or it is an error."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

import pytest
from sqlalchemy.dialects import postgresql, sqlite

from gateway.adapters.store.columns import Instant, Word

SQLITE: Any = sqlite.dialect()
POSTGRES: Any = postgresql.dialect()  # type: ignore[no-untyped-call]


class Colour(StrEnum):
    RED = "red"


@pytest.mark.parametrize("dialect", [SQLITE, POSTGRES])
def test_an_instant_reads_back_as_the_same_moment(dialect: Any) -> None:
    summer = datetime(2026, 7, 1, 10, 0, tzinfo=timezone(timedelta(hours=1)))
    stored = Instant().process_bind_param(summer, dialect)
    assert (stored is not None and stored.tzinfo is None) is (dialect is SQLITE)
    found = Instant().process_result_value(stored, dialect)
    assert found == summer
    assert found is not None
    assert found.tzinfo is UTC
    assert Instant().process_bind_param(None, dialect) is Instant().process_result_value(None, dialect) is None


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        Instant().process_bind_param(datetime(2026, 7, 1), SQLITE)


def test_a_word_of_no_list_is_an_error_on_both_sides() -> None:
    word = Word(Colour)
    assert word.process_bind_param(Colour.RED, SQLITE) == "red"
    assert word.process_result_value("red", SQLITE) is Colour.RED
    assert word.process_result_value(None, SQLITE) is None
    with pytest.raises(ValueError, match="blue"):
        word.process_result_value("blue", SQLITE)
