"""Large blobs are whole files or none."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.adapters.sealing.blobs import IN_ROW_BYTES, SealedBlobs
from gateway.adapters.sealing.unseal import SealPrivateKey
from gateway.model.content.confidential import ConfidentialBytes
from gateway.ports import Temporary

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


async def test_a_write_that_fails_is_temporary_and_leaves_no_file_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    blobs = SealedBlobs(tmp_path, SealPrivateKey.generate().public)
    with pytest.raises(Temporary, match="blob_write"):
        await blobs.seal(ConfidentialBytes(bytes(IN_ROW_BYTES + 1)), "original", NOW)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
