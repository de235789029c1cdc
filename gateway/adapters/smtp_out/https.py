"""Fetch one small file over verified HTTPS: for MTA-STS policies only.

A stranger may have chosen the domain, so the name must not lead into our own networks: only public addresses are
connected to, and the address that was checked is the one used.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from gateway.adapters.smtp_out.certificates import verifying_context
from gateway.ports import DnsStatus, Resolver
from gateway.stages.policies.mta_sts import Fault

MAX_ADDRESSES = 4
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")  # RFC 4291 section 2.4: everything else is not public
_SIX_TO_FOUR = ipaddress.ip_network("2002::/16")  # RFC 3056: an IPv4 address inside


class HttpsClient:
    """The Https port. ``ca_file`` None: the system's certificate authorities.

    ``inward`` allows private and loopback addresses: only if the settings name a test resolver, which is also the only
    reason for another ``port`` than 443.
    """

    def __init__(
        self, resolver: Resolver, ca_file: Path | None = None, *, inward: bool = False, port: int = 443
    ) -> None:
        self._resolver = resolver
        self._ca_file = ca_file
        self._inward = inward
        self._port = port

    async def get(self, url: str, max_bytes: int, timeout_s: float) -> bytes | Fault:
        """Return the body of a 200 answer, or why there is none. Redirects are not followed."""
        parts = urlsplit(url)
        if parts.scheme != "https" or parts.hostname is None or parts.port is not None:
            raise ValueError("https at its own port only")
        try:
            async with asyncio.timeout(timeout_s):
                addresses = await self._addresses(parts.hostname)
                if isinstance(addresses, Fault):
                    return addresses
                context = await asyncio.to_thread(verifying_context, self._ca_file)
                return await _fetch(url, max_bytes, context, _Checked(addresses, self._port))
        except TimeoutError:
            return Fault.TIME
        except (OSError, aiohttp.ClientError) as error:
            return Fault.CERTIFICATE if isinstance(error, ssl.CertificateError) else Fault.CONNECTION

    async def _addresses(self, host: str) -> tuple[str, ...] | Fault:
        answers = [await self._resolver.query(host, kind) for kind in ("A", "AAAA")]
        found = [record for answer in answers for record in answer.records]
        if not found:
            failed = any(answer.status is DnsStatus.TEMPORARY for answer in answers)
            return Fault.DNS if failed else Fault.NO_ADDRESS
        usable = [record for record in found if self._inward or is_public(record)]
        return tuple(usable[:MAX_ADDRESSES]) if usable else Fault.ADDRESS_NOT_PUBLIC


def is_public(address: str) -> bool:
    """Say whether an address is public (RFC 6890 registries)."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if not parsed.is_global or parsed.is_multicast or parsed.is_reserved:
        return False
    return parsed.version == 4 or (parsed in _GLOBAL_UNICAST and parsed not in _SIX_TO_FOUR)


class _Checked(AbstractResolver):
    """Gives aiohttp the addresses that were checked: asking again could return others (DNS rebinding)."""

    def __init__(self, addresses: tuple[str, ...], port: int) -> None:
        self._addresses = addresses
        self._port = port

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=self._port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for address in self._addresses
        ]

    async def close(self) -> None:
        return None


async def _fetch(url: str, max_bytes: int, context: ssl.SSLContext, resolver: AbstractResolver) -> bytes | Fault:
    connector = aiohttp.TCPConnector(ssl=context, resolver=resolver, use_dns_cache=False)
    async with (
        aiohttp.ClientSession(connector=connector, auto_decompress=False) as session,
        session.get(url, allow_redirects=False) as answer,  # RFC 8461 section 3.3
    ):
        if answer.status != 200:
            return Fault.REDIRECT if 300 <= answer.status < 400 else Fault.STATUS
        if answer.content_type != "text/plain":
            return Fault.CONTENT_TYPE
        content = bytearray()
        async for chunk in answer.content.iter_chunked(8192):
            content += chunk
            if len(content) > max_bytes:
                return Fault.TOO_LARGE
        return bytes(content)
