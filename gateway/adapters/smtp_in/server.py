"""The listeners, and their shutdown."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gateway.adapters.smtp_in.admission import Admission
from gateway.adapters.smtp_in.channel import LINGER_S
from gateway.adapters.smtp_in.listener import EntropyPool, Listener, silence_aiosmtpd
from gateway.adapters.smtp_in.session import SmtpSession
from gateway.adapters.smtp_in.smtp_settings import SmtpSettings
from gateway.adapters.smtp_in.tls import TlsContexts
from gateway.adapters.spool.writer import SpoolWriter
from gateway.model.channel.peer_prefix import prefix_of
from gateway.ports import Clock, Journal, Metrics
from gateway.stages.smtp import replies

_BACKLOG = 512
_CERTIFICATE_LOOK_S = 30.0
_ACCEPT_PAUSE_S = 0.1


@dataclass(frozen=True, slots=True)
class BoundSocket:
    """A bound socket; ``implicit_tls`` if TLS begins with the first byte (RFC 8314 section 3.3)."""

    socket: socket.socket
    implicit_tls: bool = False


class SmtpServer:
    """The running server."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._servers: list[asyncio.Server] = []
        self._sessions: set[SmtpSession] = set()
        self._refused: set[SmtpSession] = set()  # refused by admission, and not told yet
        self._listeners: tuple[BoundSocket, ...] = ()
        self._tasks: list[asyncio.Task[None]] = []
        self._empty = asyncio.Event()
        self._closing = False

    async def start(self, listeners: Sequence[BoundSocket]) -> None:
        loop = asyncio.get_running_loop()
        self._listeners = tuple(listeners)
        for listener in listeners:
            if listener.implicit_tls:
                listener.socket.listen(_BACKLOG)
                self._tasks.append(loop.create_task(self._accept_tls(loop, listener.socket)))
            else:
                server = await loop.create_server(lambda: self._session(loop), sock=listener.socket, backlog=_BACKLOG)
                self._servers.append(server)
        self._tasks.append(loop.create_task(self._watch_certificates()))

    def _session(self, loop: asyncio.AbstractEventLoop, admitted: bool | None = None) -> SmtpSession:
        session = SmtpSession(self._listener, loop, self._finished, admitted)
        self._sessions.add(session)
        if self._closing:
            session.end(replies.SHUTTING_DOWN)
        return session

    async def _accept_tls(self, loop: asyncio.AbstractEventLoop, listening: socket.socket) -> None:
        """Accept connections that begin with TLS, each with the current certificate."""
        async with asyncio.TaskGroup() as handshakes:
            while True:
                try:
                    connection, address = await loop.sock_accept(listening)
                except OSError:  # too many open files: new connections wait a little longer
                    await asyncio.sleep(_ACCEPT_PAUSE_S)
                    continue
                handshakes.create_task(self._admit(loop, connection, str(address[0])))

    async def _admit(self, loop: asyncio.AbstractEventLoop, connection: socket.socket, peer: str) -> None:
        settings, prefix = self._listener.settings, prefix_of(peer)
        inside = self._listener.gate.enter(prefix, loop.time())
        if not inside and len(self._refused) >= settings.limits.refusals_at_once:
            connection.close()  # 421 can only be said inside TLS, and too many handshakes would cost too much
            return
        session = self._session(loop, admitted=inside)
        if not inside:
            self._refused.add(session)
        try:
            await loop.connect_accepted_socket(
                lambda: session,
                connection,
                ssl=self._listener.tls.current,
                ssl_handshake_timeout=settings.times.handshake_s if inside else LINGER_S,
                ssl_shutdown_timeout=LINGER_S,
            )
        except OSError:  # including ssl.SSLError and TimeoutError: the peer gave up or cannot do TLS 1.2
            connection.close()
        finally:
            if not session.has_begun:
                if inside:
                    self._listener.gate.leave(prefix)
                self._finished(session)

    def _finished(self, session: SmtpSession) -> None:
        self._sessions.discard(session)
        self._refused.discard(session)
        if not self._sessions:
            self._empty.set()

    @property
    def addresses(self) -> list[tuple[str, int]]:
        """Host and port of each listener, in the order they were given."""
        return [listener.socket.getsockname()[:2] for listener in self._listeners]

    @property
    def connections(self) -> int:
        return self._listener.gate.connections

    def reload_certificates(self) -> bool:
        """Load new certificate files now. False if they cannot be used; the old ones stay."""
        return self._listener.tls.reload()

    async def _watch_certificates(self) -> None:
        while True:
            await asyncio.sleep(_CERTIFICATE_LOOK_S)
            self._listener.tls.reload()

    async def close(self) -> None:
        """Stop listening; let messages under way finish; send 421 to everybody else."""
        self._closing = True
        for server in self._servers:
            server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for listener in self._listeners:
            listener.socket.close()
        for session in tuple(self._sessions):
            if not session.is_receiving:
                session.end(replies.SHUTTING_DOWN)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._listener.settings.times.close_grace_s):
                await self._wait_until_empty()
        for session in tuple(self._sessions):
            session.abort()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):
                await self._wait_until_empty()

    async def _wait_until_empty(self) -> None:
        while self._sessions:
            self._empty.clear()
            await self._empty.wait()


async def serve(
    settings: SmtpSettings,
    tls: TlsContexts,
    writer: SpoolWriter,
    clock: Clock,
    *,
    entropy: Callable[[int], bytes],
    listeners: Sequence[BoundSocket],
    journal: Journal,
    metrics: Metrics,
) -> SmtpServer:
    """Listen. ``entropy(n)`` gives n random bytes (secrets.token_bytes); ``listeners`` come from ``bind``."""
    silence_aiosmtpd()
    server = SmtpServer(
        Listener(settings, tls, writer, clock, EntropyPool(entropy).take, Admission(settings.limits), journal, metrics)
    )
    await server.start(listeners)
    return server
