"""MTA-STS policies of receiving domains: fetched over HTTPS, remembered for as long as they say (RFC 8461)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from gateway.ports import DnsStatus, Resolver
from gateway.stages.mta_sts import MAX_POLICY_BYTES, Mode, Policy, policy_id, read_policy

TIMEOUT_S = 60.0  # RFC 8461 section 3.3


class Https(Protocol):
    """Fetches one small file over verified HTTPS."""

    async def get(self, url: str, max_bytes: int, timeout_s: float) -> bytes | None:
        """Return the body of a 200 answer; None for any other answer or failure. Redirects are not followed."""
        ...


@dataclass(frozen=True, slots=True)
class _Kept:
    policy: Policy
    id: str
    until: datetime


class Policies:
    """The policies that are known. A policy once seen stays in force until its time is over, whatever DNS says then.

    Section 5.1: an attacker who suppresses the record or the file must not undo a policy that is still cached.
    """

    def __init__(self, resolver: Resolver, https: Https, now: Callable[[], datetime], max_kept: int = 1000) -> None:
        self._resolver = resolver
        self._https = https
        self._now = now
        self._max_kept = max_kept
        self._kept: dict[str, _Kept] = {}

    async def of(self, domain: str) -> Policy | None:
        """Return the policy in force for a domain; None where it has none, or none that counts."""
        kept = self._kept.get(domain)
        if kept is not None and self._now() >= kept.until:
            del self._kept[domain]
            kept = None
        answer = await self._resolver.query(f"_mta-sts.{domain}", "TXT")
        found = policy_id(answer.records) if answer.status is DnsStatus.FOUND else None
        if found is None or (kept is not None and kept.id == found):
            return self._counting(kept.policy if kept is not None else None)
        content = await self._https.get(
            f"https://mta-sts.{domain}/.well-known/mta-sts.txt", MAX_POLICY_BYTES, TIMEOUT_S
        )
        fresh = read_policy(content) if content is not None else None
        if fresh is None:
            return self._counting(kept.policy if kept is not None else None)
        if len(self._kept) >= self._max_kept:
            self._kept.pop(next(iter(self._kept)))
        self._kept[domain] = _Kept(fresh, found, self._now() + timedelta(seconds=fresh.max_age_s))
        return self._counting(fresh)

    @staticmethod
    def _counting(policy: Policy | None) -> Policy | None:
        return policy if policy is not None and policy.mode is not Mode.NONE else None
