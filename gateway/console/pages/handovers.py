"""What a case shows of a hand-over: its clock, its messages, its receipts, and what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from gateway.console.guard import parts_of
from gateway.console.moves.offers import Offer, dispatch_offers
from gateway.console.times import day_and_time, span
from gateway.model.case.rows import AuditLink, DispatchRow, HandoverRow, IntakeRow
from gateway.model.kinds import DispatchState, HandoverState, IntakeKind, MoveKind
from gateway.model.office.staff import Role
from gateway.stages.cases.handover import FollowUp, Next, expected_by, is_open, next_step, of_transfer

_AWAITED = {HandoverState.SENT: "A receipt", HandoverState.ACKNOWLEDGED: "An answer, who reviews,"}
_NEXT = {
    Next.REMIND: "The other panel is about to be reminded.",
    Next.ALARM: "They have not answered in time. Ring them.",
    Next.BOUNCED: "It is back with you: find out why, then send the case again, or write down what was agreed.",
    Next.DECLINED: "It is back with you: send the case to the panel it belongs to, or write down what was agreed.",
}


@dataclass(frozen=True, slots=True)
class ShownHandover:
    """One hand-over as it is shown."""

    row: HandoverRow
    clock: str  # when the other panel is next expected to act; "" if not at all
    is_overdue: bool
    what_next: str  # "" if there is nothing to do
    messages: tuple[DispatchRow, ...]  # of the transfer, in order
    replaced: int  # how many messages were too large for the receiver's server
    receipts: tuple[IntakeRow, ...]  # what acknowledged it, oldest first
    offers: tuple[tuple[DispatchRow, Offer], ...]  # each with the message it concerns


async def shown_handovers(
    request: web.Request,
    role: Role,
    waiting: bool,
    handovers: Sequence[HandoverRow],
    dispatches: Sequence[DispatchRow],
    links: Sequence[AuditLink],
) -> tuple[ShownHandover, ...]:
    """Return the hand-overs of a case, with everything that belongs to each. ``waiting``: something was asked for."""
    parts = parts_of(request)
    now, policy = parts.clock.now(), parts.settings.follow_up
    shown = []
    for row in handovers:
        belonging = [one for one in dispatches if of_transfer(handovers, one) == row]
        messages = tuple(one for one in belonging if one.state is not DispatchState.CANCELLED)
        ids = dict.fromkeys(link.intake_id for link in links if _acknowledges(link, belonging))
        receipts = [await parts.desk.intake(intake_id) for intake_id in ids if intake_id is not None]
        offers = [
            (one, offer)
            for one in messages
            for offer in dispatch_offers(one, row if one.id == row.dispatch_id else None, role, waiting)
        ]
        words, is_overdue = clock(row, now, policy)
        shown.append(
            ShownHandover(
                row,
                words,
                is_overdue,
                _what_next(row, handovers, now, policy),
                messages,
                len(belonging) - len(messages),
                tuple(intake for intake in receipts if intake is not None),
                tuple(offers),
            )
        )
    return tuple(shown)


def clock(row: HandoverRow, now: datetime, policy: FollowUp) -> tuple[str, bool]:
    """Return the clock of a hand-over in words, and whether it has run out. "" if nothing is expected."""
    due_at = expected_by(row, policy)
    if due_at is None or row.state not in _AWAITED:
        return "", False
    if now < due_at:
        return f"{_AWAITED[row.state]} is due by {day_and_time(due_at)}: {span(due_at - now)} left", False
    return f"{_AWAITED[row.state]} was due {day_and_time(due_at)}: {span(now - due_at)} overdue", True


def _what_next(row: HandoverRow, handovers: Sequence[HandoverRow], now: datetime, policy: FollowUp) -> str:
    needed = next_step(row, handovers, now, policy)
    if needed is Next.NOTHING and row.state is HandoverState.SENT and row.reminded_at is not None:
        alarm_at = row.reminded_at + policy.alarm_after_reminder
        return f"They were reminded. Without a receipt by {day_and_time(alarm_at)} an alarm is raised."
    if needed is Next.NOTHING and row.state is HandoverState.PROPOSED and is_open(row, handovers):
        return "It has not left yet."
    return _NEXT.get(needed, "")


def _acknowledges(link: AuditLink, messages: Sequence[DispatchRow]) -> bool:
    about = link.move is MoveKind.REPORT and link.detail.get("kind") == IntakeKind.ACKNOWLEDGEMENT
    return about and link.dispatch_id in {one.id for one in messages}
