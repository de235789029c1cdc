"""The port through which a finished post leaves the form: sealed, fsynced, and never seen here again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from gateway.model.channel.arrival import Arrival


class Deposit(Protocol):
    async def deposit(self, arrival: Arrival, parts: AsyncIterator[bytes]) -> None:
        """Seal the content and return only when it is on disk. ``parts`` are its bytes, in order, as they come.

        Temporary(code) if it cannot be kept (a full disk): nothing was promised, and the notifier is told so.
        Idempotent by ``arrival.intake_id``: the same post may be deposited again after a crash.
        """
        ...
