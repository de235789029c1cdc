"""When a person must be told that a key is about to expire."""

from __future__ import annotations

from datetime import datetime

WARN_DAYS = (60, 30, 14, 7, 1)


def days_left(expires_at: datetime | None, now: datetime) -> int | None:
    """Return whole days until a key expires, below 0 once it has; None if it never does."""
    return (expires_at - now).days if expires_at is not None else None


def warning(left: int | None) -> int | None:
    """Return the nearest of the warning days that has been reached (0 once expired), or None."""
    if left is None:
        return None
    if left < 0:
        return 0
    return min((day for day in WARN_DAYS if left <= day), default=None)
