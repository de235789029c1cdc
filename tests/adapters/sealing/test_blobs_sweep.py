<<<<<<< HEAD
"""A large blob is on disk before its row is; the sweep takes what no row needs, and nothing else."""
=======
"""The sweep looks at one folder at a time, and removes only what is old and needed by no row."""
>>>>>>> main

from __future__ import annotations

import os
<<<<<<< HEAD
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from gateway.adapters.sealing.blobs import IN_ROW_BYTES, SealedBlobs, Sweeper, blob_path
from gateway.adapters.sealing.unseal import SealPrivateKey
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.ids import BlobId
from tests.adapters.spool.steps import watched

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


async def test_data_then_name_then_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = watched(tmp_path, monkeypatch)
    blobs = SealedBlobs(tmp_path, SealPrivateKey.generate().public)
    row = await blobs.seal(ConfidentialBytes(bytes(IN_ROW_BYTES + 1)), "original", NOW)
    name = blob_path(tmp_path, row.id).relative_to(tmp_path)
    assert steps == [f"synced {name}.part", f"named {name}", f"synced {name.parent}"]
=======
from pathlib import Path
from uuid import UUID

from gateway.adapters.sealing.blobs import Sweeper, blob_path
from gateway.model.ids import BlobId

OLD, YOUNG, NOW = 1_000.0, 9_990.0, 10_000.0


def put(folder: Path, number: int, at: float, suffix: str = "") -> Path:
    path = blob_path(folder, BlobId(UUID(int=number)))
    path.parent.mkdir(exist_ok=True)
    path = path.with_name(path.name + suffix)
    path.write_bytes(b"x")
    os.utime(path, (at, at))
    return path
>>>>>>> main


def test_old_files_that_no_row_needs_go_folder_by_folder(tmp_path: Path) -> None:
    needed, orphan = put(tmp_path, 0x100, 5000), put(tmp_path, 0x200, 5000)
    young, part = put(tmp_path, 0x300, 10), put(tmp_path, 0x400, 5000, ".part")
    elsewhere = put(tmp_path, 0x501, 5000)
    sweeper, now_s = Sweeper(tmp_path), NOW.timestamp()
    assert sorted(sweeper.old_files(3600, now_s)) == [BlobId(UUID(int=0x100)), BlobId(UUID(int=0x200))]
    assert sweeper.remove(frozenset({BlobId(UUID(int=0x100))})) == 2
    assert (needed.exists(), orphan.exists(), young.exists(), part.exists()) == (True, False, True, False)
    assert elsewhere.exists()
    assert sweeper.old_files(3600, now_s) == [BlobId(UUID(int=0x501))]
    for _ in range(254):
<<<<<<< HEAD
        assert sweeper.old_files(3600, now_s) == []
    assert sweeper.old_files(3600, now_s) == [BlobId(UUID(int=0x100))], "then from the beginning"


def put(folder: Path, number: int, age_s: float, suffix: str = "") -> Path:
    path = blob_path(folder, BlobId(UUID(int=number)))
    path.parent.mkdir(exist_ok=True)
    path = path.with_name(path.name + suffix)
    path.write_bytes(b"sealed")
    os.utime(path, (NOW.timestamp() - age_s,) * 2)
    return path
=======
        assert sweeper.old_files(3600, NOW) == []
    assert sweeper.old_files(3600, NOW) == [BlobId(UUID(int=0x100))], "then from the beginning"
>>>>>>> main
