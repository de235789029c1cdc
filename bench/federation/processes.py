"""A federation of real processes: each panel's intake and worker run as ``gateway run`` starts them, and are killed.

A kill is SIGKILL from outside at a random moment, to a worker (mostly) or an intake of a gateway that has work in
hand; whoever was killed is started again at once, from what is on disk. Nothing in the gateways knows of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
import smtplib
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from bench.federation.deaths import Death, post
from bench.federation.deployments import make
from gateway.adapters.host.folders import Folders
from gateway.adapters.store import SqlStore, open_engine
from gateway.model.kinds import DispatchState, IntakeState
from gateway.roles.demo.sinks import Sink

ROLES = ("worker", "intake")
UNSETTLED = (IntakeState.RECEIVED, IntakeState.ASSESSED)
_LOOKS_AT_REST = 2  # what left one gateway a moment ago may be on its way into another


@dataclass
class Process:
    """One role of one gateway, kept running."""

    folders: Folders
    role: str
    log: Path
    running: asyncio.subprocess.Process | None = None
    wanted: bool = True
    kept: asyncio.Task[None] | None = None

    def start(self) -> None:
        self.wanted = True
        self.kept = asyncio.create_task(self._keep())

    async def _keep(self) -> None:
        """Start the role again whenever it ends."""
        while self.wanted:
            with self.log.open("ab") as log:
                self.running = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "gateway", "run", self.role, "--dir", str(self.folders.root),
                    stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
                )  # fmt: skip
            await self.running.wait()

    def kill(self) -> bool:
        """Kill it as the kernel would: nothing is said to it first. False where it is not running just now."""
        if self.running is None or self.running.returncode is not None:
            return False
        self.running.send_signal(signal.SIGKILL)
        return True

    async def stop(self) -> None:
        """End it in order, and do not start it again."""
        self.wanted = False
        if self.running is not None and self.running.returncode is None:
            self.running.terminate()
        if self.kept is not None:
            await self.kept


@dataclass
class Gateway:
    """One panel's gateway, looked at from outside."""

    panel: str
    folders: Folders
    port: int
    engine: AsyncEngine
    processes: dict[str, Process] = field(default_factory=dict)

    def store(self) -> SqlStore:
        return SqlStore(self.engine)

    async def opened(self, limit_s: float = 60) -> None:
        """Wait until its door is open."""
        until = time.monotonic() + limit_s
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            await asyncio.sleep(0.1)
        raise AssertionError(f"{self.panel} does not listen")

    def has_work(self) -> bool:
        return any((self.folders.spool / "new").iterdir())

    async def at_rest(self) -> bool:
        """Say whether nothing is left to do without a person."""
        store = self.store()
        return not (
            self.has_work()
            or await store.dispatches(states=(DispatchState.QUEUED,))
            or await store.intakes(states=UNSETTLED)
        )


@dataclass
class Federation:
    """All panels, each with its processes."""

    root: Path
    draw: random.Random
    gateways: dict[str, Gateway] = field(default_factory=dict)
    kills: int = 0

    async def notify(self, death: Death, limit_s: float = 120) -> None:
        """Send a notification as a mail server does: again, until it is answered 250."""
        port, until = self.gateways[death.to].port, time.monotonic() + limit_s
        while True:
            try:
                await asyncio.to_thread(post, self.root / "ca.pem", port, death)
            except (OSError, smtplib.SMTPException):
                if time.monotonic() > until:
                    raise
                await asyncio.sleep(0.2)
            else:
                return

    async def kill_at_random(self, number: int, pause_s: tuple[float, float]) -> None:
        """Kill so many processes, one after another, while there is work."""
        while self.kills < number:
            await asyncio.sleep(self.draw.uniform(*pause_s))
            busy = [gateway for gateway in self.gateways.values() if gateway.has_work()]
            if busy:
                victim = self.draw.choice(busy).processes[self.draw.choices(ROLES, (3, 1))[0]]
                self.kills += victim.wanted and victim.kill()

    async def rest(self, limit_s: float = 600) -> None:
        """Wait until no gateway has anything left to do without a person."""
        until, looks = time.monotonic() + limit_s, 0
        while looks < _LOOKS_AT_REST:
            if time.monotonic() > until:
                raise AssertionError("the federation did not come to rest")
            await asyncio.sleep(0.5)
            resting = [await gateway.at_rest() for gateway in self.gateways.values()]
            looks = looks + 1 if all(resting) else 0


async def start(stack: AsyncExitStack, root: Path, panels: Sequence[str], draw: random.Random) -> Federation:
    """Make every panel's deployment and start its processes; all of it ends with ``stack``."""
    ports = await asyncio.to_thread(make, root, panels)
    relay = Sink(ports["relay"], root / "relay.crt", root / "relay.key")
    await relay.start()
    stack.push_async_callback(relay.stop)
    federation = Federation(root, draw)
    for number, panel in enumerate(panels):
        folders = Folders(root / f"g{number}")
        engine = open_engine(folders.database_url(""))
        stack.push_async_callback(_agents_end, folders)
        stack.push_async_callback(engine.dispose)
        gateway = Gateway(panel, folders, ports[f"{panel}/mx"], engine)
        for role in ROLES:
            gateway.processes[role] = Process(folders, role, root / f"{panel}-{role}.log")
            stack.push_async_callback(gateway.processes[role].stop)
            gateway.processes[role].start()
        federation.gateways[panel] = gateway
    for gateway in federation.gateways.values():
        await gateway.opened()
    return federation


async def _agents_end(folders: Folders) -> None:
    process = await asyncio.create_subprocess_exec("gpgconf", "--homedir", str(folders.gnupg), "--kill", "all")
    await process.wait()
