"""What screening is told of an arrival, and what the general inbox would get of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.model.case.plan import TO_GENERAL_INBOX, Plan, PlannedDispatch
from gateway.model.channel.assurance import ContentState
from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.content.message import Unparsed
from gateway.model.content.screening import AllowList, Screened
from gateway.model.content.thread import Remembered
from gateway.model.kinds import DispatchKind, IntakeKind, IntakeState, MailboxName, ScreenOutcome
from gateway.steps.intake.assess import Assessment, look
from gateway.steps.intake.read import Reading
from gateway.steps.intake.screened import screen_context, screened_of, second_opinion_is_clear
from tests.steps.office import FixedEvidence, Office, letter, parsed


async def assessed(place: Office, raw: bytes, dmarc: str = "pass") -> tuple[Reading, Assessment]:
    mail = parsed(raw)
    reading = Reading(mail, mail, ContentState())
    place.readers = replace(place.readers, evidence=FixedEvidence(dmarc))
    made = await look(place.readers, place.arrival(), ConfidentialBytes(raw), reading, place.tools.clock.now())
    return reading, made


@pytest.mark.parametrize(
    ("dmarc", "domains", "partner"),
    [("pass", ("trust.example",), True), ("fail", ("trust.example",), False), ("pass", ("other.example",), False)],
)
async def test_a_partner_is_a_listed_organisation_whose_author_is_proved(
    place: Office, dmarc: str, domains: tuple[str, ...], partner: bool
) -> None:
    _, assessment = await assessed(place, letter("x"), dmarc)
    place.readers = replace(place.readers, known=AllowList(domains=domains))
    context = screen_context(place.readers, place.arrival(), assessment)
    assert (context.partner, context.authenticated) == (partner, dmarc == "pass")
    assert context.author_domain == "trust.example"
    assert context.staff_domains == ("cdop.example",)


async def test_a_name_that_the_thread_has_named_is_not_let_through(place: Office) -> None:
    reading, assessment = await assessed(place, letter("Could somebody ring me about Quillon please?"))
    arrival = place.arrival(MailboxName.GENERAL)
    known = Remembered(names=(ConfidentialText("Quillon"),))
    screened = screened_of(place.readers, arrival, reading, assessment, known)
    assert "Quillon" not in screened.text.reveal()


async def test_what_was_not_parsed_gets_a_card_that_says_so(place: Office) -> None:
    reading, assessment = await assessed(place, letter("Zoe Testchild"))
    unread = replace(reading, mail=Unparsed("too_deep"))
    screened = screened_of(place.readers, place.arrival(MailboxName.GENERAL), unread, assessment, Remembered())
    assert screened.outcome is ScreenOutcome.CARD
    assert "Testchild" not in screened.text.reveal()


class Reader:
    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    async def is_clear(self, subject: ConfidentialText, body: ConfidentialText, allowed: AllowList) -> bool:
        self.asked.append((subject.reveal(), body.reveal()))
        return False


SCREENED = Screened(ScreenOutcome.MASKED, ConfidentialText("Subject"), ConfidentialText("Our frame\n\nTheir words"))


@pytest.mark.parametrize(
    ("kind", "clear"), [(DispatchKind.GENERAL_COPY, False), (DispatchKind.CARD, True), (DispatchKind.FORWARD, True)]
)
async def test_a_second_reader_sees_the_senders_words_of_what_would_leave(
    place: Office, kind: DispatchKind, clear: bool
) -> None:
    reader = Reader()
    plan = Plan(IntakeKind.GENERAL_QUERY, IntakeState.DECIDED, dispatches=(PlannedDispatch(kind, TO_GENERAL_INBOX),))
    assert await second_opinion_is_clear(place.readers, SCREENED, plan)  # none is configured
    with_reader = replace(place.readers, second_opinion=reader)
    assert await second_opinion_is_clear(with_reader, SCREENED, plan) is clear
    assert reader.asked == ([] if clear else [("Subject", "Their words")])
