"""One message on its way to disk, for each of its mailboxes. 250 only when every copy is durable."""

from __future__ import annotations

import asyncio

from gateway.adapters.smtp_in.listener import Listener
from gateway.adapters.spool.writer import SpoolEntry
from gateway.model.channel.arrival import Arrival
from gateway.ports import Temporary
from gateway.stages.smtp import replies

_IN_MEMORY_BYTES = 128 * 1024  # a message up to this size is written in one piece, a longer one as it arrives
_BLOCK_BYTES = 512 * 1024  # of a longer one: while one block is written, one more may come in
_MANY_PIECES = 64


class Keeping:
    """Takes content piece by piece. A failure is remembered, because the content must still be read to its end."""

    def __init__(self, listener: Listener, arrivals: tuple[Arrival, ...]) -> None:
        self._listener = listener
        self._arrivals = arrivals
        self._pieces: list[bytes] = []
        self._waiting_bytes = 0
        self._entries: list[SpoolEntry] = []
        self._writing: asyncio.Task[None] | None = None
        self.received_bytes = 0
        self.refusal: bytes | None = None

    async def add(self, piece: bytes) -> None:
        """Take a piece of content."""
        self.received_bytes += len(piece)
        if self.refusal is not None:
            return
        if self.received_bytes > self._listener.settings.limits.max_bytes:
            self.refuse(replies.TOO_BIG)
            return
        self._pieces.append(piece)
        if len(self._pieces) > _MANY_PIECES:  # a sender that trickles: an object for each octet would cost fifty
            self._pieces = [b"".join(self._pieces)]
        self._waiting_bytes += len(piece)
        if self._waiting_bytes > (_BLOCK_BYTES if self._entries else _IN_MEMORY_BYTES):
            await self._guard(self._spill())

    async def finish(self) -> bytes:
        """Make the message durable; return the reply."""
        if self.refusal is None:
            await self._guard(self._commit())
        if self.refusal is not None:
            return self.refusal
        first = self._arrivals[0]
        for arrival in self._arrivals:
            self._listener.journal.event(
                "smtp_kept",
                intake_id=str(arrival.intake_id),
                mailbox=arrival.mailbox.value,
                size_bytes=self.received_bytes,
            )
            self._listener.metrics.count("intake_kept", channel="smtp", mailbox=arrival.mailbox.value)
        return replies.taken(str(first.intake_id))

    def _failed(self, code: str) -> None:
        self._listener.journal.event("smtp_not_kept", code=code)
        self._listener.metrics.count("intake_not_kept", channel="smtp", code=code)
        self.refuse(replies.LOCAL_ERROR)

    def refuse(self, reply: bytes) -> None:
        """Abandon the message: nothing was promised."""
        self.refusal = reply
        self.abandon()

    def abandon(self) -> None:
        if self._writing is not None:
            self._writing.add_done_callback(_heard)
            self._writing = None
        for entry in self._entries:
            entry.abort()
        self._entries.clear()
        self._pieces.clear()

    async def _spill(self) -> None:
        if not self._entries:
            for arrival in self._arrivals:
                self._entries.append(await self._listener.writer.begin(arrival))
        await self._written()
        block = b"".join(self._pieces)
        self._pieces.clear()
        self._waiting_bytes = 0
        self._writing = asyncio.create_task(_write(tuple(self._entries), block))

    async def _written(self) -> None:
        """Wait for the previous block and check how it went."""
        writing, self._writing = self._writing, None
        if writing is not None:
            await writing

    async def _commit(self) -> None:
        if not self._entries:
            await self._listener.writer.keep(self._arrivals, self._pieces)
            return
        await self._spill()
        await self._written()
        for entry in self._entries:
            await entry.commit()

    async def _guard(self, step: object) -> None:
        """Run one disk operation. Whatever goes wrong, the peer gets 451 and keeps the message."""
        try:
            async with asyncio.timeout(self._listener.settings.times.disk_s):
                await step  # type: ignore[misc]  # a coroutine of ours
        except Temporary as error:
            self._failed(error.code)
        except TimeoutError:
            self._failed("disk_slow")
        except Exception as error:  # last resort: an unforeseen fault must become 451, never a lost message
            self._failed(type(error).__name__)


async def _write(entries: tuple[SpoolEntry, ...], block: bytes) -> None:
    for entry in entries:
        await entry.write(block)


def _heard(writing: asyncio.Task[None]) -> None:
    """The message was abandoned: the fate of its last block does not matter, but its fault must be retrieved."""
    if not writing.cancelled():
        writing.exception()
