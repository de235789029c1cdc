"""Which moves a page offers, and why not the others. Only for display: the worker checks again."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.model import lifecycle
from gateway.model.case.rows import CaseRow, DispatchRow, HandoverRow, IntakeRow
from gateway.model.content.intake_record import IntakeRecord
from gateway.model.kinds import (
    CaseState,
    Channel,
    DispatchState,
    IntakeKind,
    IntakeState,
    MailboxName,
    MoveKind,
)
from gateway.model.office.staff import Role, may
from gateway.stages.cases.handover import may_close


@dataclass(frozen=True, slots=True)
class Offer:
    """One move. ``why_not`` is "" if it can be made."""

    kind: MoveKind
    label: str
    explained: str
    why_not: str = ""

    @property
    def slug(self) -> str:
        return self.kind.value.replace("_", "-")


LABELS: dict[MoveKind, tuple[str, str]] = {
    MoveKind.SEND_TO_PANEL: ("Send to a panel", "The panel of normal residence gets the case, encrypted."),
    MoveKind.RELEASE: ("Release to the general inbox", "You see what would go before it goes."),
    MoveKind.OPEN_CASE: ("Open a case", "You write down what is known, and send it to its panel from the case."),
    MoveKind.ANSWER: ("Answer", "Sent through the gateway, without quoting anything."),
    MoveKind.KEEP: ("Keep on the secure side", "Nothing of it goes to the general inbox. It stops waiting."),
    MoveKind.CLOSE: ("Close", "Nothing more is to be done."),
    MoveKind.REOPEN: ("Reopen", "It waits for a person again."),
    MoveKind.TAKE_BACK: ("Take back", "It waits for a person again."),
    MoveKind.SCREEN_OUT: ("Screen out", "This is not a death for any panel to review."),
    MoveKind.AGREE: ("Write down what was agreed", "Which panel reviews, as both panels agreed."),
    MoveKind.WITHDRAW: ("Withdraw", "It has not left. It never will, and the case stays as it is."),
    MoveKind.MEND_DISPATCH: ("Try again", "Once the cause is mended: the same message, once."),
}
_CASE_KINDS = frozenset(
    {
        IntakeKind.SECURE_QUERY,
        IntakeKind.GENERAL_QUERY,
        IntakeKind.UNREADABLE,
        IntakeKind.NOTIFICATION,
        IntakeKind.POSSIBLE_NOTIFICATION,
        IntakeKind.SPAM_SUSPECTED,
    }
)
NOT_PROVED = "The sender's way is not proved secure, so nothing can be sent there. Ring instead."
WAITING = "Somebody has asked for something already; the gateway has not carried it out yet."


def intake_offers(row: IntakeRow, record: IntakeRecord | None, role: Role, waiting: bool) -> tuple[Offer, ...]:
    """Return the moves that are possible for an intake in its present state."""
    return tuple(
        _offer(kind, role, waiting, NOT_PROVED if kind is MoveKind.ANSWER and not may_answer(row, record) else "")
        for kind in _fitting(row, record)
    )


def may_answer(row: IntakeRow, record: IntakeRecord | None) -> bool:
    """Say whether an answer may go to the sender: encrypted to a pinned key, or over a channel proved both ways."""
    if record is not None and record.answer_key is not None:
        return True
    return record is not None and record.answerable and row.grade is not None and row.grade.is_proved


def _fitting(row: IntakeRow, record: IntakeRecord | None) -> list[MoveKind]:
    if row.state is IntakeState.CLOSED:
        return [MoveKind.TAKE_BACK]
    if row.state not in (IntakeState.HELD, IntakeState.DECIDED):
        return []
    held = row.state is IntakeState.HELD or row.kind is IntakeKind.SPAM_SUSPECTED  # which a person may take back
    kinds = []
    if held and record is not None and record.notifications:
        kinds.append(MoveKind.SEND_TO_PANEL)
    if held and row.kind in _CASE_KINDS and row.case_id is None:
        kinds.append(MoveKind.OPEN_CASE)
    if held and row.mailbox is MailboxName.GENERAL and releasable(record):
        kinds.append(MoveKind.RELEASE)
    if record is not None and record.author and row.channel is not Channel.NEIGHBOUR_PAGE:
        kinds.append(MoveKind.ANSWER)
    return [*kinds, MoveKind.KEEP, MoveKind.CLOSE] if held else [*kinds, MoveKind.CLOSE, MoveKind.TAKE_BACK]


def releasable(record: IntakeRecord | None) -> bool:
    """Say whether there is an examined text that a person could release."""
    return record is not None and record.screened is not None and bool(record.screened.source.reveal().strip())


def case_offers(
    row: CaseRow, handovers: list[HandoverRow], sendable: bool, role: Role, waiting: bool
) -> tuple[Offer, ...]:
    """Return the moves that are possible for a case. ``sendable``: it has a notification."""
    if row.state in (CaseState.CLOSED, CaseState.SCREENED_OUT):
        return (_offer(MoveKind.REOPEN, role, waiting),)
    offers = [_offer(MoveKind.SEND_TO_PANEL, role, waiting)] if sendable else []
    still = "A hand-over is still open: no panel has accepted it, and no agreement is written down."
    why = "" if may_close(handovers) else still
    offers.append(_offer(MoveKind.CLOSE, role, waiting, why))
    if row.state is CaseState.OPEN:
        offers.append(_offer(MoveKind.SCREEN_OUT, role, waiting, why))
    return tuple(offers)


def dispatch_offers(row: DispatchRow, handover: HandoverRow | None, role: Role, waiting: bool) -> tuple[Offer, ...]:
    """Return the moves that are possible for a dispatch. ``handover``: the one it began, if any."""
    offers = [_offer(MoveKind.MEND_DISPATCH, role, waiting)] if row.state is DispatchState.HELD else []
    if lifecycle.fits(DispatchRow, row.state, MoveKind.WITHDRAW):
        offers.append(_offer(MoveKind.WITHDRAW, role, waiting))
    if handover is not None and handover.agreed_at is None:
        offers.append(_offer(MoveKind.AGREE, role, waiting))
    return tuple(offers)


def _offer(kind: MoveKind, role: Role, waiting: bool, why_not: str = "") -> Offer:
    label, explained = LABELS[kind]
    if not may(role, kind):
        why_not = (
            "Only a manager can do this."
            if may(Role.MANAGER, kind) and role is Role.COORDINATOR
            else ("Your role sees the queue and decides nothing.")
        )
    elif waiting:
        why_not = WAITING
    return Offer(kind, label, explained, why_not)
