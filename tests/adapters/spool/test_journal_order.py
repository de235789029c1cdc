"""A segment is emptied only once the files and names it owes are on disk."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import uuid4

import pytest

from gateway.adapters.spool import journal as spool_journal
from gateway.adapters.spool import recovery as spool_recovery
from gateway.adapters.spool.journal import Segment, SpoolJournal
from tests.adapters.spool.steps import watched

Records = list[tuple[str, bytes]]


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    for name in ("new", "tmp"):
        (tmp_path / name).mkdir()
    return tmp_path


def promised(spool: Path, number: int) -> tuple[Segment, Records]:
    """Return a segment in which some arrivals are promised, as the writer leaves it."""
    made = [(str(uuid4()), os.urandom(3000)) for _ in range(number)]
    for name, sealed in made:
        (spool / "tmp" / f"{name}.part").write_bytes(sealed)
    segment = Segment(os.open(spool / "tmp" / "journal-0", os.O_RDWR | os.O_CREAT, 0o600))
    segment.add(made)
    return segment, made


def first_octet(spool: Path) -> bytes:
    with (spool / "tmp" / "journal-0").open("rb") as stream:
        return stream.read(1)


def test_everything_is_on_disk_before_the_segment_is_emptied(spool: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    segment, made = promised(spool, 3)
    steps = watched(spool, monkeypatch)
    real_sync, real_empty = spool_journal._sync_file_system, spool_recovery.empty

    def sync(descriptor: int) -> None:
        real_sync(descriptor)
        steps.append("synced everything")

    def empty(descriptor: int) -> None:
        steps.append("emptied")
        real_empty(descriptor)

    monkeypatch.setattr(spool_journal, "_sync_file_system", sync)
    monkeypatch.setattr(spool_journal, "empty", empty)
    assert SpoolJournal(spool, lambda _: None)._named(segment)
    named = [f"named new/{name}.sealed" for name, _ in made]
    assert steps == ["synced everything", *named, "synced new", "emptied"]
    assert first_octet(spool) == b"\0"
    assert (segment.names, segment.position) == ([], 0)


def test_segment_keeps_its_promises_while_the_folder_cannot_be_synced(
    spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    segment, made = promised(spool, 2)
    real, heard = os.fsync, list[str]()
    journal = SpoolJournal(spool, heard.append)
    journal._segments.append(segment)

    def failing(descriptor: int) -> None:
        if Path(f"/proc/self/fd/{descriptor}").readlink() == spool / "new":
            raise OSError(5, "Input/output error")
        real(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing)
        assert not journal._named(segment)
    assert heard == ["spool_not_named"]
    assert first_octet(spool) != b"\0"
    assert journal._named(segment)
    assert {path.stem for path in (spool / "new").iterdir()} == {name for name, _ in made}
    assert first_octet(spool) == b"\0"


def test_turn_is_on_disk_before_it_is_promised(spool: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    segment, made = promised(spool, 1)
    synced: list[int] = []
    monkeypatch.setattr(os, "fdatasync", synced.append)
    segment.add([(str(uuid4()), b"more")])
    assert synced == [segment.descriptor]
    assert len(segment.names) == len(made) + 1


def test_turn_that_is_not_on_disk_is_no_promise(spool: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    segment, made = promised(spool, 1)

    def failing(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fdatasync", failing)
    with pytest.raises(OSError, match="Input/output"):
        segment.add([(str(uuid4()), b"more")])
    assert segment.names == [name for name, _ in made]
