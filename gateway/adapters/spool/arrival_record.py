"""The content-free context that the seal of an arrival binds."""

from __future__ import annotations

from gateway.model.channel.arrival import Arrival


def context_of(arrival: Arrival) -> dict[str, str]:
    """Return the content-free context that a seal binds, besides the key id."""
    return {
        "intake_id": str(arrival.intake_id),
        "mailbox": arrival.mailbox.value,
        "kind": arrival.channel.value,
        "received_at": arrival.received_at.isoformat(),
    }
