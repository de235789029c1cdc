"""The transfer manifest: what is sent from whom to whom, tied together by hashes.

Every message of a transfer holds the same bytes of it, and is signed. It names sender and receiver, so a signed message
cannot be passed on as if it had been meant for another panel.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from gateway.model.case.transfer_kind import TransferKind
from gateway.model.ids import PanelId
from gateway.stages.transfer.files import File

SCHEMA: Literal["urn:cdop-gateway:manifest:1"] = "urn:cdop-gateway:manifest:1"
NAME = "manifest.json"
MAX_MANIFEST_BYTES = 1 << 20
MAX_AHEAD = timedelta(hours=1)  # clocks differ
MAX_AGE = timedelta(days=60)

PanelName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Strict(BaseModel):
    """Outside data: nothing extra, nothing converted, and no value repeated in an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Listed(Strict):
    """One file of the transfer. ``message`` says in which of its messages it is, from 1."""

    name: Annotated[str, Field(min_length=1, max_length=140)]
    bytes: Annotated[int, Field(ge=0, le=1 << 31)]
    sha256: Sha256
    message: Annotated[int, Field(ge=1, le=999)]
    piece_of: Annotated[str, Field(min_length=1, max_length=140)] | None = None  # a piece of a larger file


class Manifest(Strict):
    """The whole transfer. ``case`` is the sender's case; ``sequence`` counts the hand-overs of it."""

    schema_: Annotated[Literal["urn:cdop-gateway:manifest:1"], Field(alias="schema")]
    kind: TransferKind
    sender: Annotated[PanelName, Field(alias="from")]
    receiver: Annotated[PanelName, Field(alias="to")]
    transfer: UUID  # unique; a transfer is taken in once
    case: UUID
    sequence: Annotated[int, Field(ge=1, le=10_000)]
    time: AwareDatetime
    messages: Annotated[int, Field(ge=1, le=999)]
    files: Annotated[tuple[Listed, ...], Field(max_length=2000)]
    # Earlier packings of the same case, too large for the receiver's server: nothing more of them is awaited.
    replaces: Annotated[tuple[UUID, ...], Field(max_length=20)] | None = None


class ManifestRefusal(StrEnum):
    """Why a manifest does not count."""

    UNREADABLE = "unreadable"
    WRONG_SENDER = "wrong_sender"
    WRONG_RECEIVER = "wrong_receiver"
    WRONG_TIME = "wrong_time"


def listed(messages: Sequence[Sequence[File]]) -> tuple[Listed, ...]:
    """Return the list of files of all messages, hashed."""
    return tuple(
        Listed(
            name=file.name.reveal(),
            bytes=len(file.content.reveal()),
            sha256=sha256(file),
            message=number,
            piece_of=file.piece_of.reveal() if file.piece_of is not None else None,
        )
        for number, files in enumerate(messages, start=1)
        for file in files
    )


def sha256(file: File) -> str:
    return hashlib.sha256(file.content.reveal()).hexdigest()


def write(manifest: Manifest) -> bytes:
    """Return the manifest's canonical bytes: their hash identifies the whole transfer."""
    content = manifest.model_dump(mode="json", by_alias=True, exclude_none=True)
    content["time"] = manifest.time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"


def content_hash(manifest_bytes: bytes) -> str:
    """Return the SHA-256 that a receipt is tied to."""
    return hashlib.sha256(manifest_bytes).hexdigest()


def read(content: bytes, signer: PanelId, own: PanelId, now: datetime) -> Manifest | ManifestRefusal:
    """Read a manifest that came in a message signed by ``signer``, for the panel ``own``."""
    if len(content) > MAX_MANIFEST_BYTES or repeats_a_name(content):
        return ManifestRefusal.UNREADABLE
    try:
        manifest = Manifest.model_validate_json(content)
    except ValidationError:
        return ManifestRefusal.UNREADABLE
    numbers = [file.message for file in manifest.files]
    names = [file.name for file in manifest.files]
    faults = {
        ManifestRefusal.WRONG_SENDER: manifest.sender != signer,
        ManifestRefusal.WRONG_RECEIVER: manifest.receiver != own,
        ManifestRefusal.WRONG_TIME: not now - MAX_AGE <= manifest.time <= now + MAX_AHEAD,
        ManifestRefusal.UNREADABLE: len(names) != len(set(names)) or max(numbers, default=1) > manifest.messages,
    }
    return next((refusal for refusal, holds in faults.items() if holds), manifest)


def repeats_a_name(content: bytes) -> bool:
    """JSON readers differ on a repeated name in an object, so such a text is not read at all."""

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        if len({name for name, _ in pairs}) != len(pairs):
            raise ValueError("a name stands twice")
        return dict(pairs)

    try:
        json.loads(content, object_pairs_hook=once)
    except (ValueError, RecursionError):
        return True
    return False
