"""Our own signature verifies, covers what matters, and cannot be added to."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from gateway.adapters.children.dkim_child import verify
from gateway.adapters.smtp_out.dkim_signer import DkimSigner, SigningNextHop
from gateway.model.ids import DispatchId
from gateway.ports import Delivery, DeliveryOutcome, OutboundMail, Permanent
from tests.adapters.channel_kit import Key, message

KEY = Key()
KEYS = {"g1._domainkey.cdop.example": f"v=DKIM1; k=rsa; p={KEY.text}".encode()}


def signed(raw: bytes) -> bytes:
    return DkimSigner("cdop.example", "g1", KEY.private).sign(raw)


def result(raw: bytes) -> str:
    return verify(raw, KEYS, (0,)).signatures[0].result


def test_our_signature_verifies() -> None:
    assert result(signed(message("CDOP <no-reply@cdop.example>"))) == "pass"


@pytest.mark.parametrize(
    "added", [b"Subject: other\r\n", b"From: x@evil.example\r\n", b"To: x@evil.example\r\n", b"Cc: x@evil.example\r\n",
              b"Reply-To: x@evil.example\r\n", b"Content-Type: text/html\r\n"],
)  # fmt: skip
def test_a_field_added_on_top_breaks_it(added: bytes) -> None:
    raw = message("CDOP <no-reply@cdop.example>", extra={"Content-Type": "text/plain", "MIME-Version": "1.0"})
    assert result(added + signed(raw)) == "fail"


def test_an_ordinary_trace_field_does_not_break_it() -> None:
    assert result(b"Received: from x by y\r\n" + signed(message("CDOP <no-reply@cdop.example>"))) == "pass"


class Hop:
    def __init__(self) -> None:
        self.sent: list[OutboundMail] = []

    async def send(self, mail: OutboundMail) -> Delivery:
        self.sent.append(mail)
        return Delivery(DeliveryOutcome.SENT, "250 2.0.0")


def outbound(content: bytes) -> OutboundMail:
    return OutboundMail(DispatchId(UUID(int=1)), "bounce@cdop.example", "x@there.example", content, "panel:there")


async def test_what_leaves_is_signed_and_what_cannot_be_signed_does_not_leave() -> None:
    hop = Hop()
    signing = SigningNextHop(hop, DkimSigner("cdop.example", "g1", KEY.private))
    assert (await signing.send(outbound(message("CDOP <no-reply@cdop.example>")))).outcome is DeliveryOutcome.SENT
    assert result(hop.sent[0].message) == "pass"
    assert await signing.send(outbound(b"Subject: x\r\n\r\nx")) == Delivery(DeliveryOutcome.TEMPORARY, "dkim_failed")
    assert len(hop.sent) == 1


def test_a_weak_or_unreadable_key_is_refused(tmp_path: Path) -> None:
    for bad in (Key(bits=1024).private, b"nonsense", b""):
        with pytest.raises(Permanent):
            DkimSigner("cdop.example", "g1", bad)
    with pytest.raises(Permanent):
        DkimSigner.from_path("cdop.example", "g1", tmp_path / "missing.pem")


def test_a_message_without_an_author_is_not_signed() -> None:
    with pytest.raises(Permanent):
        signed(b"Subject: x\r\n\r\nx")
