"""What staff and the worker are told about one key in use. Holds nothing secret."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gateway.model.ids import Fingerprint


@dataclass(frozen=True, slots=True)
class KeyReport:
    """One key. ``trouble`` is "" if it can be used, else the reason as a code."""

    owner: str  # a panel id, or "own"
    fingerprint: Fingerprint
    strength: str  # "cv25519", "rsa3072"
    expires_at: datetime | None  # the earliest of what sending needs; None: never
    trouble: str = ""
    tried_at: datetime | None = None  # when something was last encrypted to it as a trial
