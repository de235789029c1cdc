"""How many requests one address prefix may make. Addresses are kept for minutes, in memory, hashed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from gateway.model.channel.peer_prefix import prefix_of

_MAX_PREFIXES = 50_000


class RateLimit:
    """Counts by address prefix (/24 for IPv4, /56 for IPv6) and by kind, in fixed windows."""

    def __init__(self, key: bytes, clock: Callable[[], float]) -> None:
        self._key = key
        self._clock = clock
        self._counts: dict[bytes, tuple[float, int]] = {}

    def allow(self, kind: str, peer: str | None, most: int, window_s: float = 60.0) -> bool:
        """Count one request; False if the prefix has used up its share of this kind."""
        now = self._clock()
        name = self._name(kind, peer)
        began, count = self._counts.get(name, (now, 0))
        if now - began >= window_s:
            began, count = now, 0
        if count >= most:
            return False
        if name not in self._counts and len(self._counts) >= _MAX_PREFIXES:
            self._forget(now)
        self._counts[name] = (began, count + 1)
        return True

    def refund(self, kind: str, peer: str | None) -> None:
        """Uncount one request: it was not a failure, and only failures of this kind count."""
        name = self._name(kind, peer)
        if name in self._counts:
            began, count = self._counts[name]
            self._counts[name] = (began, max(0, count - 1))

    def _forget(self, now: float) -> None:
        """Drop what is older than an hour, or, under attack, the oldest half."""
        kept = {name: entry for name, entry in self._counts.items() if now - entry[0] < 3600}
        if len(kept) >= _MAX_PREFIXES:
            kept = dict(sorted(kept.items(), key=lambda item: item[1][0])[_MAX_PREFIXES // 2 :])
        self._counts = kept

    def _name(self, kind: str, peer: str | None) -> bytes:
        return hashlib.blake2b(f"{kind} {prefix_of(peer)}".encode(), key=self._key, digest_size=16).digest()
