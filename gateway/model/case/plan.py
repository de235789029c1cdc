"""Effects as data. ``decide`` returns a Plan; the worker seals it into a Move; the store commits the Move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.model.ids import Fingerprint, PanelId
from gateway.model.kinds import DispatchKind, HeldReason, IntakeKind, IntakeState

TO_GENERAL_INBOX = "general_inbox"
TO_SENDER = "sender"
TO_OPERATOR = "operator"


def to_panel(panel: PanelId) -> str:
    """Return the receiver word of a panel, as the dispatch row keeps it: ``panel:oxfordshire``."""
    return f"panel:{panel}"


@dataclass(frozen=True, slots=True)
class PlannedDispatch:
    """One outgoing message that a decision asks for."""

    kind: DispatchKind
    to: str  # "panel:ID", "general_inbox", "sender", "operator"
    template: str = ""  # which text of config/texts, where it is a fixed one
    values: Mapping[str, str] = field(default_factory=dict)  # content-free values of the template
    encrypted_to: tuple[Fingerprint, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done with one intake."""

    kind: IntakeKind
    state: IntakeState  # decided, held or closed
    held_reason: HeldReason | None = None
    near_miss: bool = False  # confidential content came by an unsafe way
    opens_case: bool = False
    dispatches: tuple[PlannedDispatch, ...] = ()

    @property
    def moves(self) -> tuple[str, ...]:
        """The plan in words for ``explain``: the wire values of what would be done."""
        words = [self.state.value]
        if self.opens_case:
            words.append("open_case")
        if self.near_miss:
            words.append("record_near_miss")
        words.extend(f"{planned.kind.value}:{planned.to}" for planned in self.dispatches)
        return tuple(words)
