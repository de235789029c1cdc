"""A blob opens under its own id and for its own purpose: one row's content never shows as another's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from gateway.adapters.sealing.blob_opener import BlobOpener
from gateway.adapters.sealing.blobs import SealedBlobs
from gateway.adapters.sealing.unseal import KeyRing, SealPrivateKey
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.ids import BlobId
from gateway.ports import Permanent

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
KEY = SealPrivateKey.generate()


async def test_blob_opens_as_it_was_sealed(tmp_path: Path) -> None:
    row = await SealedBlobs(tmp_path, KEY.public).seal(ConfidentialBytes(b"what was said"), "record", NOW)
    assert (await BlobOpener(tmp_path, KeyRing.of(KEY)).open(row)).reveal() == b"what was said"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"id": BlobId(UUID(int=7))}, "seal_refused"),
        ({"purpose": "original"}, "seal_refused"),
        ({"header": b"", "body": None}, "destroyed"),
    ],
    ids=["another id", "another purpose", "destroyed"],
)
async def test_blob_of_another_row_is_refused(tmp_path: Path, changed: dict[str, Any], code: str) -> None:
    row = await SealedBlobs(tmp_path, KEY.public).seal(ConfidentialBytes(b"what was said"), "record", NOW)
    with pytest.raises(Permanent, match=code):
        await BlobOpener(tmp_path, KeyRing.of(KEY)).open(replace(row, **changed))
