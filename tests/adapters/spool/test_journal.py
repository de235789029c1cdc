"""The journal of the spool: a promise to a crowd is on disk before the answer, and its names come whatever happens."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from gateway.adapters.spool import journal as spool_journal
from gateway.adapters.spool import recovery as spool_recovery
from gateway.adapters.spool import writer as spool_writer
from gateway.adapters.spool.journal import SpoolJournal
from gateway.adapters.spool.recovery import records as records_of
from gateway.adapters.spool.recovery import recover
from gateway.adapters.spool.writer import SpoolWriter
from gateway.model.channel.arrival import Arrival
from tests.adapters.smtp_in.rig import public_key
from tests.adapters.spool.test_writer import arrival, contents, parts

Records = list[tuple[str, bytes]]
PATIENCE_S = 120.0  # for what happens at once, unless the machine is very busy


@pytest.fixture
def spool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A spool whose journal gives names when it is full, or after ``let_names_come``: no clock decides."""
    for module in (spool_journal, spool_recovery):
        monkeypatch.setattr(module, "SEGMENT_BYTES", 256 * 1024)
    for wait in ("_OPEN_S", "_WITHOUT_OTHER_S"):
        monkeypatch.setattr(spool_journal, wait, 3600.0)
    for name in ("new", "tmp"):
        (tmp_path / name).mkdir()
    return tmp_path


def let_names_come(monkeypatch: pytest.MonkeyPatch) -> None:
    for wait in ("_OPEN_S", "_WITHOUT_OTHER_S"):
        monkeypatch.setattr(spool_journal, wait, 0.0)


def place_of(descriptor: int) -> Path:
    return Path(f"/proc/self/fd/{descriptor}").readlink()


def is_in(spool: Path, descriptor: int) -> bool:
    """Say whether a thread works for this test, and not still for an earlier one."""
    return spool in place_of(descriptor).parents


