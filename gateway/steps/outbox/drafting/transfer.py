"""Draft what goes to another panel: a notification handed over or told, in messages its server takes."""

from __future__ import annotations

from gateway.model.case.payload import Payload, pack_payload
from gateway.model.case.plan import PlannedDispatch, to_panel
from gateway.model.case.rows import HandoverRow, Row
from gateway.model.content.confidential import NOTHING
from gateway.model.ids import DispatchId, HandoverId, IntakeId, PanelId, uuid7
from gateway.model.kinds import DispatchKind, HandoverState
from gateway.stages.cases.neighbour_link import TOKEN_BYTES, Link, make, with_link
from gateway.stages.transfer.compose import Composed, Transfer, compose
from gateway.stages.transfer.cover import Answering
from gateway.stages.transfer.record import Case
from gateway.steps.outbox.drafting.writing import (
    TRANSFER_KINDS,
    Drafted,
    Subject,
    Writing,
    bounce_address,
    rows_of,
    token,
)
from gateway.steps.tools import Tools


async def transfer_of(tools: Tools, writing: Writing, planned: PlannedDispatch, about: Subject) -> tuple[Row, ...]:
    """Draft what goes to another panel. The Message-ID of the first message is the transfer's id as well."""
    if about.case_id is None:
        raise ValueError("a transfer belongs to a case")
    now, record, office = tools.clock.now(), about.record, tools.office
    panel = PanelId(planned.to.removeprefix("panel:"))
    first_id = DispatchId(uuid7(now, tools.draw()))
    case = Case(
        TRANSFER_KINDS[planned.kind],
        record.arrival.reference,
        record.routes[0].panel if record.routes else panel,
        about.first_received_at or record.arrival.received_at,
        record.notifications,
    )
    link, how = answering(tools, planned.kind)
    transfer = Transfer(case, office.panel, panel, first_id, about.case_id, about.sequence, now, how, about.originals)
    made = await _composed(tools, writing, transfer)
    rows = await transfer_rows(tools, planned.kind, transfer, made, record.arrival.intake_id)
    if link is not None:
        handover = HandoverRow(
            id=HandoverId(uuid7(now, tools.draw())),
            case_id=about.case_id,
            dispatch_id=first_id,
            panel=panel,
            state=HandoverState.PROPOSED,
            created_at=now,
            sequence=about.sequence,
            content_hash=made.content_hash,
        )
        rows.append(with_link(handover, link))
    return tuple(rows)


def answering(tools: Tools, kind: DispatchKind) -> tuple[Link | None, Answering]:
    """Return how a transfer is answered, by a new link; None for one that only informs: no answer is asked for."""
    office = tools.office
    contact = f"Or ring {office.panel_name}: {office.telephone}."
    if kind is not DispatchKind.FORWARD:
        return None, Answering(contact)
    link = make(tools.entropy(TOKEN_BYTES), tools.draw())
    return link, Answering(contact, link.address(office.form_url), link.shown_code)


async def _composed(tools: Tools, writing: Writing, transfer: Transfer) -> Composed:
    """Compose in messages that the receiver takes, by what it announced before and by the settings."""
    to = to_panel(transfer.receiver)
    try:
        return composed(writing, transfer, await room_for(tools, writing, to))
    except ValueError:  # its server announced less than a notification takes: sending shows whether that still holds
        return composed(writing, transfer, writing.room_for(to))


def composed(writing: Writing, transfer: Transfer, room: int) -> Composed:
    """Compose in messages of at most ``room`` bytes. ValueError where the notification does not fit in one."""
    return compose(transfer, writing.layout, writing.panel_names(), room, writing.inform_fields)


async def room_for(tools: Tools, writing: Writing, to: str) -> int:
    """Return how large one message to a receiver may be: the least of the settings and what its server announced."""
    known = await tools.store.receiver(to)
    return min(writing.room_for(to), known.max_bytes) if known is not None else writing.room_for(to)


async def transfer_rows(
    tools: Tools, kind: DispatchKind, transfer: Transfer, made: Composed, intake_id: IntakeId | None
) -> list[Row]:
    """Return the rows of a transfer's messages. The first one's id is the transfer's uuid."""
    now, rows = tools.clock.now(), list[Row]()
    for number, inner in enumerate(made.messages):
        dispatch_id = DispatchId(transfer.transfer) if number == 0 else DispatchId(uuid7(now, tools.draw()))
        handle = token(tools.draw())
        described = Payload(bounce_address(tools, kind, handle), NOTHING, transfer.receiver, inner.subject)
        drawn = Drafted(kind, to_panel(transfer.receiver), dispatch_id, handle, pack_payload(described, inner.entity))
        rows.extend(await rows_of(tools, drawn, intake_id, transfer.case_id))
    return rows
