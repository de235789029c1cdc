"""The sweep looks at one folder at a time, and removes only what is old and needed by no row."""

from __future__ import annotations

import os
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


def test_old_files_that_no_row_needs_go_folder_by_folder(tmp_path: Path) -> None:
    needed, orphan = put(tmp_path, 0x100, OLD), put(tmp_path, 0x200, OLD)
    young, part = put(tmp_path, 0x300, YOUNG), put(tmp_path, 0x400, OLD, ".part")
    elsewhere = put(tmp_path, 0x501, OLD)
    sweeper = Sweeper(tmp_path)
    assert sorted(sweeper.old_files(3600, NOW)) == [BlobId(UUID(int=0x100)), BlobId(UUID(int=0x200))]
    assert sweeper.remove(frozenset({BlobId(UUID(int=0x100))})) == 2
    assert (needed.exists(), orphan.exists(), young.exists(), part.exists()) == (True, False, True, False)
    assert elsewhere.exists()
    assert sweeper.old_files(3600, NOW) == [BlobId(UUID(int=0x501))]
    for _ in range(254):
        assert sweeper.old_files(3600, NOW) == []
    assert sweeper.old_files(3600, NOW) == [BlobId(UUID(int=0x100))], "then from the beginning"
