"""The case that a move is about, and the hand-over of it to a panel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from gateway.model.case.rows import CaseRow, IntakeRow, Row
from gateway.model.content import framing
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.content.intake_record import IntakeRecord
from gateway.model.ids import CaseId, PanelId, case_number, uuid7
from gateway.model.kinds import (
    CaseState,
    DispatchKind,
    DispatchState,
)
from gateway.stages import extract
from gateway.stages.cases.decide import forwards
from gateway.stages.cases.duplicates import duplicate_key
from gateway.stages.route import route
from gateway.stages.transfer.files import File
from gateway.steps.instructions.context import Effect, InstructionContext, Order, Refused
from gateway.steps.instructions.verify import record_of_order
from gateway.steps.intake.read import originals, read
from gateway.steps.outbox.drafting.draft import draft
from gateway.steps.outbox.drafting.writing import Subject
from gateway.steps.tools import Tools


async def for_panels(
    tools: Tools, context: InstructionContext, order: Order, case: CaseRow, panel: PanelId
) -> tuple[Row, ...]:
    """Draft the case for the panel that a person chose, and what the panel of the area of death is told, once."""
    notification = order.instruction.notification
    if notification is None:
        raise Refused("payload")
    found = route(extract.residence(notification), context.readers.routing(), tools.clock.now())
    sent = await tools.store.dispatches((DispatchState.SENT,), case_id=case.id)
    told = {row.to for row in sent if row.kind is DispatchKind.INFORM}
    planned = [item for item in forwards(panel, found.informed, context.home_panel) if item.to not in told]
    if not planned:
        return ()
    sequence = 1 + len(await tools.store.handovers(case.id))
    record = replace(record_of_order(order), routes=(replace(found, panel=panel),))
    originals = await _originals(context, order, record)
    about = Subject(record, case.id, case.first_received_at, sequence, originals)
    return tuple([row for item in planned for row in await draft(tools, context.writing, item, about)])


def with_case(
    case: CaseRow,
    added: tuple[Row, ...],
    panel: PanelId,
    changed: tuple[Row, ...],
    drafts: tuple[Row, ...],
    detail: Mapping[str, str],
) -> Effect:
    """Return the effect of a move that gives a case its panel; ``added`` holds the case where it is new."""
    placed = replace(case, panel=panel)
    if added:
        return Effect((placed, *drafts), changed, case_id=case.id, detail=detail)
    return Effect(drafts, (placed, *changed), case_id=case.id, detail=detail)


async def case_of(
    tools: Tools, context: InstructionContext, order: Order, intake: IntakeRow
) -> tuple[CaseRow, tuple[Row, ...]]:
    """Return the case of an intake, and a new row where it had none yet."""
    if intake.case_id is not None:
        known = await tools.store.case(intake.case_id)
        if known is not None:
            return known, ()
    now = tools.clock.now()
    notification = order.instruction.notification
    case = CaseRow(
        id=CaseId(uuid7(now, tools.draw())),
        number=case_number(tools.draw()),
        state=CaseState.OPEN,
        opened_at=now,
        first_received_at=intake.received_at,
        duplicate_key=duplicate_key(notification, context.matching_key) if notification is not None else None,
    )
    return case, (case,)


async def _originals(context: InstructionContext, order: Order, record: IntakeRecord) -> tuple[File, ...]:
    """Read the original again, for the files that go along."""
    if order.original is None:
        return ()
    content = ConfidentialBytes(framing.split(order.original.reveal())[1])
    return originals(await read(context.readers, record.arrival, content))


def ended(case: CaseRow, state: CaseState, now: datetime) -> CaseRow:
    """Return the case ended in ``state``."""
    return replace(case, state=state, closed_at=now)
