"""Malware scanning of uploads by clamd, while they stream. What could not be scanned is "failed", never "clean"."""

from __future__ import annotations

import asyncio
import logging
import struct
from dataclasses import dataclass
from typing import Protocol

log = logging.getLogger(__name__)

CLEAN, MALWARE, FAILED, NOT_CONFIGURED = "clean", "malware", "failed", ""
_MAX_REPLY = 4096


class Scan(Protocol):
    """The scan of one file."""

    async def write(self, content: bytes) -> None: ...

    async def result(self) -> str:
        """Return "clean", "malware", "failed", or "" where no scanner is configured. Never raises."""
        ...


class Scanner(Protocol):
    async def begin(self) -> Scan:
        """Begin the scan of one file. Never raises."""
        ...


class NoScan:
    """The scan where none is configured."""

    async def write(self, content: bytes) -> None:
        return None

    async def result(self) -> str:
        return NOT_CONFIGURED


class NoScanner:
    """No scanner is configured."""

    async def begin(self) -> Scan:
        return NoScan()


@dataclass(frozen=True, slots=True)
class Clamd:
    """A clamd on a Unix socket (``path``) or on ``host`` and ``port``. Protocol: clamd(8), INSTREAM."""

    path: str = ""
    host: str = "127.0.0.1"
    port: int = 3310
    timeout_s: float = 20.0

    async def begin(self) -> Scan:
        """Connect and start an INSTREAM session."""
        try:
            async with asyncio.timeout(self.timeout_s):
                if self.path:
                    reader, writer = await asyncio.open_unix_connection(self.path)
                else:
                    reader, writer = await asyncio.open_connection(self.host, self.port)
                writer.write(b"zINSTREAM\0")
                await writer.drain()
        except (OSError, TimeoutError):
            log.error("scanner_unreachable")  # noqa: TRY400  no traceback: a constant event is enough
            return _Failed()
        return _Stream(reader, writer, self.timeout_s)


class _Failed:
    async def write(self, content: bytes) -> None:
        return None

    async def result(self) -> str:
        return FAILED


class _Stream:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, timeout_s: float) -> None:
        self._reader, self._writer, self._timeout_s = reader, writer, timeout_s
        self._broken = False

    async def write(self, content: bytes) -> None:
        if self._broken or not content:
            return
        try:
            async with asyncio.timeout(self._timeout_s):
                self._writer.write(struct.pack(">I", len(content)) + content)
                await self._writer.drain()
        except (OSError, TimeoutError):
            self._broken = True

    async def result(self) -> str:
        try:
            async with asyncio.timeout(self._timeout_s):
                if not self._broken:
                    self._writer.write(struct.pack(">I", 0))
                    await self._writer.drain()
                reply = await self._reader.readuntil(b"\0")
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return FAILED
        finally:
            self._writer.close()
        if reply == b"stream: OK\0" and not self._broken:
            return CLEAN
        return MALWARE if reply.endswith(b" FOUND\0") else FAILED
