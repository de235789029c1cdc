"""The disk of DIR/var is full, for real, while a case is forwarded: nothing leaves, nothing is lost, taken once after.

The test mounts a file system of 1 MB, which takes root and the right to mount; without them it fails and says so.
"""

from __future__ import annotations

import contextlib
import errno
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.model.kinds import DispatchState
from gateway.ports import Temporary
from gateway.roles.demo.world import World
from gateway.roles.wiring import Wired
from gateway.roles.worker import mend_held, obey, send_out, take_in
from tests.journeys.mail import sample
from tests.journeys.test_neighbours_resident import JOURNEY
from tests.journeys.walk import Walk, walking

ROUNDS = 4


@contextlib.contextmanager
def small_disk(var: Path) -> Iterator[None]:
    """Put an empty file system of 1 MB, with the same folders, in the place of ``var``."""
    folders = [path.relative_to(var) for path in var.rglob("*") if path.is_dir()]
    options = ("-t", "tmpfs", "-o", "size=1m,mode=0700", "tmpfs", str(var))
    done = subprocess.run(["mount", *options], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.fail(f"a full disk is tried on a tmpfs of its own, which cannot be mounted here: {done.stderr.strip()}")
    try:
        for folder in sorted(folders):
            (var / folder).mkdir(mode=0o700)
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(var)], check=True)


def fill(var: Path) -> None:
    """Write until the disk takes not one byte more."""
    with (var / "filler").open("wb", buffering=0) as stream:
        for size in (4096, 1):
            try:
                while True:
                    stream.write(bytes(size))
            except OSError as error:
                assert error.errno == errno.ENOSPC


def mend(var: Path) -> None:
    """Do what an operator does: make room, and give the deployment a larger disk."""
    (var / "filler").unlink()
    subprocess.run(["mount", "-o", "remount,size=64m", str(var)], check=True)


async def rounds(wired: Wired) -> None:
    """Let the worker try, as its loop does: a temporary error waits for the next time, any other would end it."""
    for _ in range(ROUNDS):
        for step in (take_in, obey, send_out, mend_held):
            with contextlib.suppress(Temporary):
                await step(wired)


def nothing_left(walk: Walk) -> bool:
    return not any(sink.received for sink in walk.sinks.values())


@pytest.mark.parametrize("decided", [False, True], ids=["before-it-is-decided", "before-it-is-sent"])
@pytest.mark.asyncio(loop_scope="session")
async def test_with_a_full_disk_nothing_leaves_and_after_repair_all_is_taken_once(
    world: World, heavy: Wired, decided: bool
) -> None:
    var = world.folders.var
    with small_disk(var):
        async with walking(world, heavy, world.root / "empty.db") as walk:
            await walk.mail(sample("notification, lives in Oxford"))
            wired = walk.wired()
            if decided:
                await take_in(wired)
                assert await walk.left() == ["acknowledgement:sender", "forward:panel:oxfordshire"]
            fill(var)
            await rounds(wired)
            assert nothing_left(walk)
            mend(var)
            kept = await walk.dispatches()
            assert {row.state for row in kept} <= {DispatchState.QUEUED}
            assert len(kept) == 2 if decided else list((world.folders.spool / "new").iterdir()), "nothing is lost"
            await walk.settle()
            await JOURNEY.check(walk)
            assert len(walk.received("oxfordshire")) == 1
            assert len(walk.received("relay")) == 1, "the acknowledgement"
            assert await walk.audit_is_whole()
            assert not list((world.folders.spool / "new").iterdir())
