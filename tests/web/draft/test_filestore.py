"""The folder of sealed uploads, which several intake processes share."""

from __future__ import annotations

import os
from pathlib import Path

from gateway.web.draft.filestore import STALE_S, FileStore

KEY = bytes(32)


async def test_upload_under_way_survives_the_start_of_another_intake_process(tmp_path: Path) -> None:
    first, second = FileStore(tmp_path / "files"), FileStore(tmp_path / "files")
    await first.open()
    writing = await first.begin(KEY, "aa")
    await writing.write(b"an invented form")
    await second.open()
    await second.drop_stale()
    await writing.finish()
    assert [path.name for path in (tmp_path / "files").iterdir()] == ["aa"]


async def test_part_that_nobody_writes_to_any_more_is_dropped(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    for name in ("old.part", "new.part", "old"):
        (tmp_path / name).write_bytes(b"sealed")
    long_ago = (tmp_path / "new.part").stat().st_mtime - STALE_S - 60
    os.utime(tmp_path / "old.part", (long_ago, long_ago))
    os.utime(tmp_path / "old", (long_ago, long_ago))
    await store.open()
    assert {path.name for path in tmp_path.iterdir()} == {"new.part", "old"}
