"""What every session of one listener shares."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from gateway.adapters.smtp_in.admission import Admission
from gateway.adapters.smtp_in.smtp_settings import SmtpSettings
from gateway.adapters.smtp_in.tls import TlsContexts
from gateway.adapters.spool.writer import SpoolWriter
from gateway.ports import Clock, Journal, Metrics

_PAGE_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Listener:
    """The parts that sessions use."""

    settings: SmtpSettings
    tls: TlsContexts
    writer: SpoolWriter
    clock: Clock
    entropy: Callable[[int], bytes]
    gate: Admission
    journal: Journal
    metrics: Metrics


def silence_aiosmtpd() -> None:
    """Silence aiosmtpd's logger: it writes envelopes at INFO and every line of a message at DEBUG.

    In code, so that no logging configuration can turn it on.
    """
    for name in ("mail.log", "mail.debug"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = False
        logger.disabled = True
        logger.setLevel(logging.CRITICAL + 1)


class EntropyPool:
    """Hands out random bytes, each once, and asks the system for a page at a time: a call for each id costs more."""

    def __init__(self, entropy: Callable[[int], bytes]) -> None:
        self._entropy = entropy
        self._waiting = b""
        self._at = 0

    def take(self, count: int) -> bytes:
        """Return ``count`` random bytes that nobody else gets."""
        if self._at + count > len(self._waiting):
            self._waiting, self._at = self._entropy(max(_PAGE_BYTES, count)), 0
        taken = self._waiting[self._at : self._at + count]
        self._at += count
        return taken
