"""The arrival as it travels sealed: JSON in front of the content, and the context that the seal binds."""

from __future__ import annotations

from pydantic import TypeAdapter

from gateway.model.arrival import Arrival

_ARRIVAL = TypeAdapter(Arrival)


def dump_arrival(arrival: Arrival) -> bytes:
    """Return the JSON of an arrival. It holds addresses: seal it."""
    return _ARRIVAL.dump_json(arrival)


def load_arrival(encoded: bytes) -> Arrival:
    """Read an arrival back. ValueError (pydantic's) if it is not one."""
    return _ARRIVAL.validate_json(encoded)


def context_of(arrival: Arrival) -> dict[str, str]:
    """Return the content-free context that a seal binds, besides the key id."""
    return {
        "intake_id": str(arrival.intake_id),
        "mailbox": arrival.mailbox.value,
        "kind": arrival.channel.value,
        "received_at": arrival.received_at.isoformat(),
    }
