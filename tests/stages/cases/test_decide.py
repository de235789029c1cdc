"""The decision as a table: facts in, a plan out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.model.channel.assurance import Assurance, ContentState
from gateway.model.content.confidential import ConfidentialText
from gateway.model.content.screening import Screened
from gateway.model.ids import PanelId
from gateway.model.kinds import (
    Channel,
    ContentEncryption,
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
from gateway.stages.cases.decide import Facts, decide, with_answer

HOME, OTHER, THIRD = PanelId("home"), PanelId("other"), PanelId("third")
PASSED = Screened(ScreenOutcome.PASS, ConfidentialText("s"), ConfidentialText("t"))
CARDED = replace(PASSED, outcome=ScreenOutcome.CARD)
BASE = Facts(
    mailbox=MailboxName.SECURE,
    channel=Channel.SMTP,
    assurance=Assurance(Grade.SECURE, ()),
    content=ContentState(),
    home_panel=HOME,
    screened=CARDED,
)


def routed(panel: PanelId, *informed: PanelId) -> tuple[RouteDecision, ...]:
    return (RouteDecision(RouteOutcome.ROUTE, RouteGrade.EXACT, panel, informed),)


def held(outcome: RouteOutcome, grade: RouteGrade) -> tuple[RouteDecision, ...]:
    return (RouteDecision(outcome, grade, None),)


def test_a_home_residents_notification_opens_a_case_and_nothing_leaves() -> None:
    plan = decide(replace(BASE, routes=routed(HOME)))
    assert (plan.kind, plan.state, plan.opens_case) == (IntakeKind.NOTIFICATION, IntakeState.DECIDED, True)
    assert plan.dispatches == ()


def test_another_areas_resident_is_forwarded_and_the_panel_of_death_informed_once() -> None:
    plan = decide(replace(BASE, routes=routed(OTHER, THIRD, HOME, OTHER)))
    assert [(item.kind, item.to) for item in plan.dispatches] == [
        (DispatchKind.FORWARD, "panel:other"),
        (DispatchKind.INFORM, "panel:third"),
    ]


@pytest.mark.parametrize(
    ("outcome", "grade", "reason"),
    [
        (RouteOutcome.HOLD, RouteGrade.NONE, HeldReason.NO_RESIDENCE),
        (RouteOutcome.HOLD, RouteGrade.UNCONFIRMED, HeldReason.PANEL_UNCONFIRMED),
        (RouteOutcome.HOLD, RouteGrade.BORDER, HeldReason.ROUTE_UNCERTAIN),
        (RouteOutcome.HOLD, RouteGrade.CONFLICT, HeldReason.ROUTE_UNCERTAIN),
        (RouteOutcome.OUTSIDE, RouteGrade.NONE, HeldReason.OUTSIDE_ENGLAND),
    ],
)
def test_what_cannot_be_routed_is_held_with_its_reason_and_its_case_is_open(
    outcome: RouteOutcome, grade: RouteGrade, reason: HeldReason
) -> None:
    plan = decide(replace(BASE, routes=held(outcome, grade)))
    assert (plan.state, plan.held_reason, plan.opens_case) == (IntakeState.HELD, reason, True)
    assert not plan.dispatches


def test_two_children_in_one_message_ask_a_person() -> None:
    plan = decide(replace(BASE, routes=routed(HOME) * 2))
    assert (plan.state, plan.held_reason) == (IntakeState.HELD, HeldReason.SEVERAL_CHILDREN)


def test_an_ambiguous_message_is_never_forwarded() -> None:
    plan = decide(replace(BASE, routes=routed(OTHER), ambiguous=True))
    assert (plan.held_reason, plan.dispatches) == (HeldReason.AMBIGUOUS_MESSAGE, ())


@pytest.mark.parametrize("doubt", [HeldReason.MALWARE, HeldReason.UPLOAD_UNCHECKED])
def test_a_file_that_was_not_found_clean_goes_nowhere(doubt: HeldReason) -> None:
    plan = decide(replace(BASE, channel=Channel.FORM, routes=routed(OTHER), file_doubt=doubt))
    assert (plan.state, plan.held_reason, plan.dispatches) == (IntakeState.HELD, doubt, ())


@pytest.mark.parametrize("mailbox", [MailboxName.SECURE, MailboxName.GENERAL])
def test_a_locked_wrapper_is_held_whatever_else_is_known(mailbox: MailboxName) -> None:
    closed = ContentState(ContentEncryption.UNREADABLE, opened=False)
    plan = decide(replace(BASE, mailbox=mailbox, content=closed, routes=routed(HOME)))
    assert (plan.kind, plan.held_reason) == (IntakeKind.UNREADABLE, HeldReason.UNREADABLE_WRAPPER)
    assert bool(plan.dispatches) == (mailbox is MailboxName.GENERAL)


def test_what_no_parser_understood_is_held() -> None:
    plan = decide(replace(BASE, screened=None))
    assert (plan.kind, plan.held_reason) == (IntakeKind.UNREADABLE, HeldReason.UNPARSEABLE)


def test_a_message_to_the_secure_mailbox_without_a_notification_waits_for_a_person() -> None:
    plan = decide(BASE)
    assert (plan.kind, plan.held_reason, plan.near_miss) == (IntakeKind.SECURE_QUERY, HeldReason.SECURE_QUERY, False)


def test_an_ordinary_query_is_released_and_a_carded_one_is_not() -> None:
    general = replace(BASE, mailbox=MailboxName.GENERAL)
    released = decide(replace(general, screened=PASSED))
    assert [item.kind for item in released.dispatches] == [DispatchKind.GENERAL_COPY]
    kept = decide(general)
    assert (kept.state, kept.held_reason) == (IntakeState.HELD, HeldReason.CONFIDENTIAL_CONTENT)
    assert [item.kind for item in kept.dispatches] == [DispatchKind.CARD]
    doubted = decide(replace(general, screened=PASSED, ambiguous=True))
    assert [item.kind for item in doubted.dispatches] == [DispatchKind.CARD]


@pytest.mark.parametrize(
    ("mailbox", "channel", "grade", "near_miss"),
    [
        (MailboxName.SECURE, Channel.SMTP, Grade.SECURE, False),
        (MailboxName.SECURE, Channel.SMTP, Grade.END_TO_END, False),
        (MailboxName.SECURE, Channel.SMTP, Grade.CLAIMED, True),
        (MailboxName.SECURE, Channel.SMTP, Grade.NOT_SECURE, True),
        (MailboxName.GENERAL, Channel.SMTP, Grade.SECURE, True),
        (MailboxName.SECURE, Channel.FORM, Grade.FORM, False),
    ],
)
def test_confidential_content_by_an_unsafe_way_is_a_near_miss(
    mailbox: MailboxName, channel: Channel, grade: Grade, near_miss: bool
) -> None:
    facts = replace(BASE, mailbox=mailbox, channel=channel, assurance=Assurance(grade, ()), routes=routed(HOME))
    assert decide(facts).near_miss is near_miss


def test_mail_to_postmaster_waits_for_the_operator_and_is_answered_with_nothing() -> None:
    plan = decide(replace(BASE, mailbox=MailboxName.POSTMASTER, routes=routed(OTHER)))
    assert (plan.kind, plan.held_reason) == (IntakeKind.OPERATOR_MAIL, HeldReason.OPERATOR_MAIL)
    assert plan.dispatches == ()


def test_an_answer_is_added_to_what_leaves() -> None:
    plan = with_answer(decide(replace(BASE, routes=routed(OTHER))), DispatchKind.ACKNOWLEDGEMENT, "ack_secure")
    assert plan.moves == ("decided", "open_case", "forward:panel:other", "acknowledgement:sender")


@pytest.mark.parametrize("doubt", [HeldReason.MALWARE, HeldReason.MAIL_UNCHECKED])
@pytest.mark.parametrize("mailbox", [MailboxName.SECURE, MailboxName.GENERAL])
def test_mail_that_was_not_found_clean_is_held_with_a_card_at_most(mailbox: MailboxName, doubt: HeldReason) -> None:
    for routes in ((), routed(OTHER), routed(HOME) * 2):
        plan = decide(replace(BASE, mailbox=mailbox, screened=PASSED, routes=routes, file_doubt=doubt, spam=True))
        assert (plan.state, plan.held_reason, plan.opens_case) == (IntakeState.HELD, doubt, bool(routes))
        kinds = [item.kind for item in plan.dispatches]
        assert kinds == ([DispatchKind.CARD] if mailbox is MailboxName.GENERAL else [])


def test_a_locked_wrapper_with_malware_is_not_offered_to_be_opened_by_hand() -> None:
    closed = ContentState(ContentEncryption.UNREADABLE, opened=False)
    assert decide(replace(BASE, content=closed, file_doubt=HeldReason.MALWARE)).held_reason is HeldReason.MALWARE
    plan = decide(replace(BASE, content=closed, file_doubt=HeldReason.MAIL_UNCHECKED))
    assert plan.held_reason is HeldReason.UNREADABLE_WRAPPER


def test_suspected_spam_to_the_general_mailbox_has_no_card_and_is_not_held() -> None:
    plan = decide(replace(BASE, mailbox=MailboxName.GENERAL, spam=True))
    assert (plan.kind, plan.state, plan.near_miss) == (IntakeKind.SPAM_SUSPECTED, IntakeState.DECIDED, False)
    assert plan.dispatches == ()


def test_the_secure_mailbox_is_never_spam_filtered_and_neither_is_a_notification_or_what_reads_two_ways() -> None:
    assert decide(replace(BASE, spam=True)) == decide(BASE)
    for general in (
        replace(BASE, mailbox=MailboxName.GENERAL, routes=routed(OTHER)),
        replace(BASE, mailbox=MailboxName.GENERAL, ambiguous=True),
    ):
        assert decide(replace(general, spam=True)) == decide(general)


@pytest.mark.parametrize("mailbox", [MailboxName.SECURE, MailboxName.GENERAL])
def test_a_possible_notification_opens_its_case_and_waits_and_nothing_leaves(mailbox: MailboxName) -> None:
    plan = decide(replace(BASE, mailbox=mailbox, possible=True, routes=routed(OTHER)))
    assert (plan.kind, plan.state) == (IntakeKind.POSSIBLE_NOTIFICATION, IntakeState.HELD)
    assert (plan.held_reason, plan.opens_case) == (HeldReason.POSSIBLE_NOTIFICATION, True)
    assert {item.kind for item in plan.dispatches} <= {DispatchKind.CARD}
