"""What every role does at its start and its end."""

from __future__ import annotations

import asyncio
import resource
import signal
import sys
from pathlib import Path

from gateway.adapters.config.settings import Settings
from gateway.adapters.journal import LogJournal
from gateway.adapters.privileges import drop


def stop_event() -> asyncio.Event:
    """Return an event that SIGTERM and SIGINT set: finish the step in hand, then end."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    return stopping


def become(settings: Settings, role: str, journal: LogJournal) -> None:
    """Drop to the role's user where configured, say which it is, and allow no core file: it would hold content."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sentence = drop(settings.users, role)
    journal.event("role_user", kind=role, state="separated" if "only its own" in sentence else "not_separated")
    print(f"gateway {sentence}", file=sys.stderr, flush=True)


def text_dirs(root: Path, packaged: Path) -> tuple[Path, ...]:
    """Return the folders of texts, the packaged defaults first, what overrides them after."""
    return (packaged / "texts", root / "config" / "texts")
