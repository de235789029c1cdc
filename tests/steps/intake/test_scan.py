"""No answer about malware is never "clean"; no answer about spam filters nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.model.channel.arrival import Arrival
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.kinds import Channel, HeldReason, MailboxName
from gateway.ports import ScanVerdict, Temporary
from gateway.steps.intake.scan import Scanned, scan
from tests.adapters.channel_kit import arrival

RAW, INSIDE = ConfidentialBytes(b"outside"), ConfidentialBytes(b"inside")
CLEAN, FLAGGED = ScanVerdict.CLEAN, ScanVerdict.FLAGGED


class Scanner:
    def __init__(self, **verdicts: ScanVerdict | None) -> None:
        self.verdicts = verdicts
        self.asked: list[bytes] = []

    async def scan(self, raw: ConfidentialBytes) -> ScanVerdict:
        self.asked.append(raw.reveal())
        verdict = self.verdicts.get(raw.reveal().decode(), CLEAN)
        if verdict is None:
            raise Temporary("clamd")
        return verdict


def at(mailbox: MailboxName, channel: Channel = Channel.SMTP) -> Arrival:
    return replace(arrival(), mailbox=mailbox, channel=channel)


@pytest.mark.parametrize(
    ("verdicts", "doubt"),
    [
        ({}, None),
        ({"outside": FLAGGED}, HeldReason.MALWARE),
        ({"inside": FLAGGED}, HeldReason.MALWARE),
        ({"outside": None}, HeldReason.MAIL_UNCHECKED),
        ({"inside": None}, HeldReason.MAIL_UNCHECKED),
        ({"outside": None, "inside": FLAGGED}, HeldReason.MALWARE),
    ],
)
async def test_outside_and_inside_of_an_encrypted_mail_are_looked_at(
    verdicts: dict[str, ScanVerdict | None], doubt: HeldReason | None
) -> None:
    malware = Scanner(**verdicts)
    assert await scan(malware, None, at(MailboxName.SECURE), RAW, INSIDE) == Scanned(doubt)
    assert malware.asked == [b"outside", b"inside"]


async def test_without_scanners_nothing_is_said() -> None:
    assert await scan(None, None, at(MailboxName.GENERAL), RAW, None) == Scanned()


async def test_a_form_was_scanned_while_it_streamed_in() -> None:
    malware = Scanner(outside=FLAGGED)
    assert await scan(malware, malware, at(MailboxName.GENERAL, Channel.FORM), RAW, None) == Scanned()
    assert malware.asked == []


@pytest.mark.parametrize(("verdict", "said"), [(FLAGGED, True), (CLEAN, False), (None, None)])
async def test_spam_is_asked_of_the_general_mailbox(verdict: ScanVerdict | None, said: bool | None) -> None:
    assert (await scan(None, Scanner(outside=verdict), at(MailboxName.GENERAL), RAW, None)).spam is said


@pytest.mark.parametrize(
    ("mailbox", "opened", "malware"),
    [(MailboxName.SECURE, None, CLEAN), (MailboxName.GENERAL, INSIDE, CLEAN), (MailboxName.GENERAL, None, FLAGGED)],
)
async def test_spam_is_not_asked_of_secure_encrypted_or_doubtful_mail(
    mailbox: MailboxName, opened: ConfidentialBytes | None, malware: ScanVerdict
) -> None:
    spam = Scanner(outside=FLAGGED)
    assert (await scan(Scanner(outside=malware), spam, at(mailbox), RAW, opened)).spam is None
    assert spam.asked == []
