"""Walk a journey through the real parts: SMTP and HTTPS in, the worker's own steps, SMTP over TLS out to real sinks."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gateway.adapters.config.settings import Settings, load_settings
from gateway.adapters.host.log import LogJournal
from gateway.adapters.host.metrics import PrometheusMetrics
from gateway.adapters.host.system import SystemClock
from gateway.adapters.sealing.blob_opener import BlobOpener
from gateway.adapters.sealing.unseal import KeyRing
from gateway.adapters.store import SqlStore, open_engine
from gateway.adapters.store.audit_chain import first_break
from gateway.adapters.store.console_desk import ConsoleDesk
from gateway.adapters.store.console_reads import ConsoleReads
from gateway.adapters.store.staff import StaffStore
from gateway.model.case.instructions import Instruction
from gateway.model.case.rows import DispatchRow, IntakeRow
from gateway.model.content.intake_record import IntakeRecord, unpack_record
from gateway.model.form.notification import Notification
from gateway.model.ids import StaffId
from gateway.model.kinds import DispatchState, MoveKind
from gateway.model.office.looks import Looked, Order
from gateway.model.office.staff import Role
from gateway.roles import intake as intake_role
from gateway.roles.console import desk_keys
from gateway.roles.demo.outcome import decrypted
from gateway.roles.demo.senders import deliver, post_form, send
from gateway.roles.demo.sinks import Received, Sink
from gateway.roles.demo.world import World, sink_certificate
from gateway.roles.wiring import Wired
from gateway.roles.worker import mend_held, obey, send_out, take_in
from gateway.steps.tools import Tools
from tests.console.conftest import QUICK_HASHER

STAFF = StaffId("tester")
ROUNDS = 60


@dataclass
class Walk:
    """One journey under way."""

    world: World
    settings: Settings
    sinks: dict[str, Sink]
    heavy: Wired  # keys, parsing children, DNS: shared by every walk, they keep nothing
    faults: Callable[[Wired], Wired] = lambda wired: wired
    engines: list[Any] = field(default_factory=list)

    def wired(self) -> Wired:
        """Return a worker as it is after a start: nothing in memory but keys, everything else on disk."""
        engine = open_engine(self.world.folders.database_url(""))
        self.engines.append(engine)
        store = SqlStore(engine)
        tools = replace(self.heavy.intake.tools, store=store)
        fresh = replace(
            self.heavy,
            intake=replace(self.heavy.intake, tools=tools),
            instructions=replace(self.heavy.instructions, staff=store.staff),
        )
        return self.faults(fresh)

    async def work(self) -> None:
        """Run the worker until it has nothing to do at this moment; what waits for its time goes on waiting."""
        wired = self.wired()
        for _ in range(ROUNDS):
            if not any([await take_in(wired), await obey(wired), await send_out(wired), await mend_held(wired)]):
                return
        raise AssertionError("the worker did not come to rest")

    async def settle(self) -> None:
        """Run the worker until nothing is left to do without a person."""
        wired = self.wired()
        for _ in range(ROUNDS):
            work = [await take_in(wired), await obey(wired), await send_out(wired), await mend_held(wired)]
            waiting = await wired.intake.tools.store.dispatches(states=(DispatchState.QUEUED,))
            if not any(work) and not waiting:
                return
            if not any(work):
                await asyncio.sleep(0.05)
        raise AssertionError("the worker did not come to rest")

    async def mail(self, sample: Any) -> None:
        """Send one message of the demo's kind."""
        await send(self.world, sample)

    async def raw(self, reverse_path: str, forward_path: str, content: bytes, *, tls: bool = True) -> None:
        """Send bytes by SMTP."""
        await asyncio.to_thread(deliver, self.world, reverse_path, forward_path, content, tls=tls)

    async def form(self, path: str, values: dict[str, Any]) -> str:
        """Fill in a page; return the reference."""
        return await post_form(self.world, path, values)

    def store(self) -> SqlStore:
        engine = open_engine(self.world.folders.database_url(""))
        self.engines.append(engine)
        return SqlStore(engine)

    async def intakes(self) -> list[IntakeRow]:
        return await self.store().intakes()

    async def only_intake(self) -> IntakeRow:
        [row] = await self.intakes()
        return row

    async def dispatches(self) -> list[DispatchRow]:
        return await self.store().dispatches()

    async def left(self) -> list[str]:
        """Return what left, as KIND:TO, in no order."""
        return sorted(f"{row.kind.value}:{row.to}" for row in await self.dispatches())

    async def record(self, row: IntakeRow) -> IntakeRecord:
        """Open the record as the console does."""
        opener = BlobOpener(self.world.folders.blobs, KeyRing.load(self.world.folders.console_keys, "case"))
        assert row.record_blob is not None
        blob = await self.store().blob(row.record_blob)
        assert blob is not None
        record, _ = unpack_record(await opener.open(blob))
        return record

    async def decrypted(self, panel: str) -> list[bytes]:
        """Return what a neighbour can read, by its own key, of what it received from us."""
        found = []
        for message in self.sinks[panel].received:
            plain = await decrypted(self.world, panel, message)
            assert plain is not None, "not readable by the receiver, or not signed by us"
            found.append(plain.reveal())
        return found

    def received(self, sink: str) -> list[Received]:
        return self.sinks[sink].received

    def desk(self) -> ConsoleDesk:
        """Return a desk in the console, with its real keys."""
        engine = open_engine(self.world.folders.database_url(""))
        self.engines.append(engine)
        return ConsoleDesk(SqlStore(engine), ConsoleReads(engine), desk_keys(self.world.folders), SystemClock())

    async def person(self, kind: MoveKind, row: IntakeRow, **more: Any) -> bool:
        """Have a person decide something about an intake, as the console does it: look, then a signed instruction."""
        await self._account()
        desk = self.desk()
        instruction = Instruction(kind, reason=more.pop("reason"), **more)
        return await desk.post(Order(instruction, STAFF, intake=row, with_original=True))

    async def looked_at(self, row: IntakeRow) -> IntakeRecord:
        """Open the record through the desk: the look is written to the audit first."""
        record = await self.desk().open_record(row, STAFF, Looked.RECORD)
        assert record is not None
        return record

    async def _account(self) -> None:
        engine = open_engine(self.world.folders.database_url(""))
        self.engines.append(engine)
        accounts = StaffStore(engine, SqlStore(engine), hasher=QUICK_HASHER)
        await accounts.add(STAFF, "Tess Tester", "three calm otters by the weir", Role.MANAGER, datetime.now(UTC))

    async def audit_is_whole(self) -> bool:
        return first_break([link async for link in self.store().audit()]) is None

    async def close(self) -> None:
        for engine in self.engines:
            await engine.dispose()
        self.engines.clear()


