"""MTA-STS policies of other domains: fetched over HTTPS, remembered for as long as they say (RFC 8461)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from gateway.ports import DnsAnswer, DnsStatus, Resolver
from gateway.stages.policies.mta_sts import (
    MAX_POLICY_BYTES,
    Basis,
    Fault,
    Mode,
    Policy,
    PolicyMatch,
    policy_id,
    published,
    read_policy,
)

TIMEOUT_S = 60.0  # RFC 8461 section 3.3
FAULT_KEPT = timedelta(minutes=5)  # section 3.3: minimum time between two attempts for one policy id
MAX_AT_ONCE = 8


class Https(Protocol):
    """Fetches one small file over verified HTTPS."""

    async def get(self, url: str, max_bytes: int, timeout_s: float) -> bytes | Fault:
        """Return the body of a 200 answer, or why there is none. Redirects are not followed."""
        ...


@dataclass(frozen=True, slots=True)
class _Kept:
    policy: Policy
    id: str
    until: datetime


@dataclass(frozen=True, slots=True)
class _Failed:
    fault: Fault
    id: str
    until: datetime


_Entry = TypeVar("_Entry", _Kept, _Failed)


class Policies:
    """``ports.StsPolicies``. A policy once seen stays in force until it expires, whatever DNS says meanwhile.

    Section 5.1: an attacker who suppresses the record or the file must not undo a policy that is still cached.
    """

    def __init__(
        self,
        resolver: Resolver,
        https: Https,
        now: Callable[[], datetime],
        *,
        timeout_s: float = TIMEOUT_S,
        max_kept: int = 1000,
    ) -> None:
        self._resolver = resolver
        self._https = https
        self._now = now
        self._timeout_s = timeout_s
        self._max_kept = max_kept
        self._kept: dict[str, _Kept] = {}
        self._failed: dict[str, _Failed] = {}
        self._places = asyncio.Semaphore(MAX_AT_ONCE)

    async def of(self, domain: str) -> Policy | None:
        """Return the policy in force for a domain; None if it has none, or none that counts."""
        policy = (await self.look_up(domain)).policy
        return policy if policy is not None and policy.mode is not Mode.NONE else None

    async def look_up(self, domain: str) -> PolicyMatch:
        """Return the finding about the domain's policy: from memory if its id has not changed, else fetched."""
        kept = self._kept.get(domain)
        if kept is not None and self._now() >= kept.until:
            del self._kept[domain]
            kept = None
        answer = await self._resolver.query(f"_mta-sts.{domain}", "TXT")
        found = policy_id(answer.records) if answer.status is DnsStatus.FOUND else None
        if found is None:
            return PolicyMatch(kept.policy, Basis.KEPT) if kept is not None else PolicyMatch(None, _without_id(answer))
        if kept is not None and kept.id == found:
            return PolicyMatch(kept.policy, Basis.POLICY)
        fresh = await self._fetch(domain, found)
        if isinstance(fresh, Fault):
            return PolicyMatch(kept.policy, Basis.KEPT) if kept is not None else PolicyMatch(None, fresh)
        _put(self._kept, domain, _Kept(fresh, found, self._now() + timedelta(seconds=fresh.max_age_s)), self._max_kept)
        return PolicyMatch(fresh, Basis.POLICY)

    async def _fetch(self, domain: str, found: str) -> Policy | Fault:
        failed = self._failed.get(domain)
        if failed is not None and failed.id == found and self._now() < failed.until:
            return failed.fault
        url = f"https://mta-sts.{domain}/.well-known/mta-sts.txt"
        async with self._places:
            content = await self._https.get(url, MAX_POLICY_BYTES, self._timeout_s)
        policy = content if isinstance(content, Fault) else read_policy(content) or Fault.INVALID
        if isinstance(policy, Fault):
            _put(self._failed, domain, _Failed(policy, found, self._now() + FAULT_KEPT), self._max_kept)
        return policy


def _without_id(answer: DnsAnswer) -> Basis | Fault:
    if answer.status is DnsStatus.TEMPORARY:
        return Fault.DNS
    return Basis.RECORD_INVALID if published(answer.records) else Basis.NO_RECORD


def _put(kept: dict[str, _Entry], domain: str, entry: _Entry, max_kept: int) -> None:
    """Keep one more; the oldest is dropped if there is no room."""
    kept.pop(domain, None)
    if len(kept) >= max_kept:
        kept.pop(next(iter(kept)))
    kept[domain] = entry
