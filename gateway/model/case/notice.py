"""What the worker tells intake about a reference: its state and nothing of its content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NoticeState(StrEnum):
    """How far a notification has come."""

    RECEIVED = "received"
    WITH_PANEL = "with_panel"
    ACKNOWLEDGED = "acknowledged"


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice. ``panel`` is the name of the panel that has it, once that is settled."""

    state: NoticeState
    panel: str | None
    at: datetime
