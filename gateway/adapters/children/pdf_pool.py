"""Make PDFs in a confined child: never in a process that faces the internet or holds a key."""

from __future__ import annotations

from gateway.adapters.children.confined.pool import ChildFailed, ConfinedPool
from gateway.ports import Temporary

WORK = "gateway.adapters.children.pdf_child"
MAX_WAITING = 8


class PdfPool:
    """One child, started when first asked. Who would wait behind too many others is told to come again."""

    def __init__(self, *, timeout_s: float = 60.0, memory_bytes: int = 1 << 30, max_waiting: int = MAX_WAITING) -> None:
        self.pool = ConfinedPool(WORK, children=1, timeout_s=timeout_s, memory_bytes=memory_bytes)
        self._max_waiting = max_waiting
        self._asked = 0

    async def make(self, html: str) -> bytes:
        """Return a page as a tagged PDF. Temporary where it could not be made now."""
        if self._asked > self._max_waiting:
            raise Temporary("pdf_busy")
        self._asked += 1
        try:
            _, content = await self.pool.ask({}, html.encode("utf-8", "replace"))
        except ChildFailed:
            raise Temporary("pdf_not_made") from None
        finally:
            self._asked -= 1
        return content

    async def close(self) -> None:
        """End the child."""
        await self.pool.close()
