"""The watch over days to come: an alarm a day from 90 days before, while no panel follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from gateway.adapters.config.areas import load_routing
from gateway.steps.watch.table_watch import TableWatch, watch_tables
from tests.steps.world import world

TABLES = load_routing()


class _Clock:
    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now


async def test_an_alarm_a_day_from_90_days_before(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        watch, told = TableWatch(), []
        for day in (
            datetime(2026, 12, 31, tzinfo=UTC),
            datetime(2027, 1, 2, tzinfo=UTC),
            datetime(2027, 1, 2, 9, tzinfo=UTC),
        ):
            before = watch.told_on
            await watch_tables(replace(here.tools, clock=_Clock(day)), watch, TABLES)
            told.append(watch.told_on != before)
        assert told == [False, True, False]
