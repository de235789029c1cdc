"""Say, without content, how far each notification by form has come: for the notifier's status page."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.model.case.notice import Notice, NoticeState
from gateway.model.case.rows import CaseRow, HandoverRow, IntakeRow
from gateway.model.ids import Reference
from gateway.model.kinds import Channel, HandoverState, IntakeKind, IntakeState
from gateway.model.residence.panels import PanelRegister
from gateway.ports import NoticeBoard
from gateway.steps.tools import Tools

_TAKEN = frozenset({HandoverState.ACKNOWLEDGED, HandoverState.ACCEPTED, HandoverState.AGREED})


async def put_up(tools: Tools, board: NoticeBoard, register: PanelRegister, known: dict[Reference, Notice]) -> int:
    """Write every notice that changed since ``known``, and note it there. Return how many there were."""
    written = 0
    for row in await tools.store.intakes():
        if row.channel is not Channel.FORM or row.kind is not IntakeKind.NOTIFICATION:
            continue
        case = await tools.store.case(row.case_id) if row.case_id is not None else None
        handovers = await tools.store.handovers(case.id) if case is not None else []
        notice = notice_of(row, case, handovers, register)
        if known.get(row.reference) != notice:
            board.write(row.reference, notice)
            known[row.reference] = notice
            written += 1
    return written


def notice_of(
    row: IntakeRow, case: CaseRow | None, handovers: Sequence[HandoverRow], register: PanelRegister
) -> Notice:
    """Return what may be said of one notification: no content, and nothing of how others answered."""
    panel = register.panel(case.panel) if case is not None and case.panel is not None else None
    if row.state is IntakeState.HELD or panel is None:
        return Notice(NoticeState.RECEIVED, None, row.received_at)
    taken = [item for item in handovers if item.panel == panel.id and item.state in _TAKEN]
    if taken:
        newest = max(taken, key=lambda item: item.sequence)
        return Notice(NoticeState.ACKNOWLEDGED, panel.display, newest.acknowledged_at or row.received_at)
    return Notice(NoticeState.WITH_PANEL, panel.display, row.received_at)
