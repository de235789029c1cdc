"""Time and entropy from the operating system."""

from __future__ import annotations

import os
import secrets
from datetime import UTC, datetime
from pathlib import Path


class SystemClock:
    """ports.Clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def entropy(count: int) -> bytes:
    """Return ``count`` cryptographically random bytes."""
    return secrets.token_bytes(count)


def free_bytes(folder: Path) -> int:
    """Return how much a process without privileges may still write on the disk of ``folder``."""
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize
