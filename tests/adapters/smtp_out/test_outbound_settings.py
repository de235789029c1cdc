"""A receiver leaves by its own hop, its family's, or the default."""

from __future__ import annotations

import pytest

from gateway.adapters.smtp_out.outbound_settings import DirectSettings, NextHopSettings, OutboundSettings

DEFAULT, FAMILY, OWN = NextHopSettings("relay.example"), DirectSettings(), NextHopSettings("mx.kent.example")
SETTINGS = OutboundSettings("gw.example", DEFAULT, {"panel": FAMILY, "panel:kent": OWN})


@pytest.mark.parametrize(
    ("receiver", "hop"),
    [("panel:kent", OWN), ("panel:essex", FAMILY), ("general_inbox", DEFAULT), ("sender", DEFAULT)],
)
def test_the_nearest_hop_counts(receiver: str, hop: object) -> None:
    assert SETTINGS.hop(receiver) is hop
    assert SETTINGS.hops() == (DEFAULT, FAMILY, OWN)


def test_a_certificate_carries_the_name_that_was_set_or_the_hosts() -> None:
    assert DEFAULT.expected_name == "relay.example"
    assert NextHopSettings("192.0.2.1", server_name="relay.example").expected_name == "relay.example"
