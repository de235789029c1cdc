"""Whom a thread has named: what was found, the capital word beside it, a notification's child; never the author."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.screening import load_screening
from gateway.model.channel.arrival import Arrival
from gateway.model.channel.assurance import Assurance, ContentState
from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.content.intake_record import IntakeRecord
from gateway.model.content.screening import AllowList
from gateway.model.content.thread import Remembered, pack_remembered, together, unpack_remembered
from gateway.model.ids import IntakeId, Reference, uuid7
from gateway.model.kinds import Channel, Grade, MailboxName, ScreenOutcome
from gateway.stages import extract
from gateway.stages.screen import screen
from gateway.stages.screen.find.thread_names import named
from tests.screening.score import context, mail_of

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ARRIVAL = Arrival(IntakeId(uuid7(AT, bytes(16))), Reference("CDFGHJKMNP"), MailboxName.GENERAL, Channel.SMTP, AT)
TABLES = load_screening(packaged_config())


def record(body: str, author: str = "Pat Ashdown", subject: str = "Meeting") -> IntakeRecord:
    mail = mail_of({"from_name": author, "subject": subject, "body": body})
    screened = screen(mail, context(AllowList()), TABLES)
    empty = IntakeRecord(ARRIVAL, Assurance(Grade.NOT_SECURE, ()), ContentState(), screened=screened)
    return replace(empty, author_name=ConfidentialText(author))


def names(one: IntakeRecord) -> set[str]:
    return {name.reveal() for name in named(one)}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("It is about Hope Nettlecombe, born 4 May 2019.", {"Hope", "Nettlecombe"}),
        ("Is Nettlecombe on for Tuesday?", {"Nettlecombe"}),
        ("We met. Nettlecombe is still with us and so is Mrs Quillfeather.", {"Nettlecombe", "Quillfeather"}),
        ("Pat Ashdown here, about Nettlecombe and Ashdown.", {"Nettlecombe"}),
    ],
)
def test_a_held_message_gives_its_names_and_not_the_authors(body: str, expected: set[str]) -> None:
    assert names(record(body)) == expected


def test_a_released_message_gives_none() -> None:
    one = record("Hello,\n\nCould you tell me when the next training takes place?\n\nKind regards\nPat Ashdown\n")
    assert one.screened is not None
    assert one.screened.outcome is not ScreenOutcome.CARD
    assert names(one) == set()


def test_a_notification_gives_the_child() -> None:
    text = "Family name: Marsh\nGiven names: Will\nDate of birth: 03/02/2021\nDate of death: 20/11/2026\n"
    found = extract.from_mail([text], [])
    assert found
    assert {"Marsh", "Will"} <= names(replace(record("Please see below."), notifications=found))


def test_what_is_remembered_is_read_back_and_an_address_alone_as_well() -> None:
    one = Remembered(
        ConfidentialText("a@b.example"), (ConfidentialText("Hope"),), ((ConfidentialText("07700900123"), "[PHONE 1]"),)
    )
    assert unpack_remembered(pack_remembered(one)) == one
    assert unpack_remembered(ConfidentialBytes(b"a@b.example")) == Remembered(ConfidentialText("a@b.example"))


def test_a_detail_keeps_the_token_it_was_given_first() -> None:
    detail = ConfidentialText("07700900123")
    several = [Remembered(masks=((detail, "[PHONE 1]"),)), Remembered(masks=((detail, "[PHONE 2]"),))]
    assert together(several).masks == ((detail, "[PHONE 1]"),)