def notification_of(record: IntakeRecord) -> Notification:
    """Return the one notification of a record."""
    [notification] = record.notifications
    return notification


def reset(world: World, empty_database: Path) -> None:
    """Bring the deployment back to how `gateway init` left it, keys and configuration apart."""
    var = world.folders.var
    for path in var.glob("gateway.db*"):
        path.unlink()
    shutil.copy(empty_database, var / "gateway.db")
    for folder in (world.folders.spool / "new", world.folders.spool / "tmp", world.folders.blobs, world.folders.form):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)


@asynccontextmanager
async def walking(
    world: World, heavy: Wired, empty_database: Path, faults: Callable[[Wired], Wired] | None = None
) -> AsyncIterator[Walk]:
    """Start intake and the sinks on loopback for one journey."""
    reset(world, empty_database)
    settings = load_settings(world.folders.config)
    names = {"relay": "relay.example", **{panel: f"mx.{panel}.example" for panel in world.neighbours}}
    sinks = {name: Sink(world.ports[name], *sink_certificate(world, host)) for name, host in names.items()}
    for sink in sinks.values():
        await sink.start()
    serving = await intake_role.start(world.folders, settings, LogJournal(), PrometheusMetrics())
    walk = Walk(world, settings, sinks, heavy, faults or (lambda wired: wired))
    try:
        yield walk
    finally:
        await serving.close()
        for sink in sinks.values():
            await sink.stop()
        await walk.close()


Step = Callable[[Walk], Awaitable[None]]


@dataclass(frozen=True)
class Journey:
    """A journey as data, so that the kill test and the canary test can walk it too.

    ``steps`` are what the outside does, one after another; the worker settles after each. ``check`` says what
    must be at the end. ``canaries`` are words that nobody but the rightful receiver may see.
    """

    name: str
    steps: tuple[Step, ...]
    check: Step
    canaries: tuple[str, ...] = ()
    receivers: tuple[str, ...] = ()  # sinks that may decrypt a canary


async def walk_through(walk: Walk, journey: Journey) -> None:
    """Walk every step and check the end."""
    for step in journey.steps:
        await step(walk)
        await walk.settle()
    await journey.check(walk)
    assert await walk.audit_is_whole()
    assert not list((walk.world.folders.spool / "new").iterdir())


def rows_of(world: World, table: str) -> list[dict[str, Any]]:
    """Read a table directly, for looking at it from outside."""
    with sqlite3.connect(world.folders.var / "gateway.db") as database:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute(f"SELECT * FROM {table}")]  # noqa: S608 - a test's own word


def tools_of(wired: Wired) -> Tools:
    return wired.intake.tools
