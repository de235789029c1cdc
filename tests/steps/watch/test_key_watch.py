"""The watch over keys: a gauge each, and news once for each warning day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gateway.model.ids import Fingerprint
from gateway.model.office.key_report import KeyReport
from gateway.steps.watch.key_watch import KeyWatch, look, watch_keys
from tests.steps.world import world

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
KEY = KeyReport("oxfordshire", Fingerprint("A" * 40), "cv25519", NOW + timedelta(days=61, hours=1))


class Gauges:
    """ports.Metrics that keeps what it was told last."""

    def __init__(self) -> None:
        self.seen: dict[tuple[str, str], float] = {}

    def count(self, name: str, **labels: str) -> None:
        raise AssertionError

    def add(self, name: str, number: int, **labels: str) -> None:
        raise AssertionError

    def gauge(self, name: str, value: float, **labels: str) -> None:
        self.seen[name, labels["owner"]] = value


def test_each_warning_day_is_news_once() -> None:
    watch, gauges = KeyWatch(), Gauges()
    told = [day for day in range(70) if look(gauges, watch, [KEY], NOW + timedelta(days=day))]
    assert [61 - day for day in told] == [60, 30, 14, 7, 1, -1]
    assert gauges.seen["gateway_key_days_left", "oxfordshire"] == -8


def test_a_key_in_trouble_is_news_and_shows_as_unusable() -> None:
    watch, gauges = KeyWatch(), Gauges()
    assert not look(gauges, watch, [KEY], NOW)
    assert gauges.seen["gateway_key_usable", "oxfordshire"] == 1
    assert look(gauges, watch, [replace(KEY, trouble="key_revoked")], NOW)
    assert not look(gauges, watch, [replace(KEY, trouble="key_revoked")], NOW)
    assert gauges.seen["gateway_key_usable", "oxfordshire"] == 0


def test_a_key_that_never_expires_is_no_news() -> None:
    assert not look(Gauges(), KeyWatch(), [replace(KEY, expires_at=None)], NOW)


async def test_what_was_seen_is_kept_for_the_console_and_what_is_gone_is_not_in_use(tmp_path: Path) -> None:
    async with world(tmp_path) as office:
        gone = replace(KEY, owner="surrey")
        await watch_keys(office.tools, KeyWatch(), [KEY, gone])
        office.clock.pass_by(timedelta(hours=6))
        await watch_keys(office.tools, KeyWatch(), [replace(KEY, trouble="key_revoked", expires_at=None)])
        kept = {row.owner: row for row in await office.store.watched_keys()}
        assert (kept["oxfordshire"].trouble, kept["oxfordshire"].expires_at) == ("key_revoked", None)
        assert kept["oxfordshire"].looked_at == office.clock.now()
        assert {owner: row.in_use for owner, row in kept.items()} == {"oxfordshire": True, "surrey": False}
        await watch_keys(office.tools, KeyWatch(), [KEY, gone])
        assert {row.owner for row in await office.store.watched_keys() if row.in_use} == {"oxfordshire", "surrey"}
