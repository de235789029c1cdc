"""A notification that came to the general mailbox is an intake of the secure side; the general inbox gets a card."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from gateway.model.kinds import CaseState, Grade, HeldReason, IntakeKind, IntakeState, MailboxName
from gateway.roles.demo.world import GENERAL, GENERAL_INBOX
from tests.journeys.mail import sample
from tests.journeys.walk import Walk

OURS = {
    "From", "To", "Subject", "Date", "Message-ID", "Reply-To", "MIME-Version", "Content-Type",
    "Content-Transfer-Encoding", "Auto-Submitted", "Precedence", "X-Auto-Response-Suppress",
}  # fmt: skip


async def general_inbox(walk: Walk) -> list[EmailMessage]:
    copies = [item for item in walk.received("relay") if item.forward_paths == (GENERAL_INBOX,)]
    parsed = [message_from_bytes(copy.content, policy=default) for copy in copies]
    assert all(isinstance(message, EmailMessage) for message in parsed)
    return parsed


async def send_to_general(walk: Walk, name: str) -> None:
    notification = sample(name)
    notification.content.replace_header("To", GENERAL)
    await walk.mail(sample(name, to=GENERAL, content=notification.content))
    await walk.settle()


@pytest.mark.asyncio(loop_scope="session")
async def test_it_opens_its_case_with_the_clock_from_first_receipt_and_is_a_near_miss(walk: Walk) -> None:
    await send_to_general(walk, "notification, lives in Oxford")
    row = await walk.only_intake()
    assert (row.kind, row.mailbox, row.state) == (IntakeKind.NOTIFICATION, MailboxName.GENERAL, IntakeState.DECIDED)
    assert row.near_miss
    [case] = await walk.store().cases()
    assert case.id == row.case_id
    assert case.state is CaseState.OPEN
    assert case.first_received_at == row.received_at
    assert row.received_at < case.opened_at
    left = await walk.left()
    assert "forward:panel:oxfordshire" in left
    assert "card:general_inbox" in left
    assert "general_copy:general_inbox" not in left
    assert len(await walk.decrypted("oxfordshire")) == 1


@pytest.mark.asyncio(loop_scope="session")
async def test_a_form_behind_a_routine_note_makes_a_card_though_the_note_would_pass(walk: Walk) -> None:
    await send_to_general(walk, "Form A as Word file, lives in Stevenage")
    row = await walk.only_intake()
    assert (row.kind, row.near_miss) == (IntakeKind.NOTIFICATION, True)
    left = await walk.left()
    assert "card:general_inbox" in left
    assert "general_copy:general_inbox" not in left
    [card] = await general_inbox(walk)
    assert "form attached" not in card.as_string().lower()


@pytest.mark.asyncio(loop_scope="session")
async def test_one_that_is_held_has_its_clock_running_all_the_same(walk: Walk) -> None:
    await send_to_general(walk, "no residence given")
    row = await walk.only_intake()
    assert (row.state, row.held_reason, row.near_miss) == (IntakeState.HELD, HeldReason.NO_RESIDENCE, True)
    [case] = await walk.store().cases()
    assert case.first_received_at == row.received_at


@pytest.mark.asyncio(loop_scope="session")
async def test_its_card_has_our_headers_only_can_be_answered_and_says_nothing_of_the_child(walk: Walk) -> None:
    await send_to_general(walk, "notification, lives in Oxford")
    [card] = await general_inbox(walk)
    assert set(card.keys()) <= OURS
    assert card.get_content_type() == "text/plain"
    assert str(card["Reply-To"]).startswith("reply+")
    row = await walk.only_intake()
    assert card["Subject"] == f"Held for checking: message {row.reference}"
    for said in ("Thistledown", "Osric", "9990000026", "OX3", "trust.example", "Notification\n"):
        assert said.lower() not in card.as_string().replace(" ", "").lower()


@pytest.mark.asyncio(loop_scope="session")
async def test_what_no_parser_understood_is_held_with_a_card_of_the_same_kind(walk: Walk) -> None:
    parts = b"--b\r\nContent-Type: text/plain; name=Quillfeather.txt\r\n\r\nQuillfeather\r\n" * 300
    raw = b"From: head@school.example\r\nSubject: Quillfeather\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    await walk.raw("head@school.example", GENERAL, raw + parts + b"--b--\r\n")
    await walk.settle()
    row = await walk.only_intake()
    assert (row.kind, row.held_reason) == (IntakeKind.UNREADABLE, HeldReason.UNPARSEABLE)
    [card] = await general_inbox(walk)
    assert card["Subject"] == f"Held for checking: message {row.reference}"
    assert "Topic:        not known" in card.get_content()
    assert "Quillfeather" not in card.as_string()


@pytest.mark.asyncio(loop_scope="session")
async def test_a_released_copy_has_our_headers_only_and_one_part(walk: Walk) -> None:
    question = sample("ordinary question")
    content = EmailMessage()
    content["From"], content["To"], content["Subject"] = question.author, GENERAL, "Training dates"
    content["Message-ID"], content["X-Canary"] = "<headercanary@school.example>", "headercanary"
    content["Thread-Topic"], content["Reply-To"] = "headercanary", "headercanary@school.example"
    content.set_content(question.content.get_content())
    content.add_attachment(b"filecanary", maintype="application", subtype="pdf", filename="agenda.pdf")
    await walk.raw("head@school.example", GENERAL, content.as_bytes())
    await walk.settle()
    [copy] = await general_inbox(walk)
    assert set(copy.keys()) <= OURS
    assert copy.get_content_type() == "text/plain"
    assert "Not carried over: attachment (1)" in copy.get_content()
    for canary in ("headercanary", "filecanary", "agenda.pdf", "school.example"):
        assert canary not in copy.as_string()
    assert (await walk.only_intake()).grade is not Grade.UNREADABLE
