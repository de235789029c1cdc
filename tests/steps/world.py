"""A real store with one case, one forward and its hand-over, and what the steps take besides."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.adapters.store import SqlStore, open_engine
from gateway.adapters.store.migrate import migrate
from gateway.model.case.rows import BlobRow, CaseRow, DispatchRow, HandoverRow, IntakeRow, Move
from gateway.model.channel.arrival import Arrival, Envelope
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.content.message import Mail, Unparsed
from gateway.model.ids import BlobId, CaseId, CaseNumber, DispatchId, HandoverId, IntakeId, PanelId, Reference
from gateway.model.kinds import (
    CaseState,
    Channel,
    DispatchKind,
    DispatchState,
    HandoverState,
    IntakeState,
    MailboxName,
    MoveKind,
)
from gateway.model.office.office import Office
from gateway.stages.cases.neighbour_link import make, with_link
from gateway.stages.mime.mime_limits import MimeLimits
from gateway.stages.mime.parse import parse
from gateway.steps.tools import Tools
from tests.planted import plant

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LINK = make(bytes(range(32)), bytes(range(16)))
OFFICE = Office(
    panel=PanelId("testshire"),
    panel_name="Testshire CDOP",
    domain="cdop.example",
    secure_address="secure@cdop.example",
    general_address="general@cdop.example",
    general_inbox="staff@cdop.example",
    operator="operator@cdop.example",
    telephone="01632 960100",
    safeguarding_telephone="01632 960111",
    form_url="https://notify.cdop.example",
    console_url="https://console.cdop.example",
)
CASE = CaseId(UUID(int=2))
FORWARD = DispatchId(UUID("018f0000-0000-7000-8000-000000000001"))
PART = DispatchId(UUID("018f0000-0000-7000-8000-000000000002"))
TOKEN, PART_TOKEN = "t0ken", "t0ken2"


class MovingClock:
    def __init__(self) -> None:
        self.instant = START

    def now(self) -> datetime:
        return self.instant

    def pass_by(self, length: timedelta) -> None:
        self.instant += length


class PlainBlobs:
    """Stands for the sealer: the tests look at what would be sealed."""

    def __init__(self) -> None:
        self.sealed: list[bytes] = []

    async def seal(self, content: ConfidentialBytes, purpose: str, now: datetime) -> BlobRow:
        self.sealed.append(content.reveal())
        return BlobRow(BlobId(uuid4()), purpose, "k", b"h", b"sealed", 6, now)


class PlainMime:
    """Parses in this process: what a child would give."""

    async def parse(self, raw: ConfidentialBytes) -> Mail | Unparsed:
        return parse(raw.reveal(), MimeLimits())


@dataclass
class Counts:
    gauges: dict[tuple[str, str], float] = field(default_factory=dict)
    alarms: list[str] = field(default_factory=list)

    def count(self, name: str, **labels: str) -> None:
        if name == "gateway_alarms":
            self.alarms.append(labels["kind"])

    def add(self, name: str, number: int, **labels: str) -> None:
        return None

    def gauge(self, name: str, value: float, **labels: str) -> None:
        self.gauges[name, labels.get("needs", "")] = value

    def event(self, name: str, **fields: str | int | float) -> None:
        return None


@dataclass
class World:
    store: SqlStore
    tools: Tools
    clock: MovingClock
    outbox: PlainBlobs
    counts: Counts
    engine: AsyncEngine
    drawn: int = 0

    async def handover(self) -> HandoverRow:
        (row,) = await self.store.handovers(CASE)
        return row

    async def arrive(
        self, channel: Channel, mailbox: MailboxName, *, token: str | None = None, reverse_path: str = ""
    ) -> tuple[IntakeRow, Arrival]:
        """Add an intake that was just adopted."""
        self.drawn += 1
        intake_id, reference = IntakeId(uuid4()), Reference(f"REF{self.drawn:07d}")
        blob = await PlainBlobs().seal(ConfidentialBytes(b""), "original", self.clock.now())
        row = IntakeRow(
            intake_id, reference, mailbox, channel, self.clock.now(), IntakeState.RECEIVED, original_blob=blob.id
        )
        assert await self.store.commit(Move(MoveKind.ADOPT, "worker", self.clock.now(), added=(blob, row)))
        envelope = Envelope(reverse_path, "x@cdop.example") if channel is Channel.SMTP else None
        arrival = Arrival(intake_id, reference, mailbox, channel, self.clock.now(), envelope=envelope, token=token)
        found = await self.store.intake(intake_id)
        assert found is not None
        return found, arrival

    async def settled(self, row: IntakeRow) -> IntakeRow:
        found = await self.store.intake(row.id)
        assert found is not None
        return found


def _dispatch(number: DispatchId, token: str, **changes: Any) -> DispatchRow:
    row = DispatchRow(
        number,
        DispatchKind.FORWARD,
        "panel:oxfordshire",
        DispatchState.SENT,
        f"<{number}@cdop.example>",
        None,
        START,
        case_id=CASE,
        sent_at=START,
        token=token,
    )
    return replace(row, **changes)


@asynccontextmanager
async def world(folder: Path) -> AsyncIterator[World]:
    url = f"sqlite+aiosqlite:///{folder / 'gateway.db'}"
    await asyncio.to_thread(migrate, url)
    engine = open_engine(url)
    store, clock, outbox, counts = SqlStore(engine), MovingClock(), PlainBlobs(), Counts()
    tools = Tools(
        store=store,
        spool=None,  # type: ignore[arg-type]  # no step here reads the spool
        clock=clock,
        entropy=lambda length: uuid4().bytes[:length],
        case_blobs=PlainBlobs(),
        work_blobs=PlainBlobs(),
        outbox_blobs=outbox,
        opener=None,  # type: ignore[arg-type]
        metrics=counts,
        journal=counts,
        office=OFFICE,
    )
    case = CaseRow(CASE, CaseNumber("34679CDF"), CaseState.OPEN, START, START)
    handover = HandoverRow(
        HandoverId(UUID(int=1)),
        CASE,
        FORWARD,
        PanelId("oxfordshire"),
        HandoverState.SENT,
        START,
        sent_at=START,
        due_at=START + timedelta(hours=24),
    )
    rows = (case, _dispatch(FORWARD, TOKEN), _dispatch(PART, PART_TOKEN), with_link(handover, LINK))
    assert await plant(store, Move(MoveKind.SENT, "worker", START, added=rows))
    try:
        yield World(store, tools, clock, outbox, counts, engine)
    finally:
        await engine.dispose()
