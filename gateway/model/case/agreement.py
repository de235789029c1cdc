"""What two panels agreed on: who reviews, and how the other is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pydantic import TypeAdapter, ValidationError

from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.ids import PanelId


@dataclass(frozen=True, slots=True)
class Agreement:
    """One agreement, as one of our staff wrote it down. Sealed to the case key; the row holds only its time."""

    reviewing: PanelId  # may be our own
    how_told: ConfidentialText  # how the panel that does not review hears of the outcome
    agreed_by: ConfidentialText  # who agreed, for both panels
    agreed_on: date


_AGREEMENT = TypeAdapter(Agreement)


def pack_agreement(agreement: Agreement) -> ConfidentialBytes:
    """Return the agreement as bytes to be sealed."""
    return ConfidentialBytes(_AGREEMENT.dump_json(agreement))


def unpack_agreement(content: ConfidentialBytes) -> Agreement | None:
    """Read an agreement back; None if it is not one."""
    try:
        return _AGREEMENT.validate_json(content.reveal())
    except ValidationError:
        return None
