"""Deposits form posts: sealed into the spool like mail, once each."""

from __future__ import annotations

from collections.abc import AsyncIterator

from gateway.adapters.spool.writer import SpoolWriter
from gateway.model.channel.arrival import Arrival


class SpoolDeposit:
    """gateway.web.draft.deposit.Deposit over the spool writer."""

    def __init__(self, writer: SpoolWriter) -> None:
        self._writer = writer

    async def deposit(self, arrival: Arrival, parts: AsyncIterator[bytes]) -> None:
        """Seal ``parts`` and return when they are on disk. A post already there is not written again."""
        if self._writer.has(arrival.intake_id):
            return
        entry = await self._writer.begin(arrival)
        try:
            async for part in parts:
                await entry.write(part)
            await entry.commit()
        except BaseException:
            entry.abort()
            raise