@pytest.fixture
def names_held_back(spool: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """No arrival gets its name until the event is set: the moment in which a process may end."""
    may = threading.Event()
    real = spool_journal._sync_file_system

    def later(descriptor: int) -> None:
        assert not is_in(spool, descriptor) or may.wait(PATIENCE_S)
        real(descriptor)

    monkeypatch.setattr(spool_journal, "_sync_file_system", later)
    yield may
    may.set()


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """The disk answers only while the event is set."""
    answers = threading.Event()
    answers.set()
    real: dict[str, Callable[[int], None]] = {"fsync": os.fsync, "fdatasync": os.fdatasync}

    def slow(call: str) -> Callable[[int], None]:
        def sync(descriptor: int) -> None:
            assert answers.wait(PATIENCE_S)
            real[call](descriptor)

        return sync

    for call in real:
        monkeypatch.setattr(os, call, slow(call))
    yield answers
    answers.set()


async def crowd(writer: SpoolWriter, disk: threading.Event, arrivals: list[Arrival]) -> None:
    """Have so many kept at once that some must share a turn: the first turn ends when all of them are there."""
    disk.clear()
    keeping = [asyncio.create_task(writer.keep([one], [b"x"])) for one in arrivals]
    await asyncio.sleep(0)  # each has gone as far as its own waiting now
    disk.set()
    await asyncio.gather(*keeping)


def arrivals(number: int) -> list[Arrival]:
    return [arrival() for _ in range(number)]


def segments_made(writer: SpoolWriter) -> bool:
    return writer._journal._free.qsize() + (writer._journal._current is not None) == 2


def records(spool: Path, number: int, size: int = 1000) -> Records:
    """Return sealed bytes as the writer has them, their files written."""
    made = [(str(uuid4()), os.urandom(size)) for _ in range(number)]
    for name, sealed in made:
        (spool / "tmp" / f"{name}.part").write_bytes(sealed)
    return made


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


def ready(spool: Path) -> SpoolJournal:
    """Return a journal whose segments are made."""
    journal = SpoolJournal(spool, lambda _: None)
    until(lambda: journal.keep(records(spool, 1)))
    return journal


def turned_over(journal: SpoolJournal) -> bool:
    journal.turn_over()
    return True


def kept(spool: Path) -> Records:
    return sorted((path.stem, path.read_bytes()) for path in (spool / "new").iterdir())


def copy_of(spool: Path, target: Path) -> Path:
    """Return what another start finds after a power failure: the segments, the names, and no file without one."""
    for folder in ("new", "tmp"):
        (target / folder).mkdir(parents=True)
    for path in [*(spool / "tmp").glob("journal-*"), *(spool / "new").iterdir()]:
        (target / path.relative_to(spool)).write_bytes(path.read_bytes())
    return target


def test_promised_to_a_crowd_survives_a_power_failure(spool: Path, names_held_back: threading.Event) -> None:
    journal = ready(spool)
    promised = records(spool, 7) + records(spool, 5, 9000)
    assert journal.keep(promised[:7])
    assert journal.keep(promised[7:])
    after = copy_of(spool, spool / "after")
    assert recover(after) == 13  # and the one that made it ready
    assert set(promised) <= set(kept(after))
    assert recover(after) == 0
    assert parts(after) == []


def test_files_that_are_half_written_are_written_anew(spool: Path, names_held_back: threading.Event) -> None:
    journal = ready(spool)
    promised = records(spool, 3)
    assert journal.keep(promised)
    after = copy_of(spool, spool / "after")
    for name, sealed in promised:
        (after / "tmp" / f"{name}.part").write_bytes(sealed[:10])
    recover(after)
    assert set(promised) <= set(kept(after))
    assert parts(after) == []


def test_turn_that_was_torn_is_left_out_and_the_ones_before_it_are_not(
    spool: Path, names_held_back: threading.Event
) -> None:
    journal = ready(spool)
    whole, torn = records(spool, 2), records(spool, 1)
    assert journal.keep(whole)
    assert journal.keep(torn)
    after = copy_of(spool, spool / "after")
    for segment in (after / "tmp").glob("journal-*"):
        octets = segment.read_bytes()
        segment.write_bytes(octets.replace(torn[0][1][-20:], bytes(20)))
    recover(after)
    assert {name for name, _ in kept(after)} >= {name for name, _ in whole}
    assert torn[0][0] not in {name for name, _ in kept(after)}


def test_what_an_earlier_filling_left_behind_is_never_promised_again(
    spool: Path, names_held_back: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool_journal, "_SEGMENTS", 1)
    names_held_back.set()
    journal = ready(spool)
    assert journal.keep(records(spool, 20, 5000))
    assert journal._current is not None
    journal._hand_over(journal._current)
    until(lambda: len(kept(spool)) == 21)
    for path in (spool / "new").iterdir():  # the worker has taken them
        path.unlink()
    names_held_back.clear()
    new = records(spool, 1)
    until(lambda: journal.keep(new))
    after = copy_of(spool, spool / "after")
    assert recover(after) == 1
    assert kept(after) == new


def test_segments_of_a_living_process_are_left_alone(spool: Path, names_held_back: threading.Event) -> None:
    journal = ready(spool)
    assert journal.keep(records(spool, 2))
    assert recover(spool) == 0
    assert kept(spool) == []
    names_held_back.set()


def test_two_processes_have_segments_of_their_own(spool: Path, names_held_back: threading.Event) -> None:
    for journal in (ready(spool), ready(spool)):
        assert journal.keep(records(spool, 2))
    until(lambda: len(list((spool / "tmp").glob("journal-*"))) == 4)
    assert recover(copy_of(spool, spool / "after")) == 6


def test_next_process_uses_the_segments_of_one_that_ended(spool: Path) -> None:
    folders = spool_recovery.SpoolFolders(spool / "tmp", spool / "new")
    for segment in list(spool_journal._own_segments(folders, lambda _: None)):
        os.close(segment.descriptor)
    ready(spool)
    until(lambda: len(list((spool / "tmp").glob("journal-*"))) == spool_journal._SEGMENTS)


def test_file_that_is_gone_before_it_has_its_name_is_written_from_the_journal(
    spool: Path, names_held_back: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    journal = SpoolJournal(spool, heard.append)
    until(lambda: journal.keep(records(spool, 1)))
    promised = records(spool, 4)
    assert journal.keep(promised)
    (spool / "tmp" / f"{promised[2][0]}.part").unlink()
    names_held_back.set()
    let_names_come(monkeypatch)
    until(lambda: turned_over(journal) and len(kept(spool)) == 5)
    assert set(promised) <= set(kept(spool))
    assert heard == ["spool_not_named"]


def test_disk_that_fails_to_sync_is_asked_again_and_nothing_is_lost(
    spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    fails = [True, True]
    real, real_sync = spool_recovery.sync_folder, spool_journal._sync_file_system

    def folder(path: Path) -> None:
        if path == spool / "new" and fails and fails.pop():
            raise OSError(5, "Input/output error")
        real(path)

    def everything(descriptor: int) -> None:
        if is_in(spool, descriptor):
            raise OSError(5, "Input/output error")
        real_sync(descriptor)

    monkeypatch.setattr(spool_recovery, "sync_folder", folder)
    monkeypatch.setattr(spool_journal, "_sync_file_system", everything)
    monkeypatch.setattr(spool_journal, "_RETRY_S", 0.01)
    journal = SpoolJournal(spool, heard.append)
    until(lambda: journal.keep(records(spool, 1)))
    promised = records(spool, 4)
    assert journal.keep(promised)
    let_names_come(monkeypatch)
    until(lambda: turned_over(journal) and len(kept(spool)) == 5)
    assert set(promised) <= set(kept(spool))
    assert "spool_not_named" in heard


def test_full_segment_is_followed_by_the_other_and_then_by_none(spool: Path, names_held_back: threading.Event) -> None:
    journal = ready(spool)
    until(lambda: not journal._free.empty())
    turns = [records(spool, 1, 100_000) for _ in range(5)]
    assert [journal.keep(turn) for turn in turns] == [True, True, True, True, False]
    names_held_back.set()
    until(lambda: len(kept(spool)) == 5)
    assert {name for turn in turns[:4] for name, _ in turn} <= {name for name, _ in kept(spool)}


async def test_crowd_waits_for_the_disk_once_and_one_alone_for_its_own_file(
    spool: Path, disk: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool_writer, "_LIVELY_S", 3600.0)
    writer = SpoolWriter(spool, public_key())
    steps: list[str] = []
    real: dict[str, Callable[[int], None]] = {"fsync": os.fsync, "fdatasync": os.fdatasync}

    def told(call: str) -> Callable[[int], None]:
        def sync(descriptor: int) -> None:
            if is_in(spool, descriptor):
                steps.append(f"{call} {place_of(descriptor).name[:7]}")
            real[call](descriptor)

        return sync

    for call in real:
        monkeypatch.setattr(os, call, told(call))
    await writer.keep([arrival()], [b"x"])
    assert len(steps) == 2
    assert steps[1] == "fsync new"
    await crowd(writer, disk, arrivals(5))
    await asyncio.to_thread(until, lambda: segments_made(writer))
    steps.clear()
    await crowd(writer, disk, arrivals(40))
    assert set(steps) == {"fdatasync journal"}
    assert len(steps) <= 2, "those who came while the disk was busy share a turn"
    await writer.keep([arrival()], [b"x"])
    assert set(steps) == {"fdatasync journal"}, "and so does one alone, for some seconds"


async def test_names_come_though_only_single_messages_follow(
    spool: Path, disk: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = SpoolWriter(spool, public_key())
    async with asyncio.timeout(PATIENCE_S):
        while not list((spool / "tmp").glob("*.part")):  # until a crowd went by way of the journal
            await crowd(writer, disk, arrivals(5))
        let_names_come(monkeypatch)
        while list((spool / "tmp").glob("*.part")):
            await writer.keep([arrival()], [b"x"])


async def test_journal_that_fails_is_left_and_each_waits_for_its_own_file(
    spool: Path, disk: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool_writer, "_LIVELY_S", 3600.0)
    writer = SpoolWriter(spool, public_key())
    await crowd(writer, disk, arrivals(5))
    await asyncio.to_thread(until, lambda: segments_made(writer))
    failed: list[Path] = []

    def fails(descriptor: int) -> None:
        if is_in(spool, descriptor):
            failed.append(place_of(descriptor))
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fdatasync", fails)
        many = arrivals(20)
        await crowd(writer, disk, many)
        assert failed, "the journal was tried"
        assert {one.intake_id for one in many} <= set(await contents(spool))


async def test_no_room_for_a_journal_is_no_reason_to_refuse(
    spool: Path, disk: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []

    def full(_: int, __: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(spool_journal, "_fill", full)
    writer = SpoolWriter(spool, public_key(), heard.append)
    for _ in range(3):
        await crowd(writer, disk, arrivals(10))
    assert len(await contents(spool)) == 30
    await asyncio.to_thread(until, lambda: heard == ["spool_no_journal"])


def test_names_in_the_journal_are_intake_ids(spool: Path, names_held_back: threading.Event) -> None:
    journal = ready(spool)
    promised = records(spool, 2)
    assert journal.keep(promised)
    found = [record for segment in (spool / "tmp").glob("journal-*") for record in read(segment)]
    assert [(str(UUID(name)), sealed) for name, sealed in found][1:] == promised


def read(segment: Path) -> Records:
    descriptor = os.open(segment, os.O_RDONLY)
    try:
        return list(records_of(descriptor, lambda _: None))
    finally:
        os.close(descriptor)


def test_name_that_was_given_and_not_synced_is_synced_before_its_promise_is_taken_back(
    spool: Path, names_held_back: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the names and the folder: a power failure now would take the names back, and the promise too."""
    journal = ready(spool)
    promised = records(spool, 2)
    assert journal.keep(promised)
    after = copy_of(spool, spool / "after")
    for name, sealed in promised:
        (after / "new" / f"{name}.sealed").write_bytes(sealed)
    steps: list[str] = []
    real_folder, real_empty = spool_recovery.sync_folder, spool_recovery.empty

    def folder(path: Path) -> None:
        if after in path.parents:
            steps.append(path.name)
        real_folder(path)

    def empty(segment: int) -> None:
        if is_in(after, segment):
            steps.append("empty")
        real_empty(segment)

    monkeypatch.setattr(spool_recovery, "sync_folder", folder)
    monkeypatch.setattr(spool_recovery, "empty", empty)
    recover(after)
    assert steps[-2:] == ["new", "empty"]


def test_names_come_where_there_is_room_for_one_segment_only(spool: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool_journal, "_SEGMENTS", 1)
    journal = ready(spool)
    let_names_come(monkeypatch)
    until(lambda: turned_over(journal) and len(kept(spool)) == 1)


def test_journal_leaves_room_for_mail_and_no_half_made_file(spool: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    monkeypatch.setattr(spool_journal, "_ROOM_FOR_MAIL_BYTES", 1 << 60)
    journal = SpoolJournal(spool, heard.append)
    assert not journal.keep(records(spool, 1))
    until(lambda: heard == ["spool_no_journal"])
    assert list((spool / "tmp").glob("journal-*")) == []


def test_disk_without_room_does_not_keep_a_whole_file_from_its_name(
    spool: Path, names_held_back: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: str, __: bytes) -> None:
        raise OSError(28, "No space left on device")

    journal = ready(spool)
    promised = records(spool, 3)
    assert journal.keep(promised)
    after = copy_of(spool, spool / "after")
    for name, sealed_bytes in promised:
        (after / "tmp" / f"{name}.part").write_bytes(sealed_bytes)
    [first] = {name for name, _ in read_all(after)} - {name for name, _ in promised}
    (after / "new" / f"{first}.sealed").write_bytes(b"named before")
    monkeypatch.setattr(spool_recovery, "_write_file", full)
    assert recover(after) == 3
    assert set(promised) <= set(kept(after))


def test_flipped_octet_costs_one_promise_and_is_told(spool: Path, names_held_back: threading.Event) -> None:
    journal = ready(spool)
    turns = [records(spool, 2) for _ in range(5)]
    for turn in turns:
        assert journal.keep(turn)
    after = copy_of(spool, spool / "after")
    for segment in (after / "tmp").glob("journal-*"):
        segment.write_bytes(segment.read_bytes().replace(turns[1][0][1][-20:], bytes(20)))
    heard: list[str] = []
    recover(after, heard.append)
    lost = {name for turn in turns for name, _ in turn} - {name for name, _ in kept(after)}
    assert turns[1][0][0] in lost
    assert lost <= {name for name, _ in turns[1]}
    assert heard == ["spool_journal_damaged"]


def test_second_attempt_takes_no_file_on_trust(
    spool: Path, names_held_back: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel tells a failed write once; a second syncfs would say that all is well."""
    fails = [True]
    monkeypatch.setattr(spool_journal, "_RETRY_S", 0.01)
    journal = ready(spool)
    promised = records(spool, 2)
    assert journal.keep(promised)

    def everything(descriptor: int) -> None:
        if is_in(spool, descriptor) and fails:
            fails.clear()
            for part in (spool / "tmp").glob("*.part"):
                part.write_bytes(b"")
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(spool_journal, "_sync_file_system", everything)
    names_held_back.set()
    let_names_come(monkeypatch)
    until(lambda: turned_over(journal) and len(kept(spool)) == 3)
    assert set(promised) <= set(kept(spool))
    assert not fails, "the first attempt was made, and failed"


def test_failed_write_casts_doubt_on_the_files_of_the_other_segment_too(
    spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the kernel has told while the first segment waited, it does not tell the second again."""
    may, fails = threading.Event(), [True]
    monkeypatch.setattr(spool_journal, "_RETRY_S", 0.01)

    def everything(descriptor: int) -> None:
        if is_in(spool, descriptor) and fails:
            assert may.wait(PATIENCE_S)
            fails.clear()
            for part in (spool / "tmp").glob("*.part"):
                part.write_bytes(b"")
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(spool_journal, "_sync_file_system", everything)
    journal = ready(spool)
    first, second = records(spool, 1), records(spool, 1)
    assert journal.keep(first)
    assert journal._current is not None
    journal._hand_over(journal._current)
    until(lambda: journal.keep(second))
    assert journal._current is not None
    may.set()
    journal._hand_over(journal._current)
    until(lambda: len(kept(spool)) == 3)
    assert set(first + second) <= set(kept(spool))


def read_all(spool: Path) -> Records:
    return [record for segment in (spool / "tmp").glob("journal-*") for record in read(segment)]
