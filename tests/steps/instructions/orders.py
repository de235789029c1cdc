"""A person's instruction as the console posts it, and what the worker makes of it."""

from __future__ import annotations

import hashlib
from dataclasses import fields, replace
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from gateway.adapters.store import tables
from gateway.model.case.instructions import Instruction, pack_instruction, signed_bytes
from gateway.model.case.rows import BlobRow, CaseRow, DispatchRow, InstructionRow, InstructionState, IntakeRow
from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.ids import InstructionId, StaffId
from gateway.model.kinds import Channel, MailboxName, MoveKind
from gateway.model.office.staff import Role, StaffRow
from gateway.steps.instructions.carry_out import carry_out
from gateway.steps.instructions.context import InstructionContext
from gateway.steps.intake.advance import advance
from tests.steps.office import HOME, KEY, FixedEvidence, Office, letter, notification_post, routing_tables
from tests.steps.world import START

MIRO = StaffId("miro")


def staff_of(role: Role = Role.MANAGER, active: bool = True) -> StaffRow:
    return StaffRow(MIRO, "Miro Hale", "", role, active=active, created_at=START)


def context(place: Office, staff: StaffRow | None) -> InstructionContext:
    async def known(staff_id: StaffId) -> StaffRow | None:
        return staff if staff_id == MIRO else None

    return InstructionContext(
        writing=place.writing,
        verifies=lambda signature, signed: signature == hashlib.sha256(signed).digest(),
        staff=known,
        matching_key=KEY,
        home_panel=HOME,
        readers=place.readers,
        register=lambda: routing_tables().panels,
    )


async def held_query(place: Office) -> IntakeRow:
    """Return an intake that waits for a person: a question to the secure mailbox."""
    intake_id = place.spooled(place.arrival(MailboxName.SECURE), letter("Could somebody ring me please?"))
    unproved = replace(place.context, readers=replace(place.readers, evidence=FixedEvidence("fail")))
    await advance(unproved, intake_id)  # nobody is answered by the machine
    return await place.row(intake_id)


async def held_notification(place: Office) -> IntakeRow:
    """Return a notification without a residence, with its case."""
    intake_id = place.spooled(place.arrival(channel=Channel.FORM), notification_post(""))
    await advance(place.context, intake_id)
    return await place.row(intake_id)


def original_of(place: Office, intake: IntakeRow) -> ConfidentialBytes:
    return ConfidentialBytes(place.blobs.contents[intake.original_blob])


def _seen(**rows: IntakeRow | CaseRow | DispatchRow | None) -> dict[str, Any]:
    """Return the versions that the person saw, where instructions name them."""
    named = {one.name for one in fields(InstructionRow)}
    found = {f"{name}_version": row.version for name, row in rows.items() if row is not None}
    return {name: version for name, version in found.items() if name in named}


async def posted(
    place: Office,
    kind: MoveKind,
    *,
    intake: IntakeRow | None = None,
    case: CaseRow | None = None,
    dispatch: DispatchRow | None = None,
    with_original: bool = False,
    row_kind: MoveKind | None = None,
    **parts: Any,
) -> tuple[InstructionRow, BlobRow]:
    original = original_of(place, intake) if with_original and intake is not None else None
    content = pack_instruction(Instruction(kind, ConfidentialText("because"), **parts), original)
    blob = await place.blobs.seal(content, "instruction", place.tools.clock.now())
    row = InstructionRow(
        InstructionId(uuid4()),
        row_kind or kind,
        MIRO,
        place.tools.clock.now(),
        InstructionState.POSTED,
        b"",
        blob.id,
        intake_id=intake.id if intake is not None else None,
        case_id=case.id if case is not None else None,
        dispatch_id=dispatch.id if dispatch is not None else None,
        **_seen(intake=intake, case=case, dispatch=dispatch),
    )
    row = replace(row, signature=hashlib.sha256(signed_bytes(row, blob)).digest())
    await place.insert(blob, row)
    return row, blob


async def result(place: Office, row: InstructionRow) -> tuple[str, str | None]:
    """Return state and code of an instruction."""
    columns = tables.instruction.c
    async with place.world.engine.connect() as connection:
        found = await connection.execute(select(columns.state, columns.result).where(columns.id == row.id))
        state, code = found.one()
    return str(state.value), code


async def ordered(place: Office, kind: MoveKind, staff: StaffRow | None = None, **parts: Any) -> str | None:
    """Post one instruction, have it carried out, and return its code."""
    row, _ = await posted(place, kind, **parts)
    await carry_out(place.tools, context(place, staff or staff_of()), row)
    return (await result(place, row))[1]
