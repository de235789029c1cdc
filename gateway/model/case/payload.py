"""What waits to leave, as it is sealed to the outbox key."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter

from gateway.model.content import framing
from gateway.model.content.confidential import NOTHING, ConfidentialBytes, ConfidentialText
from gateway.model.ids import PanelId


@dataclass(frozen=True, slots=True)
class Payload:
    """One outgoing message before encryption, or as it will be sent if it holds nothing confidential.

    ``panel`` set: the content is the inner entity, to be encrypted to that panel's pinned key when it leaves, and
    the address comes from the register then. ``panel`` None: the content is the whole RFC 5322 message.
    """

    reverse_path: str  # "" is the null reverse-path of automatic mail
    forward_path: ConfidentialText  # "" where ``panel`` is set
    panel: PanelId | None = None
    subject: ConfidentialText = NOTHING  # the real subject, inside the encryption


_PAYLOAD = TypeAdapter(Payload)


def pack_payload(payload: Payload, content: ConfidentialBytes) -> ConfidentialBytes:
    """Return the bytes to be sealed to the outbox key."""
    return ConfidentialBytes(framing.prefix(_PAYLOAD.dump_json(payload)) + content.reveal())


def unpack_payload(sealed: ConfidentialBytes) -> tuple[Payload, ConfidentialBytes]:
    """Return the payload's description and its content."""
    description, content = framing.split(sealed.reveal())
    return _PAYLOAD.validate_json(description), ConfidentialBytes(content)
