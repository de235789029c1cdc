"""A message that streams in is promised once its data, its name and the folder are on disk, in this order."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gateway.adapters.spool.writer import SpoolWriter
from gateway.ports import Temporary
from tests.adapters.smtp_in.rig import public_key
from tests.adapters.spool.steps import watched
from tests.adapters.spool.test_writer import arrival, contents


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    for name in ("new", "tmp"):
        (tmp_path / name).mkdir()
    return tmp_path


async def test_data_then_name_then_folder(spool: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = arrival()
    entry = await SpoolWriter(spool, public_key()).begin(one)
    await entry.write(b"an invented message")
    steps = watched(spool, monkeypatch)
    await entry.commit()
    name = one.intake_id
    assert steps == [f"synced tmp/{name}.part", f"named new/{name}.sealed", "synced new"]


@pytest.mark.parametrize("broken", ["tmp", "new"])
async def test_disk_that_cannot_sync_data_or_folder_is_no_promise(
    spool: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    entry = await SpoolWriter(spool, public_key()).begin(arrival())
    await entry.write(b"an invented message")
    real = os.fsync

    def failing(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        if spool / broken in (path, path.parent):
            raise OSError(5, "Input/output error")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(Temporary):
        await entry.commit()
    assert await contents(spool) == {}
    assert [path for path in spool.rglob("*") if path.is_file()] == []


async def test_full_disk_in_the_middle_is_temporary_and_leaves_nothing(
    spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = await SpoolWriter(spool, public_key()).begin(arrival())

    def full(_: int, __: bytes) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(Temporary):
            await entry.write(b"x" * 200_000)
    assert list((spool / "tmp").iterdir()) == []


async def test_same_arrival_is_not_begun_twice(spool: Path) -> None:
    writer, one = SpoolWriter(spool, public_key()), arrival()
    first = await writer.begin(one)
    with pytest.raises(Temporary):
        await writer.begin(one)
    await first.commit()
    assert writer.has(one.intake_id)
    assert not writer.has(arrival().intake_id)
