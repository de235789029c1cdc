"""Time and entropy from the operating system."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime


class SystemClock:
    """ports.Clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def entropy(count: int) -> bytes:
    """Return ``count`` cryptographically random bytes."""
    return secrets.token_bytes(count)
