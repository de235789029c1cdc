"""Rates are counted by address prefix, forgotten with time, and bounded in memory."""

from __future__ import annotations

import pytest

from gateway.model.channel.peer_prefix import prefix_of
from gateway.web.guard.rate_limit import RateLimit


def test_a_prefix_has_its_share_and_gets_it_again_with_time() -> None:
    now = [0.0]
    rates = RateLimit(b"key", lambda: now[0])
    assert [rates.allow("post", "192.0.2.1", 2) for _ in range(3)] == [True, True, False]
    assert not rates.allow("post", "192.0.2.200", 2)
    assert rates.allow("post", "198.51.100.1", 2)
    assert rates.allow("page", "192.0.2.1", 2)
    now[0] = 61
    assert rates.allow("post", "192.0.2.1", 2)


def test_a_success_that_is_taken_back_does_not_count() -> None:
    rates = RateLimit(b"key", lambda: 0.0)
    for _ in range(10):
        assert rates.allow("code", "192.0.2.1", 2, 3600)
        rates.refund("code", "192.0.2.1")
    rates.refund("code", "203.0.113.1")
    assert [rates.allow("code", "192.0.2.1", 2, 3600) for _ in range(3)] == [True, True, False]


def test_addresses_are_not_kept_and_memory_is_bounded() -> None:
    rates = RateLimit(b"key", lambda: 0.0)
    for number in range(60_000):
        rates.allow("post", f"10.{number >> 8 & 255}.{number & 255}.{number >> 16}", 1)
        rates.allow("post", f"2001:db8:{number >> 8:x}:{(number & 255) << 8:x}::1", 1)
    assert len(rates._counts) <= 50_000
    assert all(isinstance(name, bytes) and len(name) == 16 for name in rates._counts)


@pytest.mark.parametrize(
    ("peer", "prefix"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:1234::5", "2001:db8:1:1200::/56"),
        ("fe80::1%eth0", "fe80::/56"),
        ("not an address", "unknown"),
        (None, "unknown"),
    ],
)
def test_prefixes(peer: str | None, prefix: str) -> None:
    assert prefix_of(peer) == prefix
