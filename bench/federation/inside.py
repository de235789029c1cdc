"""A federation inside one process, for tests that need a kill at an exact step.

A kill is an exception that nothing catches, before or after a commit, a send or the removal of a spool file; the
worker is then made anew from what is on disk. Real kills of real processes: ``bench.federation.processes``.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bench.federation.deaths import Death, post
from bench.federation.deployments import make
from gateway.adapters.config.settings import load_settings
from gateway.adapters.host.folders import Folders
from gateway.adapters.host.log import LogJournal
from gateway.adapters.host.metrics import PrometheusMetrics
from gateway.adapters.store import SqlStore, open_engine
from gateway.model.kinds import DispatchState
from gateway.roles import intake as intake_role
from gateway.roles.demo.sinks import Sink
from gateway.roles.wiring import Wired, wire_worker
from gateway.roles.worker import mend_held, send_out, take_in


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Fate:
    """Says when a worker dies: at these durable steps, counted over all workers."""

    draw: random.Random
    at: frozenset[int]
    steps: int = 0
    done: int = 0

    def strikes(self) -> bool:
        self.steps += 1
        struck = self.steps in self.at
        self.done += struck
        return struck


class Mortal:
    """A port one method of which is a durable step; everything else passes through."""

    def __init__(self, port: Any, method: str, fate: Fate) -> None:
        self._port, self._method, self._fate = port, method, fate

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._port, name)
        if name != self._method:
            return real

        async def step(*args: Any, **more: Any) -> Any:
            struck = self._fate.strikes()
            if struck and self._fate.draw.random() < 0.5:
                raise Killed
            result = await real(*args, **more)
            if struck:
                raise Killed
            return result

        return step


@dataclass
class Gateway:
    """One panel's gateway: its door, and a worker that can die."""

    panel: str
    folders: Folders
    port: int
    heavy: Wired
    fate: Fate
    door: intake_role.Intake | None = None
    worker: Wired | None = None
    engine: Any = None

    async def open_door(self) -> None:
        settings = load_settings(self.folders.config)
        self.door = await intake_role.start(self.folders, settings, LogJournal(), PrometheusMetrics())

    async def close_door(self) -> None:
        if self.door is not None:
            await self.door.close()
            self.door = None

    async def born(self) -> Wired:
        """Make the worker anew: nothing in memory but keys and parsing children, everything else from disk."""
        await self.gone()
        self.engine = open_engine(self.folders.database_url(""))
        store = SqlStore(self.engine)
        tools = replace(
            self.heavy.intake.tools,
            store=Mortal(store, "commit", self.fate),
            spool=Mortal(self.heavy.intake.tools.spool, "remove", self.fate),
        )
        outbound = replace(self.heavy.outbound, next_hop=Mortal(self.heavy.outbound.next_hop, "send", self.fate))
        self.worker = replace(self.heavy, intake=replace(self.heavy.intake, tools=tools), outbound=outbound)
        return self.worker

    async def gone(self) -> None:
        if self.engine is not None:
            await self.engine.dispose()
        self.engine = self.worker = None

    async def round(self) -> int:
        """Work once through what is due. A kill ends it, and the next round starts a new worker."""
        worker = self.worker or await self.born()
        try:
            return await take_in(worker) + await send_out(worker) + await mend_held(worker)
        except Killed:
            await self.gone()
            return 1

    def store(self) -> SqlStore:
        return self.heavy.intake.tools.store  # type: ignore[return-value] # the worker's own is this class


@dataclass
class Federation:
    """All panels, and the relay where answers to senders go."""

    root: Path
    gateways: dict[str, Gateway] = field(default_factory=dict)
    relay: Sink | None = None

    async def notify(self, death: Death) -> None:
        await asyncio.to_thread(post, self.root / "ca.pem", self.gateways[death.to].port, death)

    async def rest(self, limit_s: float = 420) -> None:
        """Work until no gateway has anything left to do without a person."""
        until = time.monotonic() + limit_s
        while time.monotonic() < until:
            work = [await gateway.round() for gateway in self.gateways.values()]
            queued = [await one.store().dispatches(states=(DispatchState.QUEUED,)) for one in self.gateways.values()]
            if not any(work) and not any(queued):
                return
            if not any(work):
                await asyncio.sleep(0.05)
        raise AssertionError("the federation did not come to rest")


async def start(stack: AsyncExitStack, root: Path, panels: Sequence[str], fate: Fate) -> Federation:
    """Open every gateway's door and worker; all of it ends with ``stack``."""
    ports = await asyncio.to_thread(make, root, panels)
    federation = Federation(root)
    relay = Sink(ports["relay"], root / "relay.crt", root / "relay.key")
    await relay.start()
    stack.push_async_callback(relay.stop)
    federation.relay = relay
    for number, panel in enumerate(panels):
        folders = Folders(root / f"g{number}")
        settings = load_settings(folders.config)
        heavy = await stack.enter_async_context(wire_worker(folders, settings, LogJournal(), PrometheusMetrics()))
        gateway = Gateway(panel, folders, ports[f"{panel}/mx"], heavy, fate)
        stack.push_async_callback(_agents_end, folders)
        stack.push_async_callback(gateway.gone)
        stack.push_async_callback(gateway.close_door)
        await gateway.open_door()
        federation.gateways[panel] = gateway
    return federation


async def _agents_end(folders: Folders) -> None:
    process = await asyncio.create_subprocess_exec("gpgconf", "--homedir", str(folders.gnupg), "--kill", "all")
    await process.wait()
