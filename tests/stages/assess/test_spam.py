"""Suspected spam: only where the filter says so or two signs agree, and never what may be a case."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gateway.model.channel.assurance import AuthResult, Dmarc, Evidence, Reason
from gateway.model.content.confidential import ConfidentialText
from gateway.model.content.message import Mail
from gateway.model.content.screening import EvidenceMark, Screened, SenderClass, Topic
from gateway.model.kinds import Channel, MailboxName, ScreenOutcome
from gateway.stages.assess.spam import suspected
from gateway.stages.mime.mime_limits import MimeLimits
from gateway.stages.mime.parse import parse

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CARD = Screened(ScreenOutcome.CARD, ConfidentialText("s"), ConfidentialText("t"), topic=Topic.OTHER)
FAILED = Evidence(
    Channel.SMTP,
    MailboxName.GENERAL,
    NOW,
    NOW,
    results=(AuthResult("spf", "fail"),),
    dmarc=Dmarc("fail", author_domain="shop.example"),
)


def mail(head: str = "") -> Mail:
    parsed = parse(f"From: a@shop.example\r\n{head}\r\nLook at our offers.\r\n".encode(), MimeLimits())
    assert isinstance(parsed, Mail)
    return parsed


def test_the_filters_word_decides_where_there_is_one() -> None:
    assert suspected(True, mail(), FAILED, CARD)
    assert not suspected(False, mail("X-Spam-Flag: YES\r\n"), FAILED, CARD)


def test_a_failed_channel_alone_is_no_sign_and_neither_is_a_mark_alone() -> None:
    assert not suspected(None, mail(), FAILED, CARD)
    proved = replace(FAILED, dmarc=Dmarc("pass", author_domain="shop.example"))
    assert not suspected(None, mail("X-Spam-Flag: YES\r\n"), proved, CARD)
    assert suspected(None, mail("X-Spam-Flag: YES\r\n"), FAILED, CARD)
    assert suspected(None, mail("Precedence: bulk\r\n"), FAILED, CARD)


@pytest.mark.parametrize("sender", [SenderClass.STAFF, SenderClass.PARTNER, SenderClass.PROFESSIONAL])
def test_a_proved_sender_of_an_organisation_is_never_suspected(sender: SenderClass) -> None:
    assert not suspected(True, mail(), FAILED, replace(CARD, sender_class=sender))


@pytest.mark.parametrize(
    "screened",
    [
        replace(CARD, topic=Topic.FAMILY),
        replace(CARD, topic=Topic.NOTIFICATION),
        replace(CARD, topic=Topic.CASE),
        replace(CARD, findings=(EvidenceMark("nhs_number", "body", 0, 10, strong=True),)),
        replace(CARD, reasons=(Reason("death", "x"),)),
        replace(CARD, reasons=(Reason("screening_failed", "x"),)),
    ],
)
def test_what_may_be_a_case_or_was_not_examined_is_never_suspected(screened: Screened) -> None:
    assert not suspected(True, mail(), FAILED, screened)
