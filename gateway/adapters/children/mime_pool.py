"""Parse in confined children: a message that hangs, explodes or takes over its parser costs one child.

Implements :class:`gateway.ports.MimeParser`.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Self

from gateway.adapters.children.confined.frames import MAX_DESCRIPTION_BYTES, BadAnswer
from gateway.adapters.children.confined.pool import ChildFailed, ConfinedPool
from gateway.adapters.children.mime_frames import LIMITS, answered
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.content.message import Mail, Unparsed
from gateway.stages.mime import MimeLimits

WORK = "gateway.adapters.children.mime_child"


class MimePool:
    """The children that parse. ``async with`` starts and ends them.

    What cannot be parsed comes back as Unparsed("time"), ("memory") or ("crashed"), never lost.
    """

    def __init__(
        self,
        limits: MimeLimits | None = None,
        *,
        children: int = 2,
        timeout_s: float = 20.0,
        memory_bytes: int = 1 << 30,
    ) -> None:
        self._limits = limits or MimeLimits()
        self.pool = ConfinedPool(
            WORK,
            children=children,
            timeout_s=timeout_s,
            memory_bytes=memory_bytes,
            max_answer_bytes=4 * self._limits.max_bytes + MAX_DESCRIPTION_BYTES,
        )

    async def __aenter__(self) -> Self:
        await self.pool.start()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.pool.close()

    async def parse(self, raw: ConfidentialBytes) -> Mail | Unparsed:
        """Return the message in parts, or why it could not be read. OverBudget is all that is raised."""
        content = raw.reveal()
        if len(content) > self._limits.max_bytes:
            return Unparsed("too_large")
        try:
            return answered(*await self.pool.ask({LIMITS: asdict(self._limits)}, content))
        except ChildFailed as failed:
            return Unparsed(failed.code if failed.code in _KNOWN else "crashed")
        except BadAnswer:
            return Unparsed("crashed")


_KNOWN = frozenset({"time", "memory"})
