"""What every session of one listener shares."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from gateway.adapters.smtp_in.gate import Gate
from gateway.adapters.smtp_in.settings import SmtpSettings
from gateway.adapters.smtp_in.tls import TlsContexts
from gateway.adapters.spool_writer import SpoolWriter
from gateway.ports import Clock, Journal, Metrics


@dataclass(frozen=True, slots=True)
class House:
    """The parts that sessions use."""

    settings: SmtpSettings
    tls: TlsContexts
    writer: SpoolWriter
    clock: Clock
    entropy: Callable[[int], bytes]
    gate: Gate
    journal: Journal
    metrics: Metrics


def silence_aiosmtpd() -> None:
    """Cap aiosmtpd's logger: it writes envelopes at INFO and every line of a message at DEBUG.

    In code, so that no logging configuration can turn it on.
    """
    for name in ("mail.log", "mail.debug"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = False
        logger.disabled = True
        logger.setLevel(logging.CRITICAL + 1)
