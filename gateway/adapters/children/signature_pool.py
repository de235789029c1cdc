"""Check DKIM and ARC in confined children. A child that takes too long is killed, and the check is undecided."""

from __future__ import annotations

import base64
from collections.abc import Mapping

from pydantic import TypeAdapter, ValidationError

from gateway.adapters.children.confined.pool import ChildFailed, ConfinedPool
from gateway.adapters.children.dkim_child import Chain, Signature, Verified

WORK = "gateway.adapters.children.dkim_child"
UNDECIDED = Verified((Signature("temperror", "", "", "", "limit"),), Chain("temperror"))
_VERIFIED = TypeAdapter(Verified)


class SignaturePool:
    """Check signatures in ``processes`` children, each check within ``limit_s`` and a little more for each megabyte."""

    def __init__(self, *, processes: int = 2, limit_s: float = 15.0, limit_s_per_mb: float = 1.0) -> None:
        self.pool = ConfinedPool(WORK, children=processes, memory_bytes=1 << 30)
        self._limit_s = limit_s
        self._limit_s_per_mb = limit_s_per_mb

    async def verify(self, message: bytes, keys: Mapping[str, bytes], indexes: tuple[int, ...]) -> Verified:
        """Return what the signatures prove; ``UNDECIDED`` where there is no answer. OverBudget is all that is raised.

        The key table holds what DNS said, as bytes; the child's answer is proved to be of the right shape.
        """
        table = {name: base64.b64encode(record).decode("ascii") for name, record in keys.items()}
        limit_s = self._limit_s + self._limit_s_per_mb * len(message) / 1_000_000
        try:
            said, _ = await self.pool.ask({"keys": table, "indexes": indexes}, message, timeout_s=limit_s)
            return _VERIFIED.validate_python(said)
        except (ChildFailed, ValidationError):
            return UNDECIDED

    async def close(self) -> None:
        """End the children."""
        await self.pool.close()
