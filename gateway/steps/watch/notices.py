"""Say, without content, how far each notification by form has come: for the notifier's status page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.model.case.notice import Notice, NoticeState
from gateway.model.case.rows import CaseRow, HandoverRow, IntakeRow, Moved
from gateway.model.ids import IntakeId
from gateway.model.kinds import Channel, HandoverState, IntakeKind, IntakeState
from gateway.model.residence.panels import PanelRegister
from gateway.ports import NoticeBoard
from gateway.steps.tools import Tools

PAGE = 200
_TAKEN = frozenset({HandoverState.ACKNOWLEDGED, HandoverState.ACCEPTED, HandoverState.AGREED})


@dataclass(slots=True)
class NoticePlace:
    """How far the notices are: what moved is looked at as it moves, and what stood before it a page at a time."""

    moved: int | None = None  # the newest entry of the audit that was looked at; None: nothing yet
    behind: IntakeId | None = None  # the newest notification of before that was looked at
    has_caught_up: bool = False


async def put_up(tools: Tools, board: NoticeBoard, register: PanelRegister, place: NoticePlace) -> int:
    """Write the notices of what moved since the last time. Return how many there were.

    After a start, those of before are compared too, ``PAGE`` a time: a worker that was away may have missed some.
    """
    if place.moved is None:
        place.moved = await tools.store.newest_sequence()
    written = 0
    moved = await tools.store.moved_since(place.moved, PAGE)
    for row in await _moved_rows(tools, moved):
        written += await _put_up(tools, board, register, row)
    if moved:
        place.moved = moved[-1].sequence
    if not place.has_caught_up:
        page = await tools.store.notifications_by_form(place.behind, PAGE)
        for row in page:
            written += await _put_up(tools, board, register, row)
        place.behind = page[-1].id if page else place.behind
        place.has_caught_up = len(page) < PAGE
    return written


async def _moved_rows(tools: Tools, moved: Sequence[Moved]) -> list[IntakeRow]:
    rows: dict[IntakeId, IntakeRow] = {}
    for case_id in dict.fromkeys(one.case_id for one in moved if one.case_id is not None):
        rows |= {row.id: row for row in await tools.store.intakes(case_id=case_id)}
    for intake_id in dict.fromkeys(one.intake_id for one in moved if one.intake_id is not None):
        row = None if intake_id in rows else await tools.store.intake(intake_id)
        if row is not None:
            rows[row.id] = row
    return list(rows.values())


async def _put_up(tools: Tools, board: NoticeBoard, register: PanelRegister, row: IntakeRow) -> bool:
    """Write one notice where it says something else than what is up."""
    if row.channel is not Channel.FORM or row.kind is not IntakeKind.NOTIFICATION:
        return False
    case = await tools.store.case(row.case_id) if row.case_id is not None else None
    handovers = await tools.store.handovers(case.id) if case is not None else []
    notice = notice_of(row, case, handovers, register)
    if board.read(row.reference) == notice:
        return False
    board.write(row.reference, notice)
    return True


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
