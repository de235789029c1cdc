"""A load of our own: each session is a forked process that speaks SMTP over a blocking socket."""

from __future__ import annotations

import json
import os
import random
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

FORWARD_PATH = b"cdop@panel.example"


@dataclass(frozen=True, slots=True)
class Load:
    """What to send."""

    sessions: int = 20
    messages: int = 2000  # by all sessions together
    size: int = 10_000
    starttls: bool = False
    reuse: bool = False  # one connection for all messages of a session
    per_second: float = 0.0  # by all sessions together; 0: as fast as it goes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it. Latencies are seconds from the end of data to the 250, sorted."""

    seconds: float
    messages: int
    latencies: tuple[float, ...]

    @property
    def rate(self) -> float:
        return self.messages / self.seconds

    def quantile(self, part: float) -> float:
        return self.latencies[min(len(self.latencies) - 1, int(len(self.latencies) * part))]


def content_of(size: int) -> bytes:
    line = b"An invented line of text that is seventy-six octets long, for the bench...\r\n"
    head = b"From: gp@surgery.example\r\nTo: cdop@panel.example\r\nSubject: bench\r\n\r\n"
    return (head + line * (size // len(line) + 1))[: size - 2] + b"\r\n"


class _Session:
    def __init__(self, port: int, context: ssl.SSLContext | None) -> None:
        self._port = port
        self._context = context
        self._socket: socket.socket | None = None

    def connect(self) -> socket.socket:
        peer = socket.create_connection(("127.0.0.1", self._port), timeout=120)
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _expect(peer, b"220")
        _say(peer, b"EHLO load.example\r\n", b"250")
        if self._context is not None:
            _say(peer, b"STARTTLS\r\n", b"220")
            peer = self._context.wrap_socket(peer)
            _say(peer, b"EHLO load.example\r\n", b"250")
        return peer

    def send(self, content: bytes, reuse: bool) -> float:
        peer = self._socket or self.connect()
        _say(peer, b"MAIL FROM:<gp@surgery.example>\r\n", b"250")
        _say(peer, b"RCPT TO:<" + FORWARD_PATH + b">\r\n", b"250")
        _say(peer, b"DATA\r\n", b"354")
        peer.sendall(content)
        began = time.perf_counter()
        _say(peer, b".\r\n", b"250")
        taken = time.perf_counter() - began
        if reuse:
            self._socket = peer
        else:
            _say(peer, b"QUIT\r\n", b"221")
            peer.close()
        return taken


def _say(peer: socket.socket, octets: bytes, code: bytes) -> None:
    peer.sendall(octets)
    _expect(peer, code)


def _expect(peer: socket.socket, code: bytes) -> None:
    reply = b""
    while not reply.endswith(b"\n") or reply.splitlines()[-1][3:4] == b"-":
        got = peer.recv(4096)
        if not got:
            raise RuntimeError("connection closed")
        reply += got
    if not reply.startswith(code):
        raise RuntimeError(f"wanted {code!r}, got {reply!r}")


def _work(port: int, load: Load, count: int) -> list[float]:
    context = None
    if load.starttls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    session = _Session(port, context)
    content = content_of(load.size)
    return [session.send(content, load.reuse) for _ in _paced(count, load)]


def _paced(count: int, load: Load) -> Iterator[int]:
    """Count, each number at its time: whoever is late does not wait, so a slow server does not lower the load."""
    pause = load.sessions / load.per_second if load.per_second else 0.0
    due = time.monotonic() + random.uniform(0, pause)
    for number in range(count):
        time.sleep(max(0.0, due - time.monotonic()))
        due += pause
        yield number


def run_load(port: int, load: Load, sample: Callable[[], None] | None = None) -> Outcome:
    """Send the load and wait for its end. ``sample`` is called now and then meanwhile."""
    share = load.messages // load.sessions
    began = time.perf_counter()
    readers = []
    for _ in range(load.sessions):
        read_end, write_end = os.pipe()
        if os.fork() == 0:
            try:
                os.write(write_end, json.dumps(_work(port, load, share)).encode())
            finally:
                os._exit(0)
        os.close(write_end)
        readers.append(read_end)
    latencies: list[float] = []
    if sample is not None:
        while os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            sample()
            time.sleep(0.05)
    for read_end in readers:
        with os.fdopen(read_end, "rb") as stream:
            latencies += json.loads(stream.read() or b"[]")
    seconds = time.perf_counter() - began
    for _ in readers:
        os.wait()
    if len(latencies) != share * load.sessions:
        raise RuntimeError("messages were lost on the way in")
    return Outcome(seconds, len(latencies), tuple(sorted(latencies)))
