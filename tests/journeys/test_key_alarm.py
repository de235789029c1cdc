"""A neighbour's key runs out in five days: the worker's watch shows it, and tells the operator in one mail."""

from __future__ import annotations

import pytest
from prometheus_client import generate_latest

from gateway.adapters.host.metrics import PrometheusMetrics
from gateway.roles.demo.world import OPERATOR
from gateway.roles.worker import look_at_keys
from gateway.steps.watch.key_watch import KeyWatch
from tests.journeys.test_expired_key import take, with_expiry
from tests.journeys.walk import Walk, tools_of


def alarms(walk: Walk) -> list[bytes]:
    return [message.content for message in walk.received("relay") if message.forward_paths == (OPERATOR,)]


@pytest.mark.asyncio(loop_scope="session")
async def test_a_key_that_expires_in_five_days_is_one_alarm_and_a_gauge(walk: Walk) -> None:
    watch, wired, layout = KeyWatch(), walk.wired(), walk.world.folders
    metrics = tools_of(wired).metrics
    assert isinstance(metrics, PrometheusMetrics)
    await look_at_keys(wired, layout, watch)
    await walk.settle()
    assert alarms(walk) == [], "no key runs out yet"
    try:
        await take(walk, with_expiry(walk.world, "5d"), usable=True)
        for seen in (watch, watch, KeyWatch()):  # the next look, one after it, and the first after a restart
            await look_at_keys(walk.wired(), layout, seen)
            await walk.settle()
        [alarm] = alarms(walk)
        assert b"Subject: CDOP gateway alarm: key_expires" in alarm
        assert b"Auto-Submitted: auto-generated" in alarm
        assert walk.world.neighbours["hertfordshire"].keys.own.encode() not in alarm
        assert await walk.left() == ["alarm:operator"]
        shown = generate_latest(metrics.registry).decode().splitlines()
        [days] = [line for line in shown if line.startswith('gateway_key_days_left{owner="hertfordshire"}')]
        assert float(days.rpartition(" ")[2]) in (4.0, 5.0)
        assert 'gateway_key_usable{owner="hertfordshire"} 1.0' in shown
        [kept] = [row for row in await walk.desk().watched_keys() if row.owner == "hertfordshire"]
        assert kept.expires_at is not None
        assert (kept.expires_at - kept.looked_at).days in (4, 5)
        assert kept.fingerprint == walk.world.neighbours["hertfordshire"].keys.own
    finally:
        await take(walk, with_expiry(walk.world, "2y"), usable=True)
