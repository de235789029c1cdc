"""Decide what to do with one intake: facts in, a Plan out. An ordered table of rules; the first match wins."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gateway.model.case.plan import TO_GENERAL_INBOX, TO_SENDER, Plan, PlannedDispatch, to_panel
from gateway.model.case.transfer_kind import TransferKind
from gateway.model.channel.assurance import Assurance, ContentState
from gateway.model.content.screening import Screened
from gateway.model.ids import PanelId
from gateway.model.kinds import (
    Channel,
    DispatchKind,
    Grade,
    HeldReason,
    IntakeKind,
    IntakeState,
    MailboxName,
    RouteGrade,
    RouteOutcome,
    ScreenOutcome,
)
from gateway.model.residence.routing import RouteDecision


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the decision rests on. Content-free except for ``screened``, which is only passed through."""

    mailbox: MailboxName
    channel: Channel
    assurance: Assurance
    content: ContentState
    home_panel: PanelId
    screened: Screened | None  # None if nothing could be parsed
    routes: tuple[RouteDecision, ...] = ()  # one for each notification found
    possible: bool = False  # that it tells of a death is not sure: a person says
    ambiguous: bool = False  # the parser found that the message can be read in two ways
    file_doubt: HeldReason | None = None  # what a scanner flagged, or could not look at
    spam: bool = False  # suspected: see gateway.stages.assess.spam. Counts at the general mailbox only


def decide(facts: Facts) -> Plan:
    """Return the plan for one intake.

    The secure side never loses a notification to a doubt: it is held with a reason, the case is open, and its clock
    runs from first receipt. Source: Working Together 2023 chapter 6; the answer rules
    of docs/contracts.md.
    """
    if facts.mailbox is MailboxName.POSTMASTER:
        return Plan(IntakeKind.OPERATOR_MAIL, IntakeState.HELD, HeldReason.OPERATOR_MAIL)
    if not facts.content.opened or facts.assurance.grade is Grade.UNREADABLE:
        return _unreadable(facts, HeldReason.UNREADABLE_WRAPPER)
    if facts.screened is None:
        return _unreadable(facts, HeldReason.UNPARSEABLE)
    if facts.routes:
        return _notification(facts)
    if facts.mailbox is MailboxName.SECURE:
        return Plan(
            IntakeKind.SECURE_QUERY,
            IntakeState.HELD,
            facts.file_doubt or (HeldReason.AMBIGUOUS_MESSAGE if facts.ambiguous else HeldReason.SECURE_QUERY),
            near_miss=_unsafe(facts),
        )
    return _general_query(facts, facts.screened)


def decide_transfer(
    kind: TransferKind, sender: PanelId, notifications: int, route: RouteDecision | None, home: PanelId
) -> Plan:
    """Return the plan for a case that another panel's gateway handed over, or told us of.

    It never goes back or onwards automatically: if our own routing does not place the child here, a person decides.
    """
    if kind is TransferKind.INFORM:
        return Plan(IntakeKind.NOTIFICATION, IntakeState.HELD, HeldReason.TOLD_OF_DEATH)  # to be read, no more
    receipt = PlannedDispatch(DispatchKind.TRANSFER_RECEIPT, to_panel(sender))
    held = Plan(IntakeKind.NOTIFICATION, IntakeState.HELD, opens_case=True, dispatches=(receipt,))
    if notifications != 1 or route is None:
        return replace(held, held_reason=HeldReason.SEVERAL_CHILDREN)
    if route.outcome is not RouteOutcome.ROUTE or route.panel != home:
        return replace(held, held_reason=HeldReason.TRANSFER_DISAGREES)
    return replace(held, state=IntakeState.DECIDED)


def _unreadable(facts: Facts, reason: HeldReason) -> Plan:
    if facts.file_doubt is HeldReason.MALWARE:
        reason = HeldReason.MALWARE  # nobody is asked to open it by hand
    return Plan(IntakeKind.UNREADABLE, IntakeState.HELD, reason, dispatches=_card(facts))


