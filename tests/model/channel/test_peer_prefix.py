"""Limits count networks, not addresses: one subscriber has millions of IPv6 addresses."""

from __future__ import annotations

import pytest

from gateway.model.channel.peer_prefix import prefix_of


@pytest.mark.parametrize(
    ("address", "prefix"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:0:12ff::1", "2001:db8:0:1200::/56"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("fe80::1%eth0", "fe80::/56"),
        ("", "unknown"),
        (None, "unknown"),
        ("mail.example", "unknown"),
        ("192.0.2.0/24", "unknown"),
    ],
)
def test_an_address_counts_as_its_network(address: str | None, prefix: str) -> None:
    assert prefix_of(address) == prefix
