"""When to try a dispatch again, and when to stop and ask a person (RFC 5321 section 4.5.4.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class BackoffPolicy:
    """Waits double from ``first`` to ``longest``; after ``give_up_after`` from its creation a dispatch is held."""

    first: timedelta = timedelta(minutes=1)
    longest: timedelta = timedelta(hours=2)
    give_up_after: timedelta = timedelta(days=2)
    jitter: float = 0.25  # up to this share of the wait is taken off at random


def wait(attempts: int, entropy: float, policy: BackoffPolicy) -> timedelta:
    """Return how long to wait after the ``attempts``-th failure (from 1); ``entropy`` is a random number in [0, 1)."""
    doublings = min(max(attempts - 1, 0), 32)
    whole = min(policy.first * (1 << doublings), policy.longest)
    return whole * (1.0 - policy.jitter * entropy)


def next_attempt(
    now: datetime, created_at: datetime, attempts: int, entropy: float, policy: BackoffPolicy
) -> datetime | None:
    """Return when to try again after the ``attempts``-th failure, or None to give up: hold it, tell a person.

    The last attempt is made when the time is up, not a whole wait earlier.
    """
    give_up_at = created_at + policy.give_up_after
    if now >= give_up_at:
        return None
    return min(now + wait(attempts, entropy, policy), give_up_at)
