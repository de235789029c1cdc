"""The published JSON schemas, made from the models that read and write: docs/schema/ holds them."""

from __future__ import annotations

from typing import Any

from gateway.stages.transfer.manifest import Manifest, Strict
from gateway.stages.transfer.receipt import Receipt
from gateway.stages.transfer.record import TransferRecord, TransferRecord1

PUBLISHED: dict[str, tuple[str, type[Strict]]] = {
    "notification-1.json": ("urn:cdop-gateway:notification:1", TransferRecord1),
    "notification-2.json": ("urn:cdop-gateway:notification:2", TransferRecord),
    "manifest-1.json": ("urn:cdop-gateway:manifest:1", Manifest),
    "receipt-1.json": ("urn:cdop-gateway:receipt:1", Receipt),
}


def published(name: str) -> dict[str, Any]:
    """Return one schema: JSON Schema, draft 2020-12. A change that a reader would notice gets a new number."""
    identifier, model = PUBLISHED[name]
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": identifier}
    return head | model.model_json_schema(by_alias=True)
