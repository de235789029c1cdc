"""Adoption: seal the original bytes again, to the case key, before anything parses them.

Repeats safely: the row is inserted once, by the intake's id. A kill between file and row leaves an orphan blob,
which the sweep removes; a kill after the row finds the row again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from gateway.model.case.rows import IntakeRow, Move
from gateway.model.channel.arrival import Arrival
from gateway.model.content import framing
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.content.intake_record import dump_arrival
from gateway.model.ids import IntakeId, reference
from gateway.model.kinds import Channel, HeldReason, IntakeState, MailboxName, MoveKind
from gateway.ports import Permanent, Temporary
from gateway.steps.intake.failures import hold
from gateway.steps.tools import Tools

NOTHING_CAME = ConfidentialBytes(b"")


@dataclass(frozen=True, slots=True)
class Adopted:
    """An intake's row, and what was opened for it, so that it need not be opened again. None where it was not."""

    row: IntakeRow
    opened: tuple[Arrival, ConfidentialBytes] | None = None


def original_frame(arrival: Arrival, content: ConfidentialBytes) -> ConfidentialBytes:
    """Return the original as it is kept: what was known of the arrival, then the bytes as they came."""
    return ConfidentialBytes(framing.prefix(dump_arrival(arrival)) + content.reveal())


async def adopt(tools: Tools, intake_id: IntakeId) -> Adopted:
    """Return the row of an intake, writing it first if this is the first time it is seen.

    What cannot be opened and never will be becomes a held row too: somebody was promised that it is kept.
    """
    row = await tools.store.intake(intake_id)
    if row is not None:
        return Adopted(row)
    try:
        opened = await tools.spool.open(intake_id)
    except Permanent as error:
        return Adopted(await hold_damaged(tools, await _write(tools, *_unknown(tools, intake_id)), error.code))
    return Adopted(await _write(tools, *opened), opened)


async def hold_damaged(tools: Tools, row: IntakeRow, code: str) -> IntakeRow:
    """Hold what cannot be opened. Its file stays where it is."""
    tools.journal.event("arrival_damaged", intake_id=str(row.id), code=code)
    await hold(tools, row, HeldReason.DAMAGED_ARRIVAL, code)
    return await tools.store.intake(row.id) or row


def _unknown(tools: Tools, intake_id: IntakeId) -> tuple[Arrival, ConfidentialBytes]:
    """Stand for an arrival of which nothing is known but its name."""
    arrival = Arrival(intake_id, reference(tools.draw()), MailboxName.SECURE, Channel.SMTP, tools.clock.now())
    return arrival, NOTHING_CAME


async def _write(tools: Tools, arrival: Arrival, content: ConfidentialBytes) -> IntakeRow:
    now = tools.clock.now()
    blob = await tools.case_blobs.seal(original_frame(arrival, content), "original", now)
    row = IntakeRow(
        id=arrival.intake_id,
        reference=arrival.reference,
        mailbox=arrival.mailbox,
        channel=arrival.channel,
        received_at=arrival.received_at,
        state=IntakeState.RECEIVED,
        original_blob=blob.id,
        size_bytes=len(content.reveal()),
    )
    await tools.store.commit(Move(MoveKind.ADOPT, "worker", now, added=(blob, row), intake_id=row.id))
    stored = await tools.store.intake(row.id)
    if stored is None:
        raise Temporary("adoption_not_stored")
    return stored


async def take_up(tools: Tools, row: IntakeRow, arrival: Arrival, content: ConfidentialBytes) -> bool:
    """Take up an arrival that was held as damaged and can be opened after all: it starts anew as what it is."""
    now = tools.clock.now()
    blob = await tools.case_blobs.seal(original_frame(arrival, content), "original", now)
    changed = replace(
        row,
        reference=arrival.reference,
        mailbox=arrival.mailbox,
        channel=arrival.channel,
        received_at=arrival.received_at,
        state=IntakeState.RECEIVED,
        held_reason=None,
        attempts=0,
        next_attempt_at=None,
        original_blob=blob.id,
        size_bytes=len(content.reveal()),
    )
    detail = {"mended": "its file can be opened"}
    move = Move(MoveKind.ADOPT, "worker", now, (blob,), (changed,), intake_id=row.id, detail=detail)
    return await tools.store.commit(move)
