"""What a message proves when it is opened."""

from __future__ import annotations

import pytest

from gateway.adapters.openpgp import GnuPG
from gateway.model.confidential import NOTHING, ConfidentialBytes, ConfidentialText
from gateway.model.kinds import ContentEncryption, ContentSignature
from gateway.model.message import Mail
from gateway.stages.gate import GateRules, check
from gateway.stages.pgp_mime import OUTER_SUBJECT, build, protect
from gateway.steps.open import open_content
from tests.key_homes import HERE_ADDRESS, THERE_ADDRESS, Panels

OUTER = (
    ("From", HERE_ADDRESS),
    ("To", THERE_ADDRESS),
    ("Subject", OUTER_SUBJECT),
    ("Date", "Mon, 23 Nov 2026 03:00:00 +0000"),
    ("Message-ID", "<019ab000-0001@here.example>"),
)
RULES = GateRules({"from": HERE_ADDRESS, "to": THERE_ADDRESS, "message-id": "<019ab000-0001@here.example>"})
ENTITY = b"Content-Type: text/plain; charset=utf-8\r\n\r\nThe content.\r\n"


def mail_of(author: str) -> Mail:
    return Mail((), "multipart/encrypted", NOTHING, (ConfidentialText(author),), (NOTHING,), None, ())


async def sent(openpgp: GnuPG, panels: Panels) -> bytes:
    payload = protect(OUTER, "The inner subject", ENTITY)
    sealed = await openpgp.encrypt_and_sign(ConfidentialBytes(payload), [panels.there.own])
    return build(OUTER, sealed)


async def test_what_we_send_passes_the_gate_and_is_opened_with_a_good_signature_of_the_panel(panels: Panels) -> None:
    message = await sent(panels.openpgp(), panels)
    assert check(message, await panels.openpgp().encryption_subkeys([panels.there.own]), RULES).passes
    found = await open_content(
        mail_of(HERE_ADDRESS),
        ConfidentialBytes(message),
        panels.openpgp_there(),
        None,
        panels.enrolled_there(),
    )
    assert found.inner_raw is not None
    assert b"Subject: The inner subject\r\n" in found.inner_raw.reveal()
    assert found.state.encrypted is ContentEncryption.OPENPGP
    assert found.state.signature is ContentSignature.GOOD
    assert found.state.signer == "here"


@pytest.mark.parametrize("author", ["somebody@here.example", "secure@here.example.attacker.example"])
async def test_a_good_signature_under_another_from_does_not_count(panels: Panels, author: str) -> None:
    message = await sent(panels.openpgp(), panels)
    found = await open_content(
        mail_of(author), ConfidentialBytes(message), panels.openpgp_there(), None, panels.enrolled_there()
    )
    assert found.state.opened
    assert found.state.signature is ContentSignature.UNKNOWN
    assert found.state.signer is None
