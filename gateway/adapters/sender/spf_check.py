"""SPF (RFC 7208) by pyspf, whose DNS blocks: a bounded pool of threads, and one time limit for a whole check."""

from __future__ import annotations

import asyncio
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Any

from gateway.ports import DnsAnswer, DnsStatus, Resolver

with warnings.catch_warnings():  # pyspf 2.0.14 has old escapes in its docstrings: a warning when first compiled
    warnings.simplefilter("ignore")
    import spf

_FAULTS = (ValueError, IndexError, KeyError, TypeError, AttributeError, AssertionError, RecursionError)
_RESULTS = frozenset({"pass", "fail", "softfail", "neutral", "none", "temperror", "permerror"})


class SpfChecker:
    """Check SPF over the Resolver port. At most ``threads`` checks run at once; each ends within ``limit_s``."""

    def __init__(self, resolver: Resolver, *, threads: int = 4, limit_s: float = 20.0) -> None:
        self._resolver = resolver
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="spf")
        self._limit_s = limit_s  # RFC 7208 section 4.6.4: at least 20 seconds

    async def check(self, peer_address: str, reverse_path: str, helo: str) -> str:
        """Return the RFC 7208 section 2.6 result for the reverse-path, or for HELO where that is null (section 2.4)."""
        loop = asyncio.get_running_loop()
        deadline = time.monotonic() + self._limit_s

        def ask(name: str, record_type: str) -> DnsAnswer:
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                return DnsAnswer(DnsStatus.TEMPORARY)
            waiting = asyncio.run_coroutine_threadsafe(self._resolver.query(name, record_type), loop)
            try:
                return waiting.result(left_s)
            except FutureTimeoutError:
                waiting.cancel()
                return DnsAnswer(DnsStatus.TEMPORARY)

        try:
            async with asyncio.timeout(self._limit_s + 2):
                return await loop.run_in_executor(self._pool, _check, peer_address, reverse_path, helo, ask)
        except TimeoutError:
            return "temperror"

    def close(self) -> None:
        """Release the threads."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _check(peer_address: str, reverse_path: str, helo: str, ask: Callable[[str, str], DnsAnswer]) -> str:
    try:
        result = _Query(peer_address, reverse_path, helo, ask).check()[0]
    except spf.TempError:
        return "temperror"
    except (spf.PermError, *_FAULTS):
        return "permerror"
    return result if result in _RESULTS else "permerror"


class _Query(spf.query):  # type: ignore[misc]  # pyspf has no types
    """pyspf's check with its DNS replaced: no blocking socket, one cache, one deadline."""

    def __init__(self, peer_address: str, reverse_path: str, helo: str, ask: Callable[[str, str], DnsAnswer]) -> None:
        super().__init__(i=peer_address, s=reverse_path, h=helo, strict=True)
        self._ask = ask

    def dns(self, name: str, qtype: str, cnames: Any = None, ignore_void: bool = False) -> list[Any]:
        """Answer in the form that pyspf expects, counting void lookups (RFC 7208 section 4.6.4). Follows aliases."""
        wanted = str(name).rstrip(".").lower()
        if not wanted or any(not 0 < len(label) < 64 for label in wanted.split(".")) or len(wanted) > 253:
            return []
        kept: list[Any] | None = self.cache.get((wanted, qtype))
        if kept is None:
            answer = self._ask(wanted, qtype)
            if answer.status is DnsStatus.TEMPORARY:
                raise spf.TempError("DNS")
            kept = [_shape(record, qtype) for record in answer.records]
            self.cache[(wanted, qtype)] = kept
        if not kept and not ignore_void:
            self.void_lookups += 1
            if self.void_lookups > spf.MAX_VOID_LOOKUPS:
                raise spf.PermError("void lookups")
        return list(kept)

    def validated_ptrs(self) -> list[str]:
        """Return the peer's names that point back to it. A DNS error skips a name, RFC 7208 section 5.5."""
        try:
            names = self.dns_ptr(self.i)[: spf.MAX_PTR]
        except spf.TempError:
            return []
        return [name for name in names if self._points_back(name)]

    def _points_back(self, name: str) -> bool:
        try:
            return bool(self.cidrmatch(self.dns_a(name, self.A), self.cidrmax))
        except spf.TempError:
            return False


def _shape(record: str, qtype: str) -> Any:
    """Return one record as pyspf wants it: TXT a list of bytes, MX (preference, name)."""
    if qtype == "TXT":
        return [record.encode("latin-1")]
    if qtype == "MX":
        preference, _, exchange = record.partition(" ")
        return int(preference), exchange
    return record
