"""A whole transfer between two panels and the receipt back, through every stage, with the real parser."""

from __future__ import annotations

from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.content.message import Mail
from gateway.model.ids import Fingerprint, PanelId
from gateway.model.kinds import ContentSignature
from gateway.model.office.enrolled import Enrolled
from gateway.ports import OpenPGP
from gateway.stages.mime import MimeLimits, parse
from gateway.stages.openpgp.ciphertext_gate import GateRules, check
from gateway.stages.openpgp.pgp_mime import OUTER_SUBJECT, build, protect
from gateway.stages.transfer import receipt
from gateway.stages.transfer.compose import Inner, compose, receipt_message
from gateway.stages.transfer.take import Taken, complete, take
from gateway.steps.intake.open import OpenedContent, open_content
from tests.key_homes import HERE_ADDRESS, THERE_ADDRESS, Panels
from tests.stages.transfer.samples import HERE, LAYOUT, NAMES, NOW, THERE, original, transfer

LIMIT = 400 << 10


def parsed(raw: bytes) -> Mail:
    found = parse(raw, MimeLimits())
    assert isinstance(found, Mail)
    assert found.defects == ()
    return found


async def posted(sender: OpenPGP, inner: Inner, author: str, to: str, key: Fingerprint, number: int) -> bytes:
    """Protect, encrypt, build, and pass the gate."""
    identifier = f"<019ab000-000{number}@here.example>"
    outer = (
        ("From", author),
        ("To", to),
        ("Subject", OUTER_SUBJECT),
        ("Date", "Mon, 23 Nov 2026 03:00:00 +0000"),
        ("Message-ID", identifier),
    )
    payload = ConfidentialBytes(protect(outer, inner.subject.reveal(), inner.entity.reveal()))
    message = build(outer, await sender.encrypt_and_sign(payload, [key]))
    rules = GateRules({"from": author, "to": to, "message-id": identifier})
    assert check(message, await sender.encryption_subkeys([key]), rules).passes
    return message


async def received(
    opener: OpenPGP, message: bytes, enrolled: dict[Fingerprint, Enrolled]
) -> tuple[OpenedContent, Mail]:
    found = await open_content(parsed(message), ConfidentialBytes(message), opener, None, enrolled)
    assert found.inner_raw is not None
    assert found.state.signature is ContentSignature.GOOD
    return found, parsed(found.inner_raw.reveal())


async def test_a_case_goes_over_in_several_messages_and_its_receipt_comes_back(panels: Panels) -> None:
    here, there = panels.openpgp(), panels.openpgp_there()
    originals = [original(f"Zoë’s scan {number}.pdf", 150_000) for number in range(3)]
    made = compose(transfer(*originals), LAYOUT, NAMES, LIMIT)
    assert len(made.messages) > 1
    taken = []
    for number, inner in enumerate(made.messages):
        message = await posted(here, inner, HERE_ADDRESS, THERE_ADDRESS, panels.there.own, number)
        assert len(message) <= LIMIT
        assert b"scan" not in message.partition(b"-----BEGIN PGP MESSAGE-----")[0], "no file name is in clear"
        opened, mail = await received(there, message, panels.enrolled_there())
        assert mail.subject.reveal() == inner.subject.reveal()
        assert opened.state.signer is not None
        found = take(mail.parts, PanelId(opened.state.signer), THERE, NOW)
        assert isinstance(found, Taken)
        taken.append(found)
    files = complete(taken)
    assert files is not None
    assert [file.content for file in files[2:]] == [file.content for file in originals]
    answer = receipt_message(receipt.make(taken[0].manifest, taken[0].manifest_bytes, NOW, "CDFGHJ3467"))
    message = await posted(there, answer, THERE_ADDRESS, HERE_ADDRESS, panels.here.own, 9)
    enrolled = {panels.there.own: Enrolled(THERE, frozenset({THERE_ADDRESS}))}
    opened, mail = await received(here, message, enrolled)
    (holder,) = [part for part in mail.parts if part.filename is not None]
    read = receipt.read(holder.content.reveal(), PanelId(opened.state.signer or ""), HERE)
    assert read is not None
    assert read.manifest_sha256 == made.content_hash
    here.close()
    there.close()


async def test_a_signed_message_passed_on_to_a_third_panel_is_not_taken(panels: Panels) -> None:
    """The manifest says to whom it was written: taking the signature along to another panel proves nothing."""
    here, there = panels.openpgp(), panels.openpgp_there()
    inner = compose(transfer(), LAYOUT, NAMES, LIMIT).messages[0]
    message = await posted(here, inner, HERE_ADDRESS, THERE_ADDRESS, panels.there.own, 1)
    opened, mail = await received(there, message, panels.enrolled_there())
    assert not isinstance(take(mail.parts, PanelId(opened.state.signer or ""), PanelId("third"), NOW), Taken)
    here.close()
    there.close()
