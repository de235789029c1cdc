"""Every change of state is a line of a table: (state, event) -> states.

The theory. A subject (an intake, a case, a dispatch, a hand-over, an instruction) is in one state. An *event* is the
kind of the move that changes it (``MoveKind``). A table names, for each state and event, the states that may follow;
what is not in it cannot be written: ``Store.commit`` refuses a move with such a change, whoever asks for it, and a
page offers only events that have a line for the state that the person saw. A line that leads back to its own state is
a change of facts only: an owner, a report about a sent message.

Three things follow from the tables and are tested as such. No state of an intake or a case is a dead end: from each a
person can bring it back (``REOPEN``, ``TAKE_BACK``). What has left does not leave again: a dispatch that is sent or
cancelled has no line back to the queue. An instruction is carried out at most once: ``DONE`` and ``REFUSED`` have no
line at all.

A hand-over is its facts (gateway.stages.cases.handover): its state is the furthest that they reach, so its table
allows any event that can bring a fact, and the states that the facts' own table reaches.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

from gateway.model.case.rows import (
    CaseRow,
    DispatchRow,
    HandoverRow,
    InstructionRow,
    InstructionState,
    IntakeRow,
    Row,
)
from gateway.model.kinds import CaseState, DispatchState, HandoverState, IntakeState
from gateway.model.kinds import MoveKind as Event

Line = tuple[StrEnum | None, Event]  # the state before, None for a row that is new; the event
Table = Mapping[Line, frozenset[StrEnum]]
Stateful = IntakeRow | CaseRow | DispatchRow | HandoverRow | InstructionRow


def _table(*lines: tuple[Iterable[StrEnum | None], Iterable[Event], Iterable[StrEnum] | None]) -> Table:
    """Make a table of (states before, events, states after); None after: each state stays as it is."""
    made: dict[Line, frozenset[StrEnum]] = {}
    for before, events, after in lines:
        for state in before:
            for event in events:
                same = (state,) if state is not None else ()
                follows = frozenset(after if after is not None else same)
                made[state, event] = made.get((state, event), frozenset()) | follows
    return MappingProxyType(made)


_I = IntakeState
_UNDECIDED = (_I.RECEIVED, _I.ASSESSED)
_SETTLED = (_I.DECIDED, _I.HELD, _I.CLOSED)
INTAKE = _table(
    ((None,), (Event.ADOPT,), (_I.RECEIVED,)),
    ((_I.RECEIVED,), (Event.ASSESS,), (_I.ASSESSED,)),
    (_UNDECIDED, (Event.ATTEMPT_FAILED,), None),
    (_UNDECIDED, (Event.HOLD,), (_I.HELD,)),
    (_UNDECIDED, (Event.DECIDE,), (_I.DECIDED, _I.CLOSED)),
    (_UNDECIDED, (Event.REPORT,), _SETTLED),  # mail of machines, and answers on another panel's page
    (_UNDECIDED, (Event.ANSWER,), (_I.CLOSED,)),  # general staff's own answer, sent on
    ((_I.HELD,), (Event.DECIDE, Event.HOLD), _SETTLED),  # a transfer whose other messages came
    (_SETTLED, (Event.SEND_TO_PANEL, Event.OPEN_CASE), (_I.DECIDED,)),
    ((_I.HELD, _I.DECIDED), (Event.RELEASE,), (_I.DECIDED,)),
    ((_I.HELD,), (Event.ANSWER,), (_I.DECIDED,)),
    ((_I.DECIDED, _I.CLOSED), (Event.ANSWER,), None),
    ((_I.HELD, _I.DECIDED), (Event.KEEP,), (_I.DECIDED,)),
    ((_I.HELD, _I.DECIDED), (Event.CLOSE,), (_I.CLOSED,)),
    ((_I.DECIDED, _I.CLOSED), (Event.TAKE_BACK,), (_I.HELD,)),
    ((_I.HELD,), (Event.ADOPT,), (_I.RECEIVED,)),  # what was damaged can be opened after all
)

_C = CaseState
_ENDED = (_C.CLOSED, _C.SCREENED_OUT, _C.HANDED_OVER)
CASE = _table(
    ((None,), (Event.DECIDE, Event.HOLD, Event.OPEN_CASE, Event.SEND_TO_PANEL), (_C.OPEN,)),
    ((_C.OPEN,), (Event.DECIDE, Event.HOLD, Event.SEND_TO_PANEL, Event.OPEN_CASE, Event.ANSWER, Event.AGREE), None),
    ((_C.OPEN,), (Event.REPORT, Event.WITHDRAW), None),
    ((_C.OPEN,), (Event.CLOSE,), (_C.CLOSED, _C.HANDED_OVER)),
    ((_C.OPEN,), (Event.SCREEN_OUT,), (_C.SCREENED_OUT,)),
    (_ENDED, (Event.REOPEN,), (_C.OPEN,)),
    (_ENDED, (Event.DECIDE, Event.HOLD), (_C.OPEN,)),  # another notification of a death that was done with
    (_ENDED, (Event.ANSWER, Event.REPORT), None),
)

_D = DispatchState
_WAITING = (_D.QUEUED, _D.HELD)
_DRAFTING = (
    Event.DECIDE, Event.HOLD, Event.ANSWER, Event.SEND_TO_PANEL, Event.RELEASE, Event.DIGEST, Event.REMIND,
    Event.PACK_AGAIN, Event.REPORT,
)  # fmt: skip
DISPATCH = _table(
    ((None,), tuple(Event), (_D.QUEUED,)),  # an alarm may go along with any move
    ((_D.QUEUED,), (Event.LEAVING, Event.SEND_FAILED), None),
    ((_D.QUEUED,), (Event.SENT,), (_D.SENT,)),
    (_WAITING, (Event.HOLD_DISPATCH,), (_D.HELD,)),
    ((_D.HELD,), (Event.MEND_DISPATCH,), (_D.QUEUED,)),
    (_WAITING, (Event.WITHDRAW, Event.AGREE, Event.CLOSE, Event.SCREEN_OUT, Event.SEND_TO_PANEL), (_D.CANCELLED,)),
    (_WAITING, (Event.PACK_AGAIN,), (_D.CANCELLED,)),
    ((_D.SENT,), (Event.PACK_AGAIN, Event.AGREE), None),
    ((_D.SENT, *_WAITING), (Event.REPORT,), None),
)

_H = HandoverState
HANDOVER = _table(
    ((None,), _DRAFTING, (_H.PROPOSED,)),
    ((_H.PROPOSED,), (Event.SENT,), (_H.SENT,)),
    (tuple(_H), (Event.SENT, Event.PACK_AGAIN, Event.REMIND), None),
    (tuple(_H), (Event.REPORT,), tuple(state for state in _H if state not in (_H.PROPOSED, _H.WITHDRAWN))),
    (tuple(_H), (Event.AGREE,), (_H.AGREED,)),
    ((_H.PROPOSED,), (Event.WITHDRAW, Event.CLOSE, Event.SCREEN_OUT, Event.SEND_TO_PANEL), (_H.WITHDRAWN,)),
)

_P = InstructionState
# What a person may ask the worker for.
ASKED = (
    Event.SEND_TO_PANEL, Event.RELEASE, Event.OPEN_CASE, Event.ANSWER, Event.KEEP, Event.CLOSE, Event.REOPEN,
    Event.TAKE_BACK, Event.SCREEN_OUT, Event.MEND_DISPATCH, Event.AGREE, Event.WITHDRAW,
)  # fmt: skip
INSTRUCTION = _table(
    ((None,), (Event.INSTRUCT,), (_P.POSTED,)),
    ((_P.POSTED,), ASKED, (_P.DONE,)),
    ((_P.POSTED,), (Event.REFUSED,), (_P.REFUSED,)),
)

TABLES: Mapping[type, Table] = MappingProxyType(
    {
        IntakeRow: INTAKE,
        CaseRow: CASE,
        DispatchRow: DISPATCH,
        HandoverRow: HANDOVER,
        InstructionRow: INSTRUCTION,
    }
)


class NotInLifecycle(Exception):
    """A move asked for a change that is no line of its table. A fault of ours: nothing of the move is written."""


def follows(kind: type, before: StrEnum | None, event: Event) -> frozenset[StrEnum]:
    """Return the states that may follow; empty where the event has no line for this state."""
    return TABLES[kind].get((before, event), frozenset())


def fits(kind: type, before: StrEnum | None, event: Event) -> bool:
    """Say whether an event may happen to a subject in this state."""
    return bool(follows(kind, before, event))


def check(row: Row, before: StrEnum | None, event: Event) -> None:
    """Raise NotInLifecycle where ``row`` may not come to be by ``event``. Rows without states pass."""
    if isinstance(row, Stateful) and row.state not in follows(type(row), before, event):
        was = before.value if before is not None else "new"
        raise NotInLifecycle(f"{type(row).__name__} {was} {event.value} {row.state.value}")
