"""What every step of the worker is handed: ports, and nothing that could be reached around them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from gateway.model.ids import ENTROPY_BYTES
from gateway.model.office.office import Office
from gateway.ports import BlobOpener, BlobSealer, Clock, Journal, Metrics, Spool, Store


@dataclass(frozen=True, slots=True)
class Patience:
    """How often, and how long, before a person is asked."""

    max_attempts: int = 5
    retry: timedelta = timedelta(seconds=30)  # doubled with each attempt
    alarm_repeat: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Tools:
    """The worker's ports."""

    store: Store
    spool: Spool
    clock: Clock
    entropy: Callable[[int], bytes]  # cryptographic randomness, so many bytes
    case_blobs: BlobSealer  # to the case key: staff read, the worker cannot
    work_blobs: BlobSealer  # to the seal key: the worker itself reads again
    outbox_blobs: BlobSealer  # to the outbox key
    opener: BlobOpener  # seal and outbox private keys
    metrics: Metrics
    journal: Journal
    office: Office
    patience: Patience = Patience()

    def draw(self) -> bytes:
        """Return the entropy that one identifier takes."""
        return self.entropy(ENTROPY_BYTES)
