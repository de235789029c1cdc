"""Whose turn it is: a fixed number of places, one of them never for strangers."""

from __future__ import annotations

import asyncio
from collections import deque


class Turns:
    """Places that are waited for. Who is urgent goes first; all others leave one place free where there are several."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._for_others = max(1, places - 1)
        self._waiting: dict[bool, deque[asyncio.Future[None]]] = {True: deque(), False: deque()}

    async def take(self, urgent: bool) -> None:
        """Wait for a place. Whoever takes one gives it back."""
        if not self._waiting[urgent] and self._is_free(urgent):
            self._occupy(urgent)
            return
        waiting = asyncio.get_running_loop().create_future()
        self._waiting[urgent].append(waiting)
        try:
            await waiting
        except asyncio.CancelledError:
            if waiting.done() and not waiting.cancelled():
                self.give_back(urgent)
            raise

    def give_back(self, urgent: bool) -> None:
        """Leave a place to who is next."""
        self._free += 1
        if not urgent:
            self._for_others += 1
        for kind in (True, False):
            while self._waiting[kind] and self._is_free(kind):
                following = self._waiting[kind].popleft()
                if not following.done():
                    self._occupy(kind)
                    following.set_result(None)

    def _is_free(self, urgent: bool) -> bool:
        return self._free > 0 and (urgent or self._for_others > 0)

    def _occupy(self, urgent: bool) -> None:
        self._free -= 1
        if not urgent:
            self._for_others -= 1
