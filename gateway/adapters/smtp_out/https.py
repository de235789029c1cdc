"""One small file over verified HTTPS: for MTA-STS policies, and for nothing else."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import aiohttp

from gateway.adapters.smtp_out.certificates import verifying_context


class HttpsClient:
    """The Https port. ``ca_file`` None: the system's certificate authorities."""

    def __init__(self, ca_file: Path | None = None) -> None:
        self._ca_file = ca_file

    async def get(self, url: str, max_bytes: int, timeout_s: float) -> bytes | None:
        """Return the body of a 200 answer; None for any other answer or failure. Redirects are not followed."""
        if not url.startswith("https://"):
            raise ValueError("https only")
        try:
            context = await asyncio.to_thread(verifying_context, self._ca_file)
            async with asyncio.timeout(timeout_s):
                return await _fetch(url, max_bytes, context)
        except (OSError, aiohttp.ClientError):  # TimeoutError is an OSError
            return None


async def _fetch(url: str, max_bytes: int, context: ssl.SSLContext) -> bytes | None:
    connector = aiohttp.TCPConnector(ssl=context)
    async with (
        aiohttp.ClientSession(connector=connector, auto_decompress=False) as session,
        session.get(url, allow_redirects=False) as answer,  # RFC 8461 section 3.3
    ):
        if answer.status != 200 or answer.content_type != "text/plain":
            return None
        content = bytearray()
        async for chunk in answer.content.iter_chunked(8192):
            content += chunk
            if len(content) > max_bytes:
                return None
        return bytes(content)
