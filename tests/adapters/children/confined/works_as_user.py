"""The same works in a child that is an ordinary user's before it is confined, as on a host that separates users."""

from __future__ import annotations

import os

from tests.adapters.children.confined.works import answer

ORDINARY = 54_321

__all__ = ["answer", "warm"]


def warm() -> None:
    """Become an ordinary user."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(ORDINARY)
        os.setuid(ORDINARY)
