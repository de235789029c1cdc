"""The pool of child processes that check DKIM and ARC. A child that takes too long is killed, and that is reported."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from gateway.adapters.children import dkim_child
from gateway.adapters.children.dkim_child import Chain, Signature, Verified

UNDECIDED = Verified((Signature("temperror", "", "", "", "limit"),), Chain("temperror"))


class SignaturePool:
    """Check signatures in ``processes`` children, each check within ``limit_s`` and a little more for each megabyte."""

    def __init__(self, *, processes: int = 2, limit_s: float = 15.0, limit_s_per_mb: float = 1.0) -> None:
        self._processes = processes
        self._limit_s = limit_s
        self._limit_s_per_mb = limit_s_per_mb
        self._pool: ProcessPoolExecutor | None = None

    async def verify(self, message: bytes, keys: Mapping[str, bytes], indexes: tuple[int, ...]) -> Verified:
        """Return what the signatures prove; ``UNDECIDED`` if a child was killed twice over this or a neighbour."""
        loop = asyncio.get_running_loop()
        limit_s = self._limit_s + self._limit_s_per_mb * len(message) / 1_000_000
        for _ in range(2):  # a neighbour's killed child breaks the whole pool: once more in a new one
            pool = self._open()
            try:
                async with asyncio.timeout(2 * limit_s + 10):
                    return await loop.run_in_executor(pool, dkim_child.verify, message, dict(keys), indexes, limit_s)
            except BrokenProcessPool:
                self._drop(pool)
            except TimeoutError:
                return UNDECIDED
        return UNDECIDED

    def _open(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self._processes,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=dkim_child.prepare_child,
            )
        return self._pool

    def _drop(self, pool: ProcessPoolExecutor) -> None:
        pool.shutdown(wait=False, cancel_futures=True)
        if self._pool is pool:
            self._pool = None

    def close(self) -> None:
        """End the children."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None
