"""A resolver that has no answer once a deadline has passed: what is asked for one message ends together."""

from __future__ import annotations

import asyncio

from gateway.ports import DnsAnswer, DnsStatus, Resolver


class Deadline:
    """ports.Resolver over another one, until ``limit_s`` from now. Later, and for what takes longer: TEMPORARY."""

    def __init__(self, resolver: Resolver, limit_s: float) -> None:
        self._resolver = resolver
        self._ends = asyncio.get_running_loop().time() + limit_s

    def left_s(self) -> float:
        """Return how much of the time is left, never less than nothing."""
        return max(0.0, self._ends - asyncio.get_running_loop().time())

    def within(self, limit_s: float) -> Deadline:
        """Return the same with a deadline that is nearer."""
        return Deadline(self._resolver, min(limit_s, self.left_s()))

    async def query(self, name: str, record_type: str) -> DnsAnswer:
        """Ask within what is left."""
        left_s = self.left_s()
        if not left_s:
            return DnsAnswer(DnsStatus.TEMPORARY)
        try:
            async with asyncio.timeout(left_s):
                return await self._resolver.query(name, record_type)
        except TimeoutError:
            return DnsAnswer(DnsStatus.TEMPORARY)
