"""Adoption: seal the original bytes again, to the case key, before anything parses them.

Repeats safely: the row is inserted once, by the intake's id. A kill between file and row leaves an orphan blob,
which the sweep removes; a kill after the row finds the row again.
"""

from __future__ import annotations

from gateway.model.case.rows import IntakeRow, Move
from gateway.model.channel.arrival import Arrival
from gateway.model.content import framing
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.content.intake_record import dump_arrival
from gateway.model.ids import IntakeId
from gateway.model.kinds import IntakeState, MoveKind
from gateway.ports import Temporary
from gateway.steps.tools import Tools


def original_frame(arrival: Arrival, content: ConfidentialBytes) -> ConfidentialBytes:
    """Return the original as it is kept: what was known of the arrival, then the bytes as they came."""
    return ConfidentialBytes(framing.prefix(dump_arrival(arrival)) + content.reveal())


async def adopt(tools: Tools, intake_id: IntakeId) -> IntakeRow:
    """Return the row of an intake, writing it first if this is the first time it is seen."""
    row = await tools.store.intake(intake_id)
    if row is not None:
        return row
    arrival, content = await tools.spool.open(intake_id)
    now = tools.clock.now()
    blob = await tools.case_blobs.seal(original_frame(arrival, content), "original", now)
    row = IntakeRow(
        id=intake_id,
        reference=arrival.reference,
        mailbox=arrival.mailbox,
        channel=arrival.channel,
        received_at=arrival.received_at,
        state=IntakeState.RECEIVED,
        original_blob=blob.id,
        size_bytes=len(content.reveal()),
    )
    await tools.store.commit(Move(MoveKind.ADOPT, "worker", now, added=(blob, row), intake_id=intake_id))
    stored = await tools.store.intake(intake_id)
    if stored is None:
        raise Temporary("adoption_not_stored")
    return stored
