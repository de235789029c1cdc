"""``gateway run`` with two intake processes on one port, as an operator starts and stops it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from itertools import chain
from pathlib import Path

from gateway.adapters.store import SqlStore, open_engine
from gateway.roles.demo.world import World
from tests.journeys.test_kill_minus_nine import PATIENCE_S, children_of, listening, numbers_kept, running, send_one

MAILS = 20
LISTEN = "0A"  # the state of a listening socket in /proc/net/tcp


def sockets_at(port: int) -> set[str]:
    """Return the inodes of the sockets that listen at a port."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {words[9] for words in lines if words[1].endswith(f":{port:04X}") and words[3] == LISTEN}


def intakes_of(pid: int) -> list[int]:
    """Return the intake processes that the supervisor started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError):
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            if parent == pid and b"\0run\0intake\0" in (stat.parent / "cmdline").read_bytes():
                found.append(int(stat.parent.name))
    return found


def held_by(pid: int) -> set[str]:
    """Return the inodes of the sockets that a process holds."""
    found = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            found.add(str(descriptor.readlink()).removeprefix("socket:[").removesuffix("]"))
    return found


async def shared(pid: int, port: int) -> list[set[str]]:
    """Wait until two sockets listen at ``port``; return which of them each intake process holds."""
    async with asyncio.timeout(PATIENCE_S):
        while len(sockets_at(port)) != 2:  # noqa: ASYNC110 - other processes are at work
            await asyncio.sleep(0.1)
    return [held_by(process) & sockets_at(port) for process in intakes_of(pid)]


async def kept(store: SqlStore, number: int) -> None:
    """Wait until so many came to the store."""
    async with asyncio.timeout(PATIENCE_S):
        while len(await store.intakes()) < number:  # noqa: ASYNC110 - other processes are at work
            await asyncio.sleep(0.1)


async def sent(world: World, numbers: range) -> None:
    sending = [asyncio.to_thread(send_one, world.ports["mx"], number) for number in numbers]
    assert await asyncio.gather(*sending) == [True] * len(numbers)


async def test_two_intakes_share_the_ports_keep_what_they_promised_though_killed_at_once_and_end_in_order(
    two_intakes: World,
) -> None:
    world = two_intakes
    engine = open_engine(world.folders.database_url(""))
    store = SqlStore(engine)
    waves = [range(first, first + MAILS) for first in (0, 1000, 1100)]
    try:
        async with running(world) as pid:  # asserts that SIGTERM ends it with 0
            await listening(world.ports["mx"])
            for port in ("mx", "tls", "web"):
                holders = await shared(pid, world.ports[port])
                assert [len(held) for held in holders] == [1, 1], "each process has a socket of its own"
                assert holders[0] != holders[1]
            for wave in waves:
                await sent(world, wave)
            killed = intakes_of(pid)
            for process in killed:
                os.kill(process, signal.SIGKILL)
            assert len(killed) == 2
            assert list((world.folders.spool / "tmp").glob("journal-*")), "the crowd went by way of the journal"
            await kept(store, len(waves) * MAILS)
            for port in ("mx", "tls", "web"):
                await shared(pid, world.ports[port])  # started again: what ends in order is whole
        assert await numbers_kept(world, store) == dict.fromkeys(chain(*waves), 1)
        assert list((world.folders.spool / "new").iterdir()) == []
        assert sockets_at(world.ports["mx"]) == set()
    finally:
        await engine.dispose()


async def test_roles_end_when_their_supervisor_is_killed(two_intakes: World) -> None:
    """Else those of the next one would stand beside them, with the settings of before."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "gateway", "run", "--dir", str(two_intakes.deployment)),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    await shared(process.pid, two_intakes.ports["mx"])
    roles = [Path(f"/proc/{pid}") for pid in (*children_of(process.pid).values(), *intakes_of(process.pid))]
    process.kill()
    await process.wait()
    async with asyncio.timeout(PATIENCE_S):
        while any(role.exists() for role in roles):  # noqa: ASYNC110 - they are nobody's children now
            await asyncio.sleep(0.1)
    assert len(set(roles)) == 4
    assert sockets_at(two_intakes.ports["mx"]) == set()
