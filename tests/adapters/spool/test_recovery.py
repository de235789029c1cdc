"""After a power failure: what the journal promised gets its file and its name, whole and on disk."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import uuid4

import pytest

from gateway.adapters.spool.journal import Segment
from gateway.adapters.spool.recovery import SpoolFolders, aligned, left_behind, recover, size_of
from tests.adapters.spool.steps import watched

NAME = str(uuid4())
SEALED = os.urandom(5000)


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    """Return a spool whose process ended with one arrival promised and not named."""
    for name in ("new", "tmp"):
        (tmp_path / name).mkdir()
    segment = Segment(os.open(tmp_path / "tmp" / "journal-0", os.O_RDWR | os.O_CREAT, 0o600))
    segment.add([(NAME, SEALED)])
    os.close(segment.descriptor)
    return tmp_path


def part(spool: Path) -> Path:
    return Path(SpoolFolders(spool / "tmp", spool / "new").part(NAME))


def final(spool: Path) -> Path:
    return Path(SpoolFolders(spool / "tmp", spool / "new").final(NAME))


@pytest.mark.parametrize(
    "found",
    [
        bytes(len(SEALED)),  # its size was on disk, its data was not
        SEALED[:-1] + bytes([SEALED[-1] ^ 1]),
        SEALED[:1000],
        SEALED + b"more",
        b"",
        None,
    ],
)
def test_file_that_is_not_what_was_promised_is_written_anew(spool: Path, found: bytes | None) -> None:
    if found is not None:
        part(spool).write_bytes(found)
    assert recover(spool) == 1
    assert final(spool).read_bytes() == SEALED
    assert list((spool / "tmp").glob("*.part")) == []


def test_file_that_is_whole_is_synced_before_it_has_its_name(spool: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    part(spool).write_bytes(SEALED)
    steps = watched(spool, monkeypatch)
    recover(spool)
    assert steps == [f"synced tmp/{NAME}.part", f"named new/{NAME}.sealed", "synced new"]


def test_file_written_anew_is_synced_before_it_has_its_name(spool: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = watched(spool, monkeypatch)
    recover(spool)
    assert steps == [f"synced tmp/again-{NAME}.part", f"named new/{NAME}.sealed", "synced new"]


@pytest.mark.parametrize("broken", ["tmp", "new"])
def test_promise_stands_while_the_disk_fails(spool: Path, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    real = os.fsync

    def failing(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        if spool / broken in (path, path.parent):
            raise OSError(5, "Input/output error")
        real(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing)
        with pytest.raises(OSError, match="Input/output"):
            recover(spool)
    final(spool).unlink(missing_ok=True)  # a power failure takes an unsynced name back
    assert recover(spool) == 1
    assert final(spool).read_bytes() == SEALED


def test_name_that_is_there_already_is_left_alone(spool: Path) -> None:
    final(spool).write_bytes(b"taken in before")
    assert recover(spool) == 0
    assert final(spool).read_bytes() == b"taken in before"


def test_segment_that_nobody_touches_is_left_behind(spool: Path) -> None:
    touched = (spool / "tmp" / "journal-0").stat().st_mtime
    assert left_behind(spool, touched + 30) == 0  # its process may be alive
    assert left_behind(spool, touched + 90) == 1
    recover(spool)
    assert left_behind(spool, touched + 10_000) == 0


@pytest.mark.parametrize(("size", "pages"), [(0, 0), (1, 1), (4096, 1), (4097, 2)])
def test_turn_begins_on_a_page_of_its_own(size: int, pages: int) -> None:
    assert aligned(size) == pages * 4096
    assert size_of([("x", bytes(size))]) % 4096 == 0
