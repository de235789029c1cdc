"""Every word of a closed list has words for people, and the console agrees with the worker on what may be done."""

from __future__ import annotations

from gateway.console import words
from gateway.console.moves import offers
from gateway.console.pages.registry import registry_sections
from gateway.model import kinds
from gateway.model.content.screening import SenderClass, Topic
from gateway.model.form.fields import FIELDS
from gateway.model.office.looks import Looked
from gateway.model.office.staff import RIGHTS, Role, may
from gateway.steps.instructions import carry_out


def test_every_closed_list_is_said_in_words() -> None:
    for known, listed in (
        (words.KINDS, {None, *kinds.IntakeKind}),
        (words.INTAKE_STATES, set(kinds.IntakeState)),
        (words.CASE_STATES, set(kinds.CaseState)),
        (words.DISPATCH_STATES, set(kinds.DispatchState)),
        (words.HANDOVER_STATES, set(kinds.HandoverState)),
        (words.DISPATCH_KINDS, set(kinds.DispatchKind)),
        (words.MAILBOXES, set(kinds.MailboxName)),
        (words.CHANNELS, set(kinds.Channel)),
        (words.GRADES, {None, *kinds.Grade}),
        (words.ROUTE_OUTCOMES, set(kinds.RouteOutcome)),
        (words.ROUTE_GRADES, set(kinds.RouteGrade)),
        (words.OUTCOMES, set(kinds.ScreenOutcome)),
        (words.SENDER_CLASSES, set(SenderClass)),
        (words.TOPICS, set(Topic)),
        (words.ROLES, set(Role)),
        (words.MOVES, set(kinds.MoveKind)),
        (words.LOOKS, {look.value for look in Looked}),
    ):
        assert set(known) == listed


def test_whatever_a_person_may_ask_for_is_offered_and_can_be_carried_out() -> None:
    asked = RIGHTS[Role.MANAGER]
    assert set(offers.LABELS) == asked
    assert {kind.value for kind in asked} == set(words.ASKED)
    assert asked <= set(carry_out._EFFECTS)


def test_a_reader_may_ask_for_nothing() -> None:
    assert not any(may(Role.READER, kind) for kind in kinds.MoveKind)


def test_the_registry_is_laid_out_whole() -> None:
    shown = [label.id for section in registry_sections() for label in section.fields]
    assert sorted(shown) == sorted(field.id for field in FIELDS)
    wanted = {label.id for section in registry_sections() for label in section.fields if label.wanted}
    assert {"family_name", "date_of_birth", "home_postcode", "circumstances"} <= wanted
    assert not any(label.wanted for section in registry_sections() if section.group for label in section.fields)
