from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from gateway.model.case.rows import HandoverRow
from gateway.model.content.message import Mail
from gateway.model.ids import CaseId, DispatchId, HandoverId, PanelId
from gateway.model.kinds import HandoverState
from gateway.stages.cases.neighbour_mail import Acknowledged, acknowledged
from gateway.stages.mime.mime_limits import MimeLimits
from gateway.stages.mime.parse import parse
from gateway.stages.transfer import receipt

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
THEM, US, OTHER = PanelId("oxfordshire"), PanelId("testshire"), PanelId("kent")
OURS = DispatchId(UUID(int=8))
IDS = {OURS: f"<{OURS}@cdop.example>"}
HASH = "a" * 64
ROW = HandoverRow(
    HandoverId(UUID(int=1)), CaseId(UUID(int=7)), OURS, THEM, HandoverState.SENT, START, content_hash=HASH
)


def mail(fields: str = "", body: str = "Thank you, we have it.") -> Mail:
    found = parse(f"From: cdop@panel.example\r\n{fields}\r\n{body}\r\n".encode(), MimeLimits())
    assert isinstance(found, Mail)
    return found


def receipt_mail(content_hash: str = HASH, sender: str = THEM, receiver: str = US, parts: int = 1) -> Mail:
    document = (
        f'{{"schema":"{receipt.SCHEMA}","from":"{sender}","to":"{receiver}","transfer":"{OURS}",'
        f'"manifest_sha256":"{content_hash}","time":"2026-03-02T10:00:00Z","reference":"ABCD1234"}}'
    )
    part = (
        f'--b\r\nContent-Type: application/json\r\nContent-Disposition: attachment; filename="{receipt.NAME}"\r\n\r\n'
        f"{document}\r\n"
    )
    return mail("MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n", part * parts + "--b--")


def judged(
    inner: Mail, outer: Mail | None = None, reverse_path: str = "cdop@panel.example", signer: PanelId = THEM
) -> Acknowledged | None:
    return acknowledged(inner, outer or mail(), reverse_path, signer, US, [ROW], IDS)


REPLY = f"In-Reply-To: {IDS[OURS]}\r\n"


def test_a_signed_reply_of_the_panel_acknowledges_and_a_person_reads_it() -> None:
    assert judged(mail(REPLY)) == Acknowledged(ROW, by_gateway=False)
    assert judged(mail(f"References: <x@y.example> {IDS[OURS]}\r\n")) == Acknowledged(ROW, by_gateway=False)
    assert judged(mail(), mail(REPLY)) == Acknowledged(ROW, by_gateway=False)


def test_a_gateways_receipt_tied_to_the_hash_acknowledges() -> None:
    assert judged(receipt_mail(), reverse_path="") == Acknowledged(ROW, by_gateway=True)


@pytest.mark.parametrize(
    "inner",
    [
        receipt_mail("b" * 64),
        receipt_mail(sender=OTHER),
        receipt_mail(receiver=OTHER),
        receipt_mail(parts=2),
        mail(),
        mail("In-Reply-To: <other@cdop.example>\r\n"),
    ],
)
def test_what_is_tied_to_nothing_of_ours_acknowledges_nothing(inner: Mail) -> None:
    assert judged(inner) is None


def test_another_panels_signature_acknowledges_nothing() -> None:
    assert judged(mail(REPLY), signer=OTHER) is None
    assert judged(receipt_mail(), signer=OTHER) is None


@pytest.mark.parametrize(
    ("inner", "outer", "reverse_path"),
    [
        (mail(REPLY), mail("Auto-Submitted: auto-replied\r\n"), "cdop@panel.example"),
        (mail(REPLY + "Auto-Submitted: auto-replied\r\n"), mail(), "cdop@panel.example"),
        (mail(REPLY), mail("X-Autoreply: yes\r\n"), "cdop@panel.example"),
        (mail(REPLY), mail(), ""),
    ],
)
def test_an_automatic_reply_is_never_a_receipt_even_signed(inner: Mail, outer: Mail, reverse_path: str) -> None:
    assert judged(inner, outer, reverse_path) is None


def test_an_out_of_office_subject_does_not_make_a_reply_automatic() -> None:
    assert judged(mail(REPLY + "Subject: Out of office until Monday\r\n")) is not None
