"""The network that a peer's address belongs to, for limits."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

_REMEMBERED = 10_000


@lru_cache(_REMEMBERED)
def prefix_of(address: str | None) -> str:
    """Return the /24 of an IPv4 address, the /56 of an IPv6 address, or "unknown" for anything else."""
    try:
        ip = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    bits = 24 if ip.version == 4 else 56
    return str(ipaddress.ip_network((ip, bits), strict=False))
