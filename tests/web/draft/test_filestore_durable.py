"""An uploaded file is on disk before it has its name, sealed, and read back whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gateway.ports import Temporary
from gateway.web.draft.draft import StoredFile
from gateway.web.draft.filestore import FileStore

KEY = bytes(32)


def stored(size: int) -> StoredFile:
    return StoredFile(file_id="aa", name="form.pdf", content_type="application/pdf", size=size, checked="clean")


async def uploaded(folder: Path, content: bytes) -> FileStore:
    store = FileStore(folder)
    await store.open()
    writing = await store.begin(KEY, "aa")
    await writing.write(content)
    await writing.finish()
    return store


async def test_data_is_synced_before_the_file_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[tuple[list[str], int]] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        real(descriptor)
        found.append(([path.name for path in tmp_path.iterdir()], os.fstat(descriptor).st_size))

    monkeypatch.setattr(os, "fsync", fsync)
    await uploaded(tmp_path, b"an invented form")
    assert found == [(["aa.part"], 16 + 16)]  # all of it, with the tag of its one chunk
    assert [path.name for path in tmp_path.iterdir()] == ["aa"]


async def test_disk_that_cannot_sync_is_no_upload(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", failing)
    writing = await FileStore(tmp_path).begin(KEY, "aa")
    with pytest.raises(Temporary):
        await writing.finish()
    assert [path.name for path in tmp_path.iterdir()] == ["aa.part"]
    writing.drop()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("size", [0, 1, 65_536, 65_537, 200_000])
async def test_what_was_uploaded_is_read_back_and_stands_nowhere_in_clear(tmp_path: Path, size: int) -> None:
    content = (b"Testchild " * (size // 10 + 1))[:size]
    store = await uploaded(tmp_path, content)
    read = b"".join([piece async for piece in store.read(KEY, stored(size))])
    assert read == content
    assert b"Testchild" not in (tmp_path / "aa").read_bytes()


@pytest.mark.parametrize("change", ["cut", "flipped", "other key", "gone"])
async def test_file_that_is_not_whole_is_not_read(tmp_path: Path, change: str) -> None:
    store, path = await uploaded(tmp_path, b"an invented form"), tmp_path / "aa"
    sealed = path.read_bytes()
    if change == "gone":
        path.unlink()
    elif change == "cut":
        path.write_bytes(sealed[:-1])
    elif change == "flipped":
        path.write_bytes(bytes([sealed[0] ^ 1]) + sealed[1:])
    key = b"k" * 32 if change == "other key" else KEY
    with pytest.raises(Temporary):
        [piece async for piece in store.read(key, stored(16))]


async def test_upload_that_is_given_up_leaves_nothing(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    writing = await store.begin(KEY, "aa")
    await writing.write(b"half")
    writing.drop()
    assert list(tmp_path.iterdir()) == []
