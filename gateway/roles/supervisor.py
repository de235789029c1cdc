"""The supervisor: starts intake, worker and console as separate processes and keeps them running."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

from gateway.adapters.config.settings import Settings, load_settings
from gateway.adapters.host.folders import Folders
from gateway.adapters.host.log import LogJournal, start_logging
from gateway.roles.common import SUPERVISOR

STOP_WITHIN_S = 30.0
FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 5.0
STEADY_S = 10.0  # a role that ran this long starts again without a pause


def supervise(root: Path) -> int:
    """Run all roles of the deployment at ``root`` until SIGTERM or SIGINT; return 0 if all ended in order."""
    settings = load_settings(root / "config")
    with _lock(root) as is_ours:
        if not is_ours:
            print("gateway: a supervisor of this deployment is running already", file=sys.stderr)
            return 1
        return asyncio.run(_supervise(root, settings))


@contextlib.contextmanager
def _lock(root: Path) -> Iterator[bool]:
    """Lock the deployment for one supervisor: two would delete each other's half-written mail."""
    with (root / "var" / ".supervisor").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True


async def _supervise(root: Path, settings: Settings) -> int:
    journal = start_logging("supervisor")
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    for part in Folders(root).spool.glob("tmp/*.part"):  # begun by an earlier run, and never promised to anybody
        part.unlink(missing_ok=True)
    names = ["worker", "console", *(["intake"] * settings.intake.processes)]
    async with asyncio.TaskGroup() as group:
        kept = [group.create_task(_keep_running(root, name, stopping, journal)) for name in names]
    return 0 if all(task.result() for task in kept) else 1


async def _keep_running(root: Path, role: str, stopping: asyncio.Event, journal: LogJournal) -> bool:
    """Restart one role whenever it ends, until stopping. Return whether its last exit was orderly."""
    loop = asyncio.get_running_loop()
    pause = FIRST_PAUSE_S
    while True:
        started = loop.time()
        command = (sys.executable, "-m", "gateway", "run", role, "--dir", str(root))
        process = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.DEVNULL, env={**os.environ, SUPERVISOR: str(os.getpid())}
        )
        journal.event("role_started", kind=role, pid=process.pid)
        code = await _until_end(process, stopping)
        if stopping.is_set():
            journal.event("role_ended", kind=role, code=code)
            return code in (0, -signal.SIGTERM)  # asked to end before it could set a handler
        pause = FIRST_PAUSE_S if loop.time() - started > STEADY_S else min(pause * 2, LONGEST_PAUSE_S)
        journal.event("role_died", kind=role, code=code, seconds=pause)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), pause)
        if stopping.is_set():
            return False


async def _until_end(process: asyncio.subprocess.Process, stopping: asyncio.Event) -> int:
    """Wait for the process to end; when stopping, ask it to, and kill it if it does not within its time."""
    ended = asyncio.ensure_future(process.wait())
    asked = asyncio.ensure_future(stopping.wait())
    await asyncio.wait({ended, asked}, return_when=asyncio.FIRST_COMPLETED)
    asked.cancel()
    if not ended.done():
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(asyncio.shield(ended), STOP_WITHIN_S)
        except TimeoutError:
            process.kill()
    return await ended
