"""A large blob is on disk before its row is."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.adapters.sealing.blobs import IN_ROW_BYTES, SealedBlobs, blob_path
from gateway.adapters.sealing.unseal import SealPrivateKey
from gateway.model.content.confidential import ConfidentialBytes
from tests.adapters.spool.steps import watched

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


async def test_data_then_name_then_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = watched(tmp_path, monkeypatch)
    blobs = SealedBlobs(tmp_path, SealPrivateKey.generate().public)
    row = await blobs.seal(ConfidentialBytes(bytes(IN_ROW_BYTES + 1)), "original", NOW)
    name = blob_path(tmp_path, row.id).relative_to(tmp_path)
    assert steps == [f"synced {name}.part", f"named {name}", f"synced {name.parent}"]
