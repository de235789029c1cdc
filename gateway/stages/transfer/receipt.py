"""The receipt of a transfer: signed by the taker, tied to the hash of what was taken."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, ValidationError

from gateway.model.ids import PanelId
from gateway.stages.transfer.manifest import Manifest, PanelName, Sha256, Strict, content_hash, repeats_a_name

SCHEMA: Literal["urn:cdop-gateway:receipt:1"] = "urn:cdop-gateway:receipt:1"
NAME = "receipt.json"
SUBJECT = "Receipt of a transfer"
MAX_RECEIPT_BYTES = 8 << 10


class Receipt(Strict):
    """What receipt.json holds. ``sender`` is who took the case in; ``receiver`` is who had sent it."""

    schema_: Annotated[Literal["urn:cdop-gateway:receipt:1"], Field(alias="schema")]
    sender: Annotated[PanelName, Field(alias="from")]
    receiver: Annotated[PanelName, Field(alias="to")]
    transfer: UUID
    manifest_sha256: Sha256
    time: AwareDatetime
    reference: Annotated[str, Field(pattern=r"^[A-Z0-9]{4,20}$")]  # the taker's, to quote on the telephone


def make(manifest: Manifest, manifest_bytes: bytes, now: datetime, reference: str) -> Receipt:
    """Return the receipt of a manifest's transfer."""
    return Receipt(
        **{"schema": SCHEMA, "from": manifest.receiver, "to": manifest.sender},
        transfer=manifest.transfer,
        manifest_sha256=content_hash(manifest_bytes),
        time=now.astimezone(UTC).replace(microsecond=0),
        reference=reference,
    )


def write(receipt: Receipt) -> bytes:
    return json.dumps(receipt.model_dump(mode="json", by_alias=True), sort_keys=True, indent=1).encode() + b"\n"


def read(content: bytes, signer: PanelId, own: PanelId) -> Receipt | None:
    """Read a receipt that came signed by ``signer``; None unless it is one from them to us.

    The caller compares ``manifest_sha256`` with the hash of what it sent.
    """
    if len(content) > MAX_RECEIPT_BYTES or repeats_a_name(content):
        return None
    try:
        receipt = Receipt.model_validate_json(content)
    except ValidationError:
        return None
    return receipt if receipt.sender == signer and receipt.receiver == own else None


def text(receipt: Receipt) -> str:
    """Return the text that accompanies the receipt."""
    return (
        f"We have taken in what you sent (transfer {receipt.transfer}).\n"
        f"Our reference is {receipt.reference}. This receipt is signed and holds the hash of what we got.\n"
        "It says that the transfer has arrived. Who reviews is still to be agreed between us.\n"
    )
