"""``kill -9`` of the real intake and worker at random moments during 200 messages, or more until three are killed.

Every message that was answered 250 is there exactly once; nothing that was sealed is lost. The supervisor starts
again what was killed.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import shutil
import signal
import smtplib
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from gateway.adapters.sealing.blob_opener import BlobOpener
from gateway.adapters.sealing.unseal import KeyRing
from gateway.adapters.store import SqlStore, open_engine
from gateway.adapters.store.audit_chain import first_break
from gateway.model.kinds import DispatchState, IntakeState
from gateway.roles.demo.sinks import Sink
from gateway.roles.demo.world import GENERAL, World, sink_certificate

MESSAGES = 200
MOST_MESSAGES = 3000
FEWEST_KILLS, KILLS = 3, 10
SENDERS = 4
PATIENCE_S = 120.0  # for a start or an end, on a machine that is very busy
MARK = b"X-Number: "
UNSETTLED = (IntakeState.RECEIVED, IntakeState.ASSESSED)


def message(number: int) -> bytes:
    """An ordinary question that bears its number."""
    return (
        b"From: head@school.example\r\nTo: " + GENERAL.encode() + b"\r\nSubject: Training dates\r\n"
        b"Message-ID: <%d@school.example>\r\n"
        % number
        + MARK
        + b"%d\r\n\r\n" % number
        + b"Could you tell me when the next training takes place, and how we can book a place?\r\n"
    )


def send_one(port: int, number: int) -> bool | None:
    """Try once to deliver: True if it was answered 250, None if nobody listened, False if it broke off."""
    try:
        session = smtplib.SMTP("127.0.0.1", port, local_hostname="mail.example", timeout=120)
    except (smtplib.SMTPException, OSError):
        return None
    try:
        with session:
            session.sendmail("head@school.example", [GENERAL], message(number))
            return True
    except (smtplib.SMTPException, OSError):
        return False


def children_of(pid: int) -> dict[str, int]:
    """Return the supervisor's children by role, as /proc tells them."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError):
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            words = (stat.parent / "cmdline").read_bytes().decode().split("\0")
            if parent == pid and "run" in words:
                found[words[words.index("run") + 1]] = int(stat.parent.name)
    return found


@asynccontextmanager
async def running(world: World, *role: str, ready: str = "role_started") -> AsyncIterator[int]:
    """`gateway run`, as an operator starts it, of all roles or one; from when ``ready`` stands in its log."""
    path = world.root / "kill.log"
    with path.open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "gateway", "run", *role, "--dir", str(world.deployment)), stdout=log, stderr=log
        )
        try:
            async with asyncio.timeout(PATIENCE_S):
                while f'"{ready}"' not in path.read_text("utf-8"):
                    assert process.returncode is None, "it ended at once"
                    await asyncio.sleep(0.05)
            yield process.pid
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), PATIENCE_S) == 0, "SIGTERM did not end it cleanly"


async def listening(port: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return
            await asyncio.sleep(0.1)


async def kill_at_random(pid: int, done: asyncio.Event, enough: asyncio.Event, chance: random.Random) -> int:
    """Kill intake or worker, again and again, until all is sent; ``enough`` is set once it was done often enough."""
    kills = 0
    while not done.is_set() and kills < KILLS:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(done.wait(), chance.uniform(0.3, 1.5))
        victim = children_of(pid).get(chance.choice(("worker", "intake")))
        if victim is not None and not done.is_set():
            os.kill(victim, signal.SIGKILL)
            kills += 1
        if kills >= FEWEST_KILLS:
            enough.set()
    return kills


async def send_all(world: World, done: asyncio.Event, enough: asyncio.Event) -> set[int]:
    """Send every message once, several at a time; return the numbers that were answered 250."""
    waiting = iter(range(MOST_MESSAGES))
    taken: set[int] = set()

    async def sender() -> None:
        for number in waiting:
            if number >= MESSAGES and enough.is_set():
                return
            outcome = None
            while outcome is None:
                outcome = await asyncio.to_thread(send_one, world.ports["mx"], number)
                await asyncio.sleep(0.02 if outcome else 0.2)
            if outcome:
                taken.add(number)

    async with asyncio.TaskGroup() as group:
        for _ in range(SENDERS):
            group.create_task(sender())
    done.set()
    return taken


async def settled(world: World, store: SqlStore) -> None:
    for _ in range(3000):
        unsettled = await store.intakes(states=UNSETTLED)
        queued = await store.dispatches(states=(DispatchState.QUEUED,))
        spooled = list((world.folders.spool / "new").iterdir())
        if not unsettled and not queued and not spooled:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("the gateway did not come to rest")


async def numbers_kept(world: World, store: SqlStore) -> Counter[int]:
    """Open every original with the console's key and count the numbers in them."""
    opener = BlobOpener(world.folders.blobs, KeyRing.load(world.folders.console_keys, "case"))
    found: Counter[int] = Counter()
    for row in await store.intakes():
        blob = await store.blob(row.original_blob)
        assert blob is not None
        original = (await opener.open(blob)).reveal()
        found[int(original.split(MARK)[1].split(b"\r\n")[0])] += 1
    return found


@pytest.mark.asyncio(loop_scope="session")
async def test_what_was_answered_250_is_there_exactly_once(world: World) -> None:
    from tests.journeys.walk import reset

    reset(world, world.root / "empty.db")
    shutil.rmtree(world.folders.notices, ignore_errors=True)
    world.folders.notices.mkdir()
    relay = Sink(world.ports["relay"], *sink_certificate(world, "relay.example"))
    await relay.start()
    engine = open_engine(world.folders.database_url(""))
    store = SqlStore(engine)
    done, enough = asyncio.Event(), asyncio.Event()
    try:
        async with running(world) as pid:
            await listening(world.ports["mx"])
            async with asyncio.TaskGroup() as group:
                killing = group.create_task(kill_at_random(pid, done, enough, random.Random(20261123)))
                sending = group.create_task(send_all(world, done, enough))
            taken, kills = sending.result(), killing.result()
            await settled(world, store)
        kept = await numbers_kept(world, store)
        assert kills >= FEWEST_KILLS
        assert len(taken) > MESSAGES // 2, "too little was taken for the test to mean much"
        assert {number for number in taken if kept[number] != 1} == set()
        assert max(kept.values()) == 1
        assert first_break([link async for link in store.audit()]) is None
        copies = [row for row in await store.dispatches() if row.kind == "general_copy"]
        assert len(copies) == len(kept), "each question left once for the general inbox"
        assert all(row.state is DispatchState.SENT for row in copies)
        ids = Counter(
            line for got in relay.received for line in got.content.split(b"\r\n") if line[:11] == b"Message-ID:"
        )
        assert {row.message_id.encode() for row in copies} <= {line.split(b" ", 1)[1] for line in ids}
    finally:
        await engine.dispose()
        await relay.stop()
