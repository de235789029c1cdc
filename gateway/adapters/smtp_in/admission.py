"""Count connections: in all, by address prefix, and new ones a minute. Full means 421, never silence."""

from __future__ import annotations

from collections import Counter

from gateway.adapters.smtp_in.smtp_settings import SmtpLimits

_MAX_PREFIXES = 10_000  # remembered; if more connect in one minute, counting restarts for all
_MINUTE_S = 60.0


class Admission:
    """Who is connected. ``enter`` and ``leave`` come in pairs; so do ``begin_message`` and ``end_message``."""

    def __init__(self, limits: SmtpLimits) -> None:
        self._limits = limits
        self._inside: Counter[str] = Counter()
        self._new: Counter[str] = Counter()
        self._minute = float("-inf")
        self.connections = 0
        self.messages = 0

    def enter(self, prefix: str, now: float) -> bool:
        """Admit one connection, or return False. ``now`` is in monotonic seconds."""
        if now - self._minute >= _MINUTE_S or len(self._new) > _MAX_PREFIXES:
            self._minute = now
            self._new.clear()
        self._new[prefix] += 1
        limits = self._limits
        if (
            self.connections >= limits.connections_in_all
            or self._inside[prefix] >= limits.connections_per_prefix
            or self._new[prefix] > limits.new_connections_per_prefix_a_minute
        ):
            return False
        self.connections += 1
        self._inside[prefix] += 1
        return True

    def leave(self, prefix: str) -> None:
        self.connections -= 1
        self._inside[prefix] -= 1
        if not self._inside[prefix]:
            del self._inside[prefix]

    @property
    def is_full(self) -> bool:
        """True while no more messages may begin."""
        return self.messages >= self._limits.messages_at_once

    def begin_message(self) -> bool:
        """Count a message whose content begins, or return False."""
        if self.is_full:
            return False
        self.messages += 1
        return True

    def end_message(self) -> None:
        self.messages -= 1