def _notification(facts: Facts) -> Plan:
    common = Plan(
        IntakeKind.NOTIFICATION,
        IntakeState.HELD,
        near_miss=_unsafe(facts),
        opens_case=True,
        dispatches=_card(facts),
    )
    if facts.possible:
        common = replace(common, kind=IntakeKind.POSSIBLE_NOTIFICATION, held_reason=HeldReason.POSSIBLE_NOTIFICATION)
    if facts.file_doubt is not None:
        return replace(common, held_reason=facts.file_doubt)
    if facts.possible:
        return common
    if len(facts.routes) > 1:
        return replace(common, held_reason=HeldReason.SEVERAL_CHILDREN)
    route = facts.routes[0]
    if facts.ambiguous:
        return replace(common, held_reason=HeldReason.AMBIGUOUS_MESSAGE)
    if route.outcome is not RouteOutcome.ROUTE or route.panel is None:
        return replace(common, held_reason=_why_held(route))
    return replace(
        common,
        state=IntakeState.DECIDED,
        dispatches=(*common.dispatches, *forwards(route.panel, route.informed, facts.home_panel)),
    )


def forwards(panel: PanelId, informed: tuple[PanelId, ...], home: PanelId) -> tuple[PlannedDispatch, ...]:
    """Return what is sent to other panels: the case to ``panel``, only what is needed to ``informed``.

    Nothing is sent to the home panel: it has the case.
    """
    planned = []
    if panel != home:
        planned.append(PlannedDispatch(DispatchKind.FORWARD, to_panel(panel)))
    planned.extend(
        PlannedDispatch(DispatchKind.INFORM, to_panel(other)) for other in informed if other not in (home, panel)
    )
    return tuple(planned)


def _why_held(route: RouteDecision) -> HeldReason:
    if route.outcome is RouteOutcome.OUTSIDE:
        return HeldReason.OUTSIDE_ENGLAND
    if route.grade is RouteGrade.NONE:
        return HeldReason.NO_RESIDENCE
    if route.grade is RouteGrade.UNCONFIRMED:
        return HeldReason.PANEL_UNCONFIRMED
    return HeldReason.ROUTE_UNCERTAIN


def _general_query(facts: Facts, screened: Screened) -> Plan:
    if facts.file_doubt is not None:
        is_case = screened.outcome is ScreenOutcome.CARD
        near_miss = is_case and _unsafe(facts)
        return Plan(IntakeKind.GENERAL_QUERY, IntakeState.HELD, facts.file_doubt, near_miss, dispatches=_card(facts))
    if facts.spam and facts.mailbox is MailboxName.GENERAL and not facts.ambiguous:
        return Plan(IntakeKind.SPAM_SUSPECTED, IntakeState.DECIDED)
    if screened.outcome is ScreenOutcome.CARD or facts.ambiguous:
        return Plan(
            IntakeKind.GENERAL_QUERY,
            IntakeState.HELD,
            HeldReason.CONFIDENTIAL_CONTENT,
            near_miss=_unsafe(facts),
            dispatches=_card(facts),
        )
    copy = PlannedDispatch(DispatchKind.GENERAL_COPY, TO_GENERAL_INBOX)
    return Plan(IntakeKind.GENERAL_QUERY, IntakeState.DECIDED, dispatches=(copy,))


def _card(facts: Facts) -> tuple[PlannedDispatch, ...]:
    """Mail to the general mailbox leaves a card there, so that nobody waits for what is held elsewhere."""
    if facts.mailbox is not MailboxName.GENERAL:
        return ()
    return (PlannedDispatch(DispatchKind.CARD, TO_GENERAL_INBOX),)


def with_answer(plan: Plan, kind: DispatchKind, template: str) -> Plan:
    """Return the plan with the fixed text that answers the sender."""
    return replace(plan, dispatches=(*plan.dispatches, PlannedDispatch(kind, TO_SENDER, template)))


def _unsafe(facts: Facts) -> bool:
    """Confidential content that came to the general mailbox or by a channel that was not proved."""
    if facts.channel is not Channel.SMTP:
        return False
    return facts.mailbox is MailboxName.GENERAL or not facts.assurance.grade.is_proved
