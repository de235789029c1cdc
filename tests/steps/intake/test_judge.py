"""From what was read to a plan: routed, screened, and a person asked wherever there is a doubt."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gateway.model.channel.assurance import ContentState
from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.content.intake_record import IntakeRecord
from gateway.model.content.message import Unparsed
from gateway.model.content.screening import AllowList
from gateway.model.kinds import (
    Channel,
    ContentEncryption,
    HeldReason,
    IntakeKind,
    IntakeState,
    MailboxName,
    RouteOutcome,
    ScreenOutcome,
)
from gateway.steps.intake.assess import look
from gateway.steps.intake.judge import judge
from gateway.steps.intake.read import read
from gateway.steps.intake.scan import Scanned
from tests.steps.office import AT_HOME, HOME, NEIGHBOUR, Office, letter, notification_post, post

FILES = [{"name": "scan.pdf", "content_type": "application/pdf", "size": 3}]
GENERAL, SECURE = MailboxName.GENERAL, MailboxName.SECURE


async def judged(
    place: Office,
    came: bytes,
    mailbox: MailboxName = SECURE,
    channel: Channel = Channel.SMTP,
    scanned: Scanned = Scanned(),  # noqa: B008 - immutable
    **changed: Any,
) -> IntakeRecord:
    arrival, raw = place.arrival(mailbox, channel), ConfidentialBytes(came)
    reading = replace(await read(place.readers, arrival, raw), **changed)
    now = place.tools.clock.now()
    assessment = await look(place.readers, arrival, raw, reading, now)
    return await judge(place.readers, arrival, reading, assessment, now, scanned)


def planned(record: IntakeRecord) -> list[str]:
    assert record.plan is not None
    return list(record.plan.moves)


async def test_a_form_is_routed_by_its_residence(place: Office) -> None:
    record = await judged(place, notification_post(), channel=Channel.FORM)
    assert [(route.outcome, route.panel) for route in record.routes] == [(RouteOutcome.ROUTE, NEIGHBOUR)]
    assert planned(record) == ["decided", "open_case", "forward:panel:oxfordshire"]
    assert record.author.reveal() == "nurse@trust.example"


async def test_a_home_resident_goes_nowhere_else(place: Office) -> None:
    record = await judged(place, notification_post(AT_HOME), channel=Channel.FORM)
    assert planned(record) == ["decided", "open_case"]
    assert record.routes[0].panel == HOME


@pytest.mark.parametrize(
    ("checked", "reason"),
    [("malware", HeldReason.MALWARE), ("failed", HeldReason.UPLOAD_UNCHECKED), ("clean", None), ("", None)],
)
async def test_an_upload_that_was_not_found_clean_holds_the_notification(
    place: Office, checked: str, reason: HeldReason | None
) -> None:
    files = [{**FILES[0], "checked": checked}]
    content = notification_post(files=files, contents=[b"pdf"])
    record = await judged(place, content, channel=Channel.FORM)
    assert record.plan is not None
    assert record.plan.held_reason is reason
    assert (record.plan.state is IntakeState.HELD) == (reason is not None)


async def test_a_question_of_the_form_holds_no_notification_though_it_has_its_fields(place: Office) -> None:
    content = post("enquire", message="When is the meeting?", home_postcode=AT_HOME, enquirer_email="x@b.example")
    record = await judged(place, content, GENERAL, Channel.FORM)
    assert record.notifications == ()
    assert record.author.reveal() == "x@b.example"


async def test_content_that_did_not_open_is_not_searched_for_a_notification(place: Office) -> None:
    closed = ContentState(ContentEncryption.OPENPGP, opened=False)
    record = await judged(place, letter("Family name: Testchild"), content=closed)
    assert record.notifications == ()
    assert record.plan is not None
    assert record.plan.held_reason is HeldReason.UNREADABLE_WRAPPER


async def test_what_was_not_parsed_is_held_with_a_card_of_its_own(place: Office) -> None:
    nothing = Unparsed("too_deep")
    record = await judged(place, letter("Zoe Testchild"), GENERAL, outer=nothing, mail=nothing)
    assert record.plan is not None
    assert record.plan.held_reason is HeldReason.UNPARSEABLE
    assert planned(record)[-1] == "card:general_inbox"
    assert record.screened is not None
    assert record.screened.outcome is ScreenOutcome.CARD
    assert record.subject.reveal() == record.message_id.reveal() == ""
    assert record.attachments == ()


TWO_FROM = b"From: a@b.example\r\nFrom: c@d.example\r\nSubject: x\r\n\r\nWhen is the meeting?\r\n"


async def test_a_message_that_reads_in_two_ways_is_a_persons_work_and_a_card(place: Office) -> None:
    at_secure = await judged(place, TWO_FROM)
    assert at_secure.plan is not None
    assert at_secure.plan.held_reason is HeldReason.AMBIGUOUS_MESSAGE
    at_general = await judged(place, TWO_FROM, GENERAL)
    assert at_general.plan is not None
    assert at_general.plan.state is IntakeState.HELD
    assert at_general.screened is not None
    assert at_general.screened.outcome is ScreenOutcome.CARD
    assert "meeting?" not in at_general.screened.text.reveal()


@pytest.mark.parametrize(("doubt", "code"), [(HeldReason.MALWARE, "malware"), (HeldReason.MAIL_UNCHECKED, "unchecked")])
async def test_a_card_of_doubtful_mail_says_why_and_nothing_of_the_senders(
    place: Office, doubt: HeldReason, code: str
) -> None:
    record = await judged(place, letter("When is the next meeting?"), GENERAL, scanned=Scanned(doubt))
    assert record.screened is not None
    assert [reason.code for reason in record.screened.reasons] == [code]
    assert "meeting?" not in record.screened.text.reveal()


async def test_suspected_spam_leaves_nothing_but_where_it_came_encrypted(place: Office) -> None:
    raw = letter("Buy two webinar courses for the price of one.", author="x@spam.example")
    record = await judged(place, raw, GENERAL, scanned=Scanned(spam=True))
    assert planned(record) == ["decided"]
    assert record.plan is not None
    assert record.plan.kind is IntakeKind.SPAM_SUSPECTED
    encrypted = ContentState(ContentEncryption.OPENPGP)
    other = await judged(place, raw, GENERAL, scanned=Scanned(spam=True), content=encrypted)
    assert other.plan is not None
    assert other.plan.kind is IntakeKind.GENERAL_QUERY


class SecondReader:
    def __init__(self, clear: bool) -> None:
        self.clear = clear
        self.asked: list[str] = []

    async def is_clear(self, subject: ConfidentialText, body: ConfidentialText, allowed: AllowList) -> bool:
        self.asked.append(body.reveal())
        return self.clear


async def test_a_second_reader_that_objects_makes_a_card_of_what_would_leave(place: Office) -> None:
    place.readers = replace(place.readers, second_opinion=SecondReader(clear=False))
    record = await judged(place, letter("When is the next meeting?"), GENERAL)
    assert planned(record) == ["held", "record_near_miss", "card:general_inbox"]
    assert record.screened is not None
    assert [reason.code for reason in record.screened.reasons] == ["second_opinion"]


async def test_a_second_reader_is_asked_about_what_would_leave_and_nothing_else(place: Office) -> None:
    second = SecondReader(clear=True)
    place.readers = replace(place.readers, second_opinion=second)
    await judged(place, letter("When is the next meeting?"), SECURE)
    assert second.asked == []
    record = await judged(place, letter("When is the next meeting?"), GENERAL)
    assert planned(record) == ["decided", "general_copy:general_inbox"]
    [asked] = second.asked
    assert "meeting?" in asked


async def test_the_record_names_what_came(place: Office) -> None:
    raw = (
        b"From: Ann Nurse <nurse@trust.example>\r\nSubject: Form\r\nMessage-ID: <1@trust.example>\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n"
        b'--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename="form.pdf"\r\n\r\nPDF\r\n'
        b"--b--\r\n"
    )
    record = await judged(place, raw)
    assert (record.subject.reveal(), record.message_id.reveal()) == ("Form", "<1@trust.example>")
    assert (record.author.reveal(), record.author_name.reveal()) == ("nurse@trust.example", "Ann Nurse")
    [note] = record.attachments
    assert (note.name.reveal(), note.content_type, note.size_bytes) == ("form.pdf", "application/pdf", 3)
