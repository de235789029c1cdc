"""What is promised is on disk, in the right order; what fails, fails alone."""

from __future__ import annotations

import asyncio
import os
import secrets
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.adapters.sealing.unseal import KeyRing
from gateway.adapters.spool.reader import SpoolReader
from gateway.adapters.spool.writer import SpoolWriter
from gateway.model import ids
from gateway.model.channel.arrival import Arrival, Connection, Envelope
from gateway.model.ids import IntakeId
from gateway.model.kinds import Channel, MailboxName
from gateway.ports import Temporary
from tests.adapters.smtp_in.rig import public_key, seal_key


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    for name in ("new", "tmp"):
        (tmp_path / name).mkdir()
    return tmp_path


def arrival() -> Arrival:
    now = datetime.now(UTC)
    return Arrival(
        intake_id=IntakeId(ids.uuid7(now, secrets.token_bytes(16))),
        reference=ids.reference(secrets.token_bytes(16)),
        mailbox=MailboxName.GENERAL,
        channel=Channel.SMTP,
        received_at=now,
        connection=Connection("192.0.2.1", "client.example"),
        envelope=Envelope("a@b.example", "cdop@panel.example"),
    )


def parts(spool: Path) -> list[str]:
    return [path.name for path in (spool / "tmp").glob("*.part")]


async def contents(spool: Path) -> dict[IntakeId, bytes]:
    reader = SpoolReader(spool, KeyRing.of(seal_key()))
    return {intake_id: (await reader.open(intake_id))[1].reveal() for intake_id in await reader.pending()}


async def test_many_kept_at_once_are_all_there(spool: Path) -> None:
    writer = SpoolWriter(spool, public_key())
    arrivals = [arrival() for _ in range(150)]
    await asyncio.gather(*(writer.keep([one], [b"message ", str(at).encode()]) for at, one in enumerate(arrivals)))
    assert await writer.named(60)
    assert await contents(spool) == {one.intake_id: f"message {at}".encode() for at, one in enumerate(arrivals)}
    assert parts(spool) == []


async def test_one_that_fails_among_many_fails_alone(spool: Path) -> None:
    writer = SpoolWriter(spool, public_key())
    arrivals = [arrival() for _ in range(20)]
    (spool / "tmp" / f"{arrivals[7].intake_id}.part").write_bytes(b"in the way")
    outcomes = await asyncio.gather(*(writer.keep([one], [b"x"]) for one in arrivals), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [type(None)] * 7 + [Temporary] + [type(None)] * 12
    assert await writer.named(60)
    assert set(await contents(spool)) == {one.intake_id for one in arrivals} - {arrivals[7].intake_id}


async def test_second_copy_that_fails_takes_the_first_with_it(spool: Path) -> None:
    writer = SpoolWriter(spool, public_key())
    first, second = arrival(), arrival()
    (spool / "tmp" / f"{second.intake_id}.part").write_bytes(b"in the way")
    with pytest.raises(Temporary):
        await writer.keep([first, second], [b"x"])
    assert await contents(spool) == {}


async def test_folder_that_cannot_be_synced_is_no_promise(spool: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.fsync

    def failing(descriptor: int) -> None:
        if Path(f"/proc/self/fd/{descriptor}").readlink() == spool / "new":
            raise OSError(5, "Input/output error")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(Temporary):
        await SpoolWriter(spool, public_key()).keep([arrival()], [b"x"])
    assert await contents(spool) == {}


async def test_data_then_name_then_folder_for_a_whole_batch(spool: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    real_fsync, real_rename = os.fsync, os.rename

    def fsync(descriptor: int) -> None:
        real_fsync(descriptor)
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        if spool in path.parents:  # and not what an earlier test's threads still do
            steps.append("folder" if path == spool / "new" else "data")

    def rename(source: str, target: str) -> None:
        real_rename(source, target)
        if spool in Path(target).parents:
            steps.append("name")

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "rename", rename)
    writer = SpoolWriter(spool, public_key())
    await writer.keep([arrival() for _ in range(5)], [b"x"])
    assert steps == ["data"] * 5 + ["name"] * 5 + ["folder"]


async def test_streamed_entry_is_the_same_as_one_in_memory(spool: Path) -> None:
    writer = SpoolWriter(spool, public_key())
    one = arrival()
    entry = await writer.begin(one)
    content = secrets.token_bytes(300_000)
    for at in range(0, len(content), 70_000):
        await entry.write(content[at : at + 70_000])
    assert list((spool / "new").iterdir()) == []
    await entry.commit()
    entry.abort()
    assert await contents(spool) == {one.intake_id: content}


async def test_abort_never_closes_a_file_under_a_running_write(spool: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A descriptor that is closed too early could be another message's file a moment later."""
    writer = SpoolWriter(spool, public_key())
    entry = await writer.begin(arrival())
    may_write, writing = threading.Event(), threading.Event()
    real: Callable[[int, bytes], int] = os.write
    descriptors: list[bool] = []

    def slow(descriptor: int, octets: bytes) -> int:
        writing.set()
        may_write.wait(60)
        descriptors.append(Path(f"/proc/self/fd/{descriptor}").exists())
        return real(descriptor, octets)

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", slow)
        task = asyncio.create_task(entry.write(b"x"))
        await asyncio.to_thread(writing.wait, 60)
        entry.abort()
        may_write.set()
        await asyncio.wait([task])
    assert descriptors
    assert all(descriptors)
    async with asyncio.timeout(60):
        while list((spool / "tmp").iterdir()):  # noqa: ASYNC110 - a thread is at work
            await asyncio.sleep(0.01)
    task.exception()


def test_clean_removes_what_was_never_promised(spool: Path) -> None:
    (spool / "tmp" / "x.part").write_bytes(b"half")
    (spool / "new" / "y.sealed").write_bytes(b"kept")
    SpoolWriter(spool, public_key()).clean()
    assert [path.name for path in spool.rglob("*") if path.is_file()] == ["y.sealed"]
