"""The worker opens only what intake sealed under this very name: anything else in the spool is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from gateway.adapters.sealing.seal import seal
from gateway.adapters.sealing.unseal import KeyRing, SealPrivateKey
from gateway.adapters.spool.arrival_record import context_of
from gateway.adapters.spool.reader import SpoolReader
from gateway.model.channel.arrival import Arrival, WebPost
from gateway.model.content import framing
from gateway.model.content.intake_record import dump_arrival
from gateway.model.ids import IntakeId, Reference
from gateway.model.kinds import Channel, MailboxName
from gateway.ports import Permanent

KEY = SealPrivateKey.generate()
FIRST, SECOND = (IntakeId(UUID(f"01890a5d-ac96-774b-bcce-b302099a805{digit}")) for digit in "78")
ARRIVAL = Arrival(
    FIRST,
    Reference("2345678923"),
    MailboxName.SECURE,
    Channel.FORM,
    datetime(2026, 3, 11, 9, 30, tzinfo=UTC),
    web=WebPost("notify", None),
)
CONTENT = b"what was said"


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    (tmp_path / "new").mkdir()
    return tmp_path


def put(spool: Path, arrival: Arrival, name: IntakeId | None = None, context: dict[str, str] | None = None) -> None:
    """Write a spool file as intake would, but for what a test sets apart."""
    frame = framing.prefix(dump_arrival(arrival)) + CONTENT
    header, body = seal(KEY.public, context_of(arrival) if context is None else context, frame)
    (spool / "new" / f"{name or arrival.intake_id}.sealed").write_bytes(header + body)


def reader(spool: Path) -> SpoolReader:
    return SpoolReader(spool, KeyRing.of(KEY))


async def refused(spool: Path, intake_id: IntakeId = FIRST) -> bool:
    with pytest.raises(Permanent) as stopped:
        await reader(spool).open(intake_id)
    assert stopped.value.__cause__ is None
    return stopped.value.code == "seal_refused"


async def test_what_intake_sealed_opens(spool: Path) -> None:
    put(spool, ARRIVAL)
    arrival, content = await reader(spool).open(FIRST)
    assert (arrival, content.reveal()) == (ARRIVAL, CONTENT)


async def test_file_under_the_name_of_another_arrival_is_refused(spool: Path) -> None:
    put(spool, ARRIVAL, name=SECOND)
    assert await refused(spool, SECOND)


@pytest.mark.parametrize(
    "changed",
    [
        {"intake_id": str(SECOND)},
        {"mailbox": "general"},
        {"kind": "smtp"},
        {"received_at": "2026-03-11T09:30:01+00:00"},
        {"further": "entry"},
    ],
    ids=lambda changed: next(iter(changed)),
)
async def test_context_that_differs_from_the_arrival_is_refused(spool: Path, changed: dict[str, str]) -> None:
    put(spool, ARRIVAL, context={**context_of(ARRIVAL), **changed})
    assert await refused(spool)


@pytest.mark.parametrize("missing", ["intake_id", "mailbox", "kind", "received_at"])
async def test_context_that_leaves_something_out_is_refused(spool: Path, missing: str) -> None:
    put(spool, ARRIVAL, context={name: value for name, value in context_of(ARRIVAL).items() if name != missing})
    assert await refused(spool)


async def test_arrival_inside_that_says_another_id_is_refused(spool: Path) -> None:
    put(spool, replace(ARRIVAL, intake_id=SECOND), name=FIRST, context=context_of(ARRIVAL))
    assert await refused(spool)


async def test_frame_that_is_no_frame_is_refused(spool: Path) -> None:
    header, body = seal(KEY.public, context_of(ARRIVAL), b"\xff\xff\xff\xff")
    (spool / "new" / f"{FIRST}.sealed").write_bytes(header + body)
    assert await refused(spool)


async def test_file_that_was_cut_is_refused_and_stays(spool: Path) -> None:
    put(spool, ARRIVAL)
    path = spool / "new" / f"{FIRST}.sealed"
    path.write_bytes(path.read_bytes()[:-1])
    assert await refused(spool)
    assert path.exists()


async def test_only_names_of_arrivals_are_pending_oldest_first(spool: Path) -> None:
    put(spool, replace(ARRIVAL, intake_id=SECOND))
    put(spool, ARRIVAL)
    (spool / "new" / "notes.sealed").write_bytes(b"")
    (spool / "new" / "notes.txt").write_bytes(b"")
    assert await reader(spool).pending() == [FIRST, SECOND]
    await reader(spool).remove(FIRST)
    await reader(spool).remove(FIRST)
    assert await reader(spool).pending() == [SECOND]
