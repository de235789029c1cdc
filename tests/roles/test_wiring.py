"""Scanners and the second opinion are there where they are configured, and only there."""

from __future__ import annotations

import pytest

from gateway.adapters.children.second_opinion import SecondOpinion
from gateway.adapters.config.settings import load_settings
from gateway.adapters.host.log import LogJournal
from gateway.adapters.host.metrics import PrometheusMetrics
from gateway.adapters.scanners import Clamd, Rspamd
from gateway.roles.demo.world import World
from gateway.roles.wiring import wire_worker

CONFIGURED = '\n[scan]\nclamd = "127.0.0.1:3310"\nrspamd = "127.0.0.1:11333"\n\n[screening]\nsecond_opinion = true\n'


@pytest.mark.parametrize("configured", [False, True])
async def test_what_further_looks_at_a_message_is_a_matter_of_the_settings(
    two_intakes: World, configured: bool
) -> None:
    layout = two_intakes.folders
    written = (layout.config / "gateway.toml").read_text("utf-8")
    assert "[scan]" not in written
    assert "[screening]" not in written
    try:
        if configured:
            (layout.config / "gateway.toml").write_text(written + CONFIGURED, "utf-8")
        settings = load_settings(layout.config)
        async with wire_worker(layout, settings, LogJournal(), PrometheusMetrics()) as wired:
            eyes = wired.intake.readers
            found = (eyes.malware, eyes.spam, eyes.second_opinion)
    finally:
        (layout.config / "gateway.toml").write_text(written, "utf-8")
    if configured:
        assert [type(one) for one in found] == [Clamd, Rspamd, SecondOpinion]
    else:
        assert found == (None, None, None)
