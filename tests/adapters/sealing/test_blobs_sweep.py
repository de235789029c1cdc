"""A large blob is on disk before its row is; the sweep takes what no row needs, and nothing else."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from gateway.adapters.sealing.blobs import IN_ROW_BYTES, SealedBlobs, blob_path, sweep
from gateway.adapters.sealing.unseal import SealPrivateKey
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.ids import BlobId
from tests.adapters.spool.steps import watched

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LIVING, DESTROYED, FRESH = (BlobId(UUID(int=number)) for number in (1, 2, 3))


async def test_data_then_name_then_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = watched(tmp_path, monkeypatch)
    blobs = SealedBlobs(tmp_path, SealPrivateKey.generate().public)
    row = await blobs.seal(ConfidentialBytes(bytes(IN_ROW_BYTES + 1)), "original", NOW)
    name = blob_path(tmp_path, row.id).relative_to(tmp_path)
    assert steps == [f"synced {name}.part", f"named {name}", f"synced {name.parent}"]


def test_sweep_leaves_what_a_row_needs_and_what_may_just_be_written(tmp_path: Path) -> None:
    for blob, age_s in ((LIVING, 5000), (DESTROYED, 5000), (FRESH, 10)):
        path = blob_path(tmp_path, blob)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"sealed")
        os.utime(path, (NOW.timestamp() - age_s,) * 2)
    assert sweep(tmp_path, frozenset({LIVING}), 3600, NOW.timestamp()) == 1
    assert {path.name for path in tmp_path.glob("*/*")} == {str(LIVING), str(FRESH)}
