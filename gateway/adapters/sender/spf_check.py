"""SPF (RFC 7208) by pyspf, whose DNS would block: it is run again each time an answer that it asked for is there.

So no check holds a thread while a stranger's name server is silent, however many are waited for at once. The library's
own part takes a millisecond; the limits of RFC 7208 section 4.6.4 bound how often it is run.
"""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Callable
from typing import Any

from gateway.ports import DnsAnswer, DnsStatus, Resolver

with warnings.catch_warnings():  # pyspf 2.0.14 has old escapes in its docstrings: a warning when first compiled
    warnings.simplefilter("ignore")
    import spf

_FAULTS = (ValueError, IndexError, KeyError, TypeError, AttributeError, AssertionError, RecursionError)
_RESULTS = frozenset({"pass", "fail", "softfail", "neutral", "none", "temperror", "permerror"})
MAX_ASKED = 250  # answers of one check: 10 look-ups with 10 names each, twice over, and what is void
LIMIT_S = 20.0  # section 4.6.4 asks for at least 20; at arrival all look-ups of a message together have less


class _Unanswered(BaseException):
    """pyspf asks for what has not been fetched. No Exception: the library catches those here and there."""

    def __init__(self, name: str, record_type: str) -> None:
        super().__init__()
        self.question = (name, record_type)


class SpfChecker:
    """Check SPF over the Resolver port. Each check ends within ``limit_s``."""

    def __init__(self, resolver: Resolver, *, limit_s: float = LIMIT_S) -> None:
        self._resolver = resolver
        self._limit_s = limit_s

    async def check(self, peer_address: str, reverse_path: str, helo: str) -> str:
        """Return the RFC 7208 section 2.6 result for the reverse-path, or for HELO where that is null (section 2.4)."""
        try:
            async with asyncio.timeout(self._limit_s):
                return await self._run(peer_address, reverse_path, helo)
        except TimeoutError:
            return "temperror"

    async def _run(self, peer_address: str, reverse_path: str, helo: str) -> str:
        answers: dict[tuple[str, str], DnsAnswer] = {}

        def ask(name: str, record_type: str) -> DnsAnswer:
            try:
                return answers[name, record_type]
            except KeyError:
                raise _Unanswered(name, record_type) from None

        while len(answers) <= MAX_ASKED:
            try:
                return _check(peer_address, reverse_path, helo, ask)
            except _Unanswered as missing:
                answers[missing.question] = await self._resolver.query(*missing.question)
        return "permerror"


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
