"""What ``gateway check`` says of the confined children: which walls this system does not put up."""

from __future__ import annotations

import asyncio

from gateway.adapters.children.confined.pool import ConfinedPool
from gateway.adapters.children.mime_pool import WORK

MISSING = {
    "user": "children that read what strangers wrote stay root: this system does not let them give it up",
    "network": "children that read what strangers wrote have no network of their own, and no list of system calls",
    "system_calls": "children that read what strangers wrote may make every system call: they could signal or trace",
}
MENDED = {
    "user": "do not start as root without CAP_SETUID and CAP_SETGID: set [users], or start each role as its own user",
    "network": "install libseccomp2 (Debian), and allow seccomp where a container forbids it",
    "system_calls": "install libseccomp2 (Debian), and allow seccomp where a container forbids it",
}
NO_CHILD = "a confined child does not start"


def unconfined() -> tuple[tuple[str, str], ...]:
    """Start one child and return what it lacks, each with how to mend it."""
    missing = asyncio.run(_missing())
    if missing is None:
        return ((NO_CHILD, "run it as the worker's user: python -c 'import gateway.adapters.children.mime_child'"),)
    return tuple((MISSING[wall], MENDED[wall]) for wall in missing)


async def _missing() -> tuple[str, ...] | None:
    pool = ConfinedPool(WORK, children=1)
    try:
        async with pool:
            return pool.not_confined
    except (OSError, EOFError, TimeoutError):
        return None
