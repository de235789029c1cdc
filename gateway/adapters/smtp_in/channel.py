"""The bytes of one SMTP connection: lines in, replies out, TLS, deadlines. It knows no commands.

aiosmtpd's ``SMTP`` is the base. Its reader, its timers, its STARTTLS and its ``push`` are replaced: see
docs/receiving.md, "aiosmtpd is the base".
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import cast

from aiosmtpd.smtp import SMTP, Envelope, Session

from gateway.adapters.smtp_in.listener import Listener
from gateway.model.channel.arrival import Tls
from gateway.stages.smtp import replies
from gateway.stages.smtp.commands import MAX_LINE_BYTES

_HIGH_WATER = 128 * 1024  # unread input bytes; beyond this the peer is made to wait
_LOW_WATER = 32 * 1024
_REPLIES_AT_ONCE = 16 * 1024
LINGER_S = 10.0  # for a final reply that the peer does not read
_LINGER_READ_S = 1.0
_LINGER_BYTES = 1_000_000


class EndSession(Exception):
    """Close the connection after this reply; an empty one if nobody is there to read it."""

    def __init__(self, reply: bytes = b"") -> None:
        super().__init__()
        self.reply = reply


class LineChannel(SMTP):
    """One connection, as bytes."""

    transport: asyncio.Transport | None

    def __init__(self, listener: Listener, loop: asyncio.AbstractEventLoop) -> None:
        # Not SMTP.__init__: it looks through every attribute with inspect.getmembers for each connection. Of its
        # bases only the flow control (pause_writing, resume_writing, _drain_helper) is wanted.
        super(asyncio.StreamReaderProtocol, self).__init__(loop=loop)
        self.loop = loop
        self.listener = listener
        self.transport = None
        self.session = None
        self.envelope = None
        self.peer_address = ""
        self.tls: Tls | None = None
        self.deadline = 0.0
        self._input = bytearray()
        self._output: list[bytes] = []
        self._output_bytes = 0
        self._waiter: asyncio.Future[None] | None = None
        self._watch: asyncio.TimerHandle | None = None
        self._over: bytes | None = None  # the final reply, once the session has to end
        self._no_more = False  # the peer has ended its side
        self._reading_paused = False
        self._in_tls = False
        self._lost: asyncio.Future[None] | None = None

    # What the event loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        peer = transport.get_extra_info("peername")
        self.peer_address = str(peer[0]) if isinstance(peer, tuple) else ""
        if transport.get_extra_info("ssl_object") is not None:  # the implicit TLS port
            self._in_tls = True
            self.tls = _describe(transport)
        self.session = Session(self.loop)
        self.envelope = Envelope()
        self._handler_coroutine = self.loop.create_task(self._handle_client())

    def data_received(self, data: bytes) -> None:
        self._input += data
        if len(self._input) > _HIGH_WATER and not self._reading_paused and self.transport is not None:
            self._reading_paused = True
            self.transport.pause_reading()
        self._wake()

    def eof_received(self) -> bool:
        self._no_more = True
        self._wake()
        return not self._in_tls  # TLS cannot be half-closed; in clear the peer may still read our replies

    def connection_lost(self, error: Exception | None) -> None:
        super(asyncio.StreamReaderProtocol, self).connection_lost(error)
        self.transport = None
        self._no_more = True
        self._over = b""
        self._was_lost()
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    # Deadlines

    def wait_at_most(self, seconds: float) -> None:
        """Set when waiting for the peer ends with 421."""
        self.deadline = self.loop.time() + seconds
        if self._watch is None:
            self._watch = self.loop.call_at(self.deadline, self._look_at_the_clock)
        elif self._watch.when() > self.deadline:
            self._watch.cancel()
            self._watch = self.loop.call_at(self.deadline, self._look_at_the_clock)

    def _look_at_the_clock(self) -> None:
        if self.loop.time() < self.deadline:  # the deadline has moved: check again then
            self._watch = self.loop.call_at(self.deadline, self._look_at_the_clock)
            return
        self._watch = None
        self.end(replies.TIME_OUT)

    def end(self, last_word: bytes) -> None:
        """End the session if it is waiting for its peer. A complete message is still kept and answered."""
        if self._over is None:
            self._over = last_word
        if self._paused and self.transport is not None:  # type: ignore[attr-defined]  # it does not read our replies
            self.transport.abort()
        self._wake()

    # Input

    async def more(self) -> None:
        """Send queued replies, then wait for more input. EndSession if there will be none."""
        await self.flush()
        if self._over is not None:
            raise EndSession(self._over)
        if self._no_more:
            raise EndSession
        await self._wait_for_input()

    async def _wait_for_input(self) -> None:
        if self._reading_paused and len(self._input) < _LOW_WATER and self._is_open:
            self._reading_paused = False
            self.transport.resume_reading()  # type: ignore[union-attr]  # set while connected
        self._waiter = self.loop.create_future()
        await self._waiter
        self._waiter = None

    async def read_line(self) -> bytes:
        """Return the next line without its CRLF, the only accepted line end."""
        while True:
            end = self._input.find(b"\r\n")
            if end > MAX_LINE_BYTES or (end < 0 and len(self._input) > MAX_LINE_BYTES):
                raise EndSession(replies.LINE_TOO_LONG)
            if self._input.find(b"\n", 0, end + 1 if end >= 0 else len(self._input)) >= 0:
                raise EndSession(replies.BARE_LINE_END)
            if end >= 0:
                line = bytes(self._input[:end])
                del self._input[: end + 2]
                return line
            await self.more()

    async def read_some(self, at_most: int | None = None) -> bytes | bytearray:
        """Return what has arrived: at least one octet, at most ``at_most``."""
        while not self._input:
            await self.more()
        if at_most is None or at_most >= len(self._input):
            chunk, self._input = self._input, bytearray()
            return chunk
        part = bytes(self._input[:at_most])
        del self._input[:at_most]
        return part

    def put_back(self, rest: bytes) -> None:
        """Put back what was read too far."""
        self._input[:0] = rest

    async def talks_within(self, seconds: float) -> bool:
        """Say whether the peer sends anything before our greeting."""
        await asyncio.sleep(seconds)
        return self.has_input

    @property
    def has_input(self) -> bool:
        return bool(self._input)

    # Output

    def say(self, reply: bytes) -> None:
        """Queue a reply. Replies to pipelined commands are sent in one write (RFC 2920 section 3.2)."""
        self._output.append(reply)
        self._output_bytes += len(reply)

    def _send(self) -> None:
        if self._output and self._is_open:
            self.transport.write(b"".join(self._output))  # type: ignore[union-attr]  # set while connected
        self._output.clear()
        self._output_bytes = 0

    @property
    def _is_open(self) -> bool:
        return self.transport is not None and not self.transport.is_closing()

    async def flush(self) -> None:
        """Send queued replies. Waits for a peer that does not read."""
        self._send()
        if self._paused:  # type: ignore[attr-defined]  # asyncio's, untyped
            await self._drain_helper()  # type: ignore[attr-defined]  # asyncio's, untyped

    async def flush_if_many(self) -> None:
        if self._output_bytes > _REPLIES_AT_ONCE:
            await self.flush()

    async def push(self, status: str | bytes) -> None:
        """aiosmtpd's way to reply, for the commands that it handles itself."""
        self.say((status.encode("ascii") if isinstance(status, str) else status) + b"\r\n")

    # TLS

    async def begin_tls(self) -> None:
        """Change to TLS. Nothing that came in clear before the handshake is ever taken as if it came after."""
        transport = self.transport
        if transport is None or self._input:  # clear text behind STARTTLS: an injection (RFC 3207 section 4.2)
            raise EndSession
        self._in_tls = True
        try:  # no await between that check and start_tls, which hands the bytes to TLS before it waits
            secured = await self.loop.start_tls(
                transport,
                self,
                self.listener.tls.current,
                server_side=True,
                ssl_handshake_timeout=self.listener.settings.times.handshake_s,
                ssl_shutdown_timeout=LINGER_S,
            )
        except OSError:  # including ssl.SSLError and TimeoutError: the peer gave up or cannot do TLS 1.2
            raise EndSession from None
        if secured is None:  # closed meanwhile
            raise EndSession
        self.transport = secured
        self._reading_paused = False
        self.tls = _describe(secured)

    async def part(self, last_word: bytes, linger: bool = True) -> None:
        """Send the final reply and close.

        What a peer is still sending is read and discarded for a moment: closing on unread input would make the kernel
        send a reset, which destroys a reply that the peer has not read yet. Not for those whom admission refused:
        many of them must not hold on to sockets.
        """
        if self.transport is None:
            return
        if last_word:
            self._output.append(last_word)
        self._send()
        if linger and (last_word not in (b"", replies.GOODBYE) or self._input):
            await self._linger()

    async def _linger(self) -> None:
        if self._is_open and not self._in_tls:
            with contextlib.suppress(OSError):  # the peer has reset the connection already
                self.transport.write_eof()  # type: ignore[union-attr]  # set while connected
        self._over = None
        self.wait_at_most(_LINGER_READ_S)
        thrown_away = len(self._input)
        while self._over is None and not self._no_more and thrown_away < _LINGER_BYTES:
            self._input.clear()
            await self._wait_for_input()
            thrown_away += len(self._input)
        self._input.clear()

    async def let_go(self) -> None:
        """Close the transport and wait until it has ended; one that lingers is dropped after a while."""
        if self._watch is not None:
            self._watch.cancel()
        if self.transport is None:
            return
        self._lost = self.loop.create_future()
        patience = self.loop.call_later(LINGER_S, self._drop)
        self.transport.close()
        await self._lost
        patience.cancel()

    def _drop(self) -> None:
        if self.transport is not None:
            self.transport.abort()
        self._was_lost()

    def _was_lost(self) -> None:
        if self._lost is not None and not self._lost.done():
            self._lost.set_result(None)

    def abort(self) -> None:
        """Close at once, whatever is under way."""
        self.end(b"")
        if self.transport is not None:
            self.transport.abort()


def _describe(transport: asyncio.BaseTransport) -> Tls:
    ssl_object = transport.get_extra_info("ssl_object")
    certificate = ssl_object.getpeercert() or {}
    subject = ", ".join(f"{name}={value}" for part in certificate.get("subject", ()) for name, value in part)
    return Tls(version=ssl_object.version(), cipher=ssl_object.cipher()[0], client_subject=subject or None)
