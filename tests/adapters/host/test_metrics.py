"""Counts add up by their labels, and the health pages say whether a role can work."""

from __future__ import annotations

import aiohttp
import pytest
from prometheus_client import generate_latest

from gateway.adapters.host.metrics import PrometheusMetrics, serve_health


def test_counters_and_gauges_by_label() -> None:
    metrics = PrometheusMetrics()
    metrics.count("gateway_sends", outcome="sent")
    metrics.add("gateway_sends", 2, outcome="sent")
    metrics.count("gateway_sends", outcome="held")
    metrics.gauge("gateway_waiting", 3)
    metrics.gauge("gateway_waiting", 1)
    shown = generate_latest(metrics.registry).decode()
    assert 'gateway_sends_total{outcome="sent"} 3.0' in shown
    assert 'gateway_sends_total{outcome="held"} 1.0' in shown
    assert "gateway_waiting 1.0" in shown


@pytest.mark.parametrize(("is_ready", "status"), [(True, 200), (False, 503)])
async def test_a_role_that_cannot_work_is_alive_and_not_ready(is_ready: bool, status: int) -> None:
    async def ready() -> bool:
        return is_ready

    runner = await serve_health(PrometheusMetrics(), "127.0.0.1", 0, ready)
    try:
        port = runner.addresses[0][1]
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client:
            found = {}
            for path in ("/healthz", "/readyz", "/metrics"):
                async with client.get(path) as answer:
                    found[path] = answer.status
        assert found == {"/healthz": 200, "/readyz": status, "/metrics": 200}
    finally:
        await runner.cleanup()
