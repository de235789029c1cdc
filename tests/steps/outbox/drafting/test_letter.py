"""A letter says what it was drafted from and nothing else, to the one address it is for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.model.case.payload import Payload, unpack_payload
from gateway.model.case.plan import TO_GENERAL_INBOX, TO_SENDER, PlannedDispatch
from gateway.model.channel.arrival import WebPost
from gateway.model.channel.assurance import Assurance, ContentState
from gateway.model.content.confidential import ConfidentialText
from gateway.model.content.intake_record import IntakeRecord
from gateway.model.content.message import Mail
from gateway.model.content.screening import Screened
from gateway.model.kinds import Channel, DispatchKind, Grade, MailboxName, ScreenOutcome
from gateway.steps.outbox.drafting.letter import letter_of, tokens_of
from gateway.steps.outbox.drafting.writing import Subject
from tests.steps.office import TLS, Office, parsed

MASKS = ((ConfidentialText("07700 900123"), "[number 1]"),)
SCREENED = Screened(ScreenOutcome.MASKED, ConfidentialText("A question"), ConfidentialText("Our frame"), masks=MASKS)


def record(place: Office) -> IntakeRecord:
    arrival = place.arrival(MailboxName.GENERAL)
    author = ConfidentialText("parent@home.example")
    return IntakeRecord(arrival, Assurance(Grade.NOT_SECURE, ()), ContentState(), author=author, screened=SCREENED)


def drafted(place: Office, planned: PlannedDispatch, about: Subject) -> tuple[Payload, Mail]:
    made = letter_of(place.tools, place.writing, planned, about)
    payload, content = unpack_payload(made.payload)
    return payload, parsed(content.reveal())


def body(mail: Mail) -> str:
    return mail.parts[0].content.reveal().decode()


async def test_the_general_inbox_gets_what_screening_made_and_may_answer_it(place: Office) -> None:
    planned = PlannedDispatch(DispatchKind.GENERAL_COPY, TO_GENERAL_INBOX)
    payload, mail = drafted(place, planned, Subject(record(place)))
    assert payload.forward_path.reveal() == "staff@cdop.example"
    assert (mail.subject.reveal(), body(mail).strip()) == ("A question", "Our frame")
    [reply_to] = mail.values("reply-to")
    [token] = [payload.reverse_path.removeprefix("bounce+").removesuffix("@cdop.example")]
    assert f"reply+{token}@cdop.example" in reply_to.reveal()
    assert "parent@home.example" not in body(mail)


async def test_a_persons_answer_goes_to_the_sender_and_is_answered_at_the_secure_mailbox(place: Office) -> None:
    about = Subject(record(place), answer=ConfidentialText("On Tuesday."))
    payload, mail = drafted(place, PlannedDispatch(DispatchKind.ANSWER, TO_SENDER), about)
    assert payload.forward_path.reveal() == "parent@home.example"
    assert body(mail).strip() == "On Tuesday."
    assert mail.values("reply-to")[0].reveal().strip() == "secure@cdop.example"
    assert about.record.arrival.reference in mail.subject.reveal()


async def test_an_automatic_answer_names_reference_and_office(place: Office) -> None:
    about = Subject(record(place))
    payload, mail = drafted(place, PlannedDispatch(DispatchKind.RECEIPT, TO_SENDER, "receipt_public"), about)
    assert (payload.reverse_path, mail.values("reply-to")) == ("", ())
    assert about.record.arrival.reference in body(mail)


@pytest.mark.parametrize(("language", "words"), [("en", "emergency line"), ("cy", "llinell argyfwng")])
async def test_a_form_is_answered_in_the_language_it_was_filled_in(place: Office, language: str, words: str) -> None:
    given = record(place)
    by_form = replace(place.arrival(channel=Channel.FORM), web=WebPost("notify", TLS, language))
    planned = PlannedDispatch(DispatchKind.ADVICE, TO_SENDER, "advice_form")
    _, mail = drafted(place, planned, Subject(replace(given, arrival=by_form)))
    assert words in body(mail).replace("\n", " ").replace("\r", "")


async def test_tokens_of_masked_details_are_those_of_screening(place: Office) -> None:
    assert tokens_of(record(place)) == MASKS
    assert tokens_of(replace(record(place), screened=None)) == ()
