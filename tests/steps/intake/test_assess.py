"""The channel is assessed once, and what was found is read back the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.model.channel.assurance import ContentState
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.content.message import Unparsed
from gateway.model.kinds import Channel, ContentEncryption, Grade
from gateway.steps.intake.assess import Assessment, look, pack_assessment, unpack_assessment
from gateway.steps.intake.read import Reading
from tests.steps.office import FixedEvidence, Office, letter, parsed


async def looked(place: Office, raw: bytes, content: ContentState = ContentState(), dmarc: str = "pass") -> Assessment:  # noqa: B008
    mail = parsed(raw)
    place.readers = replace(place.readers, evidence=FixedEvidence(dmarc))
    reading = Reading(mail, mail, content)
    return await look(place.readers, place.arrival(), ConfidentialBytes(raw), reading, place.tools.clock.now())


async def test_what_is_stored_reads_back_as_it_was(place: Office) -> None:
    made = await looked(place, letter("x"))
    sealed = pack_assessment(made)
    assert unpack_assessment(sealed) == made
    assert made.evidence.author.address.reveal() == "nurse@trust.example"
    assert "nurse@trust.example" not in repr(made)


@pytest.mark.parametrize(("dmarc", "authenticated"), [("pass", True), ("fail", False), ("temperror", False)])
async def test_an_author_counts_only_where_dns_says_so(place: Office, dmarc: str, authenticated: bool) -> None:
    assurance = (await looked(place, letter("x"), dmarc=dmarc)).assurance
    assert assurance.authenticated is authenticated


async def test_a_wrapper_that_we_cannot_open_is_unreadable_content(place: Office) -> None:
    raw = (
        b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n"
        b"You have received a protected message.\r\n--b\r\nContent-Type: application/x-microsoft-rpmsg-message\r\n"
        b'Content-Disposition: attachment; filename="message.rpmsg"\r\n\r\nx\r\n--b--\r\n'
    )
    made = await looked(place, raw)
    assert (made.content.opened, made.content.encrypted) == (False, ContentEncryption.UNREADABLE)
    assert made.content.wrapper == "rpmsg"
    assert made.assurance.grade is Grade.UNREADABLE


async def test_what_did_not_open_is_not_searched_for_wrappers(place: Office) -> None:
    closed = ContentState(ContentEncryption.OPENPGP, opened=False)
    assert (await looked(place, letter("x"), closed)).content == closed


async def test_a_form_is_graded_as_a_form(place: Office) -> None:
    arrival = place.arrival(channel=Channel.FORM)
    reading = Reading(None, Unparsed("x"), ContentState())
    made = await look(place.readers, arrival, ConfidentialBytes(b""), reading, place.tools.clock.now())
    assert made.assurance.grade is Grade.FORM
