"""What has become of a forward: facts in any order, the state they lead to, and what to do about it.

Each fact is kept separately, with the earliest time it was reported for. The state is the furthest that any fact
reaches in one fixed order, so the order of arrival does not matter: a late "delivered" changes nothing once a failure
has been reported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from gateway.model.case.rows import DispatchRow, HandoverRow
from gateway.model.ids import BlobId, PanelId
from gateway.model.kinds import DispatchKind
from gateway.model.kinds import HandoverState as State


class Fact(StrEnum):
    """One thing that happened to a forward."""

    SENT = "sent"  # the next hop said 250
    DELIVERED = "delivered"  # a delivery report says so: a machine took it, nobody has read it
    BOUNCED = "bounced"  # a delivery report says it failed
    ACKNOWLEDGED = "acknowledged"  # a signed receipt, or the neighbour's page with its code: it was opened
    ACCEPTED = "accepted"  # the neighbour will review
    DECLINED = "declined"  # the neighbour will not, and perhaps says who will
    AGREED = "agreed"  # both panels agree who reviews and how the other is told


@dataclass(frozen=True, slots=True)
class Event:
    """A fact with its time. ``declined_to`` belongs to DECLINED, ``agreement_blob`` to AGREED."""

    fact: Fact
    at: datetime
    declined_to: PanelId | None = None  # None: the neighbour did not say
    agreement_blob: BlobId | None = None


# Each fact's column of the transition table: the states it moves on from, and where to. A state that is not named
# does not change. An answer outranks a bounce, because whoever answers has opened the message; a refusal outranks an
# acceptance, because if a panel has said both a person must ask; an agreement settles everything.
TRANSITIONS: Mapping[Fact, Mapping[State, State]] = MappingProxyType(
    {
        Fact.SENT: {State.PROPOSED: State.SENT},
        Fact.DELIVERED: {State.PROPOSED: State.SENT},
        Fact.BOUNCED: {State.PROPOSED: State.BOUNCED, State.SENT: State.BOUNCED},
        Fact.ACKNOWLEDGED: {
            State.PROPOSED: State.ACKNOWLEDGED,
            State.SENT: State.ACKNOWLEDGED,
            State.BOUNCED: State.ACKNOWLEDGED,
        },
        Fact.ACCEPTED: {
            State.PROPOSED: State.ACCEPTED,
            State.SENT: State.ACCEPTED,
            State.BOUNCED: State.ACCEPTED,
            State.ACKNOWLEDGED: State.ACCEPTED,
        },
        Fact.DECLINED: {
            State.PROPOSED: State.DECLINED,
            State.SENT: State.DECLINED,
            State.BOUNCED: State.DECLINED,
            State.ACKNOWLEDGED: State.DECLINED,
            State.ACCEPTED: State.DECLINED,
        },
        Fact.AGREED: {state: State.AGREED for state in State if state is not State.AGREED},
    }
)


def following(state: State, fact: Fact) -> State:
    """Return the state after one more fact."""
    return TRANSITIONS[fact].get(state, state)


def record(row: HandoverRow, event: Event) -> HandoverRow:
    """Return the row with one more fact; the same object if the fact is not new, so that nothing is written."""
    moved = replace(row, state=following(row.state, event.fact), **_noted(row, event))
    return row if moved == row else moved


def _noted(row: HandoverRow, event: Event) -> dict[str, Any]:
    """Return the columns that hold the fact. Of two reports of one fact, the earlier counts."""
    column = f"{event.fact.value}_at"
    known: datetime | None = getattr(row, column)
    new: dict[str, Any] = {column: event.at if known is None else min(known, event.at)}
    if event.fact is Fact.DECLINED:
        # If two refusals name two panels, the choice must not depend on which came first; both are in the audit.
        named = [panel for panel in (row.declined_to, event.declined_to) if panel is not None]
        new["declined_to"] = min(named, default=None)
    if event.fact is Fact.AGREED:
        said = [(known, row.agreement_blob)] if known is not None else []
        new["agreement_blob"] = min(
            [*said, (event.at, event.agreement_blob)], key=lambda pair: (pair[0], str(pair[1]))
        )[1]
    return new


@dataclass(frozen=True, slots=True)
class FollowUp:
    """How long a neighbour has, and what follows."""

    receipt_within: timedelta = timedelta(hours=24)  # from sending to a receipt
    alarm_after_reminder: timedelta = timedelta(hours=24)  # from the reminder to the alarm
    answer_within: timedelta = timedelta(days=5)  # from the receipt to accepted or declined


class Next(StrEnum):
    """What a hand-over needs now."""

    NOTHING = "nothing"
    REMIND = "remind"  # send the neighbour a reminder, once
    ALARM = "alarm"  # tell the named person: no receipt despite the reminder, or no answer
    BOUNCED = "bounced"  # back to a person: it was not delivered
    DECLINED = "declined"  # back to a person: the neighbour will not review


_BACK = MappingProxyType({State.BOUNCED: Next.BOUNCED, State.DECLINED: Next.DECLINED})


def expected_by(row: HandoverRow, policy: FollowUp) -> datetime | None:
    """Return when the neighbour is next expected to act, None if not at all: the clock that the console shows."""
    if row.state is State.SENT:
        since = row.sent_at or row.delivered_at
        return row.due_at or (since + policy.receipt_within if since is not None else None)
    if row.state is State.ACKNOWLEDGED and row.acknowledged_at is not None:
        return row.acknowledged_at + policy.answer_within
    return None


def next_step(row: HandoverRow, all_of_case: Sequence[HandoverRow], now: datetime, policy: FollowUp) -> Next:
    """Decide what one hand-over needs. The caller sends the reminder and writes ``reminded_at`` in one move."""
    if row.state in _BACK:
        return _BACK[row.state] if is_open(row, all_of_case) else Next.NOTHING
    due_at = expected_by(row, policy)
    if due_at is None or now < due_at:
        return Next.NOTHING
    if row.state is State.ACKNOWLEDGED:
        return Next.ALARM
    if row.reminded_at is None:
        return Next.REMIND
    return Next.ALARM if now >= row.reminded_at + policy.alarm_after_reminder else Next.NOTHING


def of_transfer(handovers: Sequence[HandoverRow], dispatch: DispatchRow) -> HandoverRow | None:
    """Return the hand-over that a forward's message belongs to: its own, or that of its transfer."""
    if dispatch.kind is not DispatchKind.FORWARD:
        return None
    own = [one for one in handovers if one.dispatch_id == dispatch.id]
    same = [one for one in handovers if f"panel:{one.panel}" == dispatch.to and one.created_at <= dispatch.created_at]
    return own[0] if own else max(same, key=lambda one: one.sequence, default=None)


def is_open(row: HandoverRow, all_of_case: Sequence[HandoverRow]) -> bool:
    """Say whether somebody still has to do something about a hand-over.

    Accepted, agreed and withdrawn ones are done. One that bounced or was declined went back to a person; done once that
    person has sent the case on (a later hand-over) or agreed with the neighbour who reviews. One that awaits an
    answer stays open, whatever else was sent.
    """
    if row.state in (State.ACCEPTED, State.AGREED, State.WITHDRAWN):
        return False
    if row.state in _BACK:
        return not any(other.case_id == row.case_id and other.sequence > row.sequence for other in all_of_case)
    return True


def may_close(all_of_case: Sequence[HandoverRow]) -> bool:
    """Say whether a case may be closed, or anything of it deleted: not while any of its hand-overs is open."""
    return not any(is_open(row, all_of_case) for row in all_of_case)
