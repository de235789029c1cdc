"""Optional scanners beside the gateway: clamd for malware, rspamd for spam. In memory, over their sockets.

No answer is never "clean": without clamd's the worker holds the message, without rspamd's it does not filter.
``gateway check`` says that their temporary folders must be on tmpfs.
"""

from __future__ import annotations

import asyncio
import json
import struct
from dataclasses import dataclass

from gateway.model.content.confidential import ConfidentialBytes
from gateway.ports import ScanVerdict, Temporary

CLAMD_PORT, RSPAMD_PORT = 3310, 11333
_CHUNK_BYTES = 64 * 1024
_MAX_ANSWER_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Clamd:
    """clamd's INSTREAM command (clamd(8)): on a local socket, or host and port."""

    host: str  # a path beginning with "/" is a local socket
    port: int = CLAMD_PORT
    timeout_s: float = 20.0

    async def begin(self) -> ClamdScan:
        """Begin to scan content that streams by. Never raises: an unreachable clamd gives no verdict."""
        try:
            async with asyncio.timeout(self.timeout_s):
                streams = await _connect(self.host, self.port)
                streams[1].write(b"zINSTREAM\0")
                await streams[1].drain()
        except (OSError, TimeoutError):
            return ClamdScan(None, self.timeout_s)
        return ClamdScan(streams, self.timeout_s)

    async def scan(self, raw: ConfidentialBytes) -> ScanVerdict:
        """Return the verdict. Temporary("clamd") if there was no plain answer: the intake waits and is not "clean"."""
        content = raw.reveal()
        scan = await self.begin()
        for start in range(0, len(content), _CHUNK_BYTES):
            await scan.write(content[start : start + _CHUNK_BYTES])
        verdict = await scan.verdict()
        if verdict is None:
            raise Temporary("clamd")
        return verdict


class ClamdScan:
    """The scan of one piece of content, in chunks."""

    def __init__(self, streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None, timeout_s: float) -> None:
        self._streams = streams
        self._timeout_s = timeout_s

    async def write(self, content: bytes) -> None:
        """Send more of the content. Never raises."""
        if self._streams is None or not content:  # a chunk of length 0 would end the stream
            return
        try:
            async with asyncio.timeout(self._timeout_s):
                self._streams[1].write(struct.pack(">I", len(content)) + content)
                await self._streams[1].drain()
        except (OSError, TimeoutError):
            self._give_up()

    def _give_up(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def verdict(self) -> ScanVerdict | None:
        """End the content and return the verdict; None if there was no plain answer. Never raises."""
        if self._streams is None:
            return None
        reader, writer = self._streams
        try:
            async with asyncio.timeout(self._timeout_s):
                writer.write(struct.pack(">I", 0))
                await writer.drain()
                answer = await reader.readuntil(b"\0")
        except (OSError, TimeoutError, EOFError, asyncio.LimitOverrunError):
            return None
        finally:
            self._give_up()
        if answer == b"stream: OK\0":
            return ScanVerdict.CLEAN
        return ScanVerdict.FLAGGED if answer.startswith(b"stream: ") and answer.endswith(b" FOUND\0") else None


@dataclass(frozen=True, slots=True)
class Rspamd:
    """rspamd's HTTP protocol, POST /checkv2 with the message as the body."""

    host: str
    port: int = RSPAMD_PORT
    timeout_s: float = 10.0

    async def scan(self, raw: ConfidentialBytes) -> ScanVerdict:
        """Return FLAGGED for what rspamd would reject or mark as spam. Temporary("rspamd") without a plain answer.

        Never asked for the secure mailbox: it is not spam-filtered.
        """
        try:
            async with asyncio.timeout(self.timeout_s):
                answer = await self._ask(raw.reveal())
            action = json.loads(answer)["action"]
        except (OSError, TimeoutError, EOFError, ValueError, KeyError, TypeError):
            raise Temporary("rspamd") from None
        if action in ("reject", "rewrite subject", "add header", "soft reject"):
            return ScanVerdict.FLAGGED
        if action in ("no action", "greylist"):
            return ScanVerdict.CLEAN
        raise Temporary("rspamd")

    async def _ask(self, content: bytes) -> bytes:
        reader, writer = await _connect(self.host, self.port)
        try:
            head = f"POST /checkv2 HTTP/1.0\r\nHost: rspamd\r\nContent-Length: {len(content)}\r\n\r\n"
            writer.write(head.encode("ascii"))
            writer.write(content)
            await writer.drain()
            status = await reader.readline()
            if status.split(b" ")[1:2] != [b"200"]:
                raise ValueError("status")
            await reader.readuntil(b"\r\n\r\n")
            answer = await reader.read(_MAX_ANSWER_BYTES)
            while piece := await reader.read(_MAX_ANSWER_BYTES):
                answer += piece
                if len(answer) > _MAX_ANSWER_BYTES:
                    raise ValueError("answer")
            return answer
        finally:
            writer.close()


def address_of(setting: str, port: int) -> tuple[str, int]:
    """Return host and port of a setting: a socket's path, ``HOST`` or ``HOST:PORT``."""
    host, colon, given = setting.rpartition(":")
    return (host, int(given)) if colon and given.isdigit() else (setting, port)


async def _connect(host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if host.startswith("/"):
        return await asyncio.open_unix_connection(host)
    return await asyncio.open_connection(host, port)
