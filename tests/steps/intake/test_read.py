"""Reading an arrival: mail is parsed and opened, a form is unpacked, and nothing of it is lost on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.content.message import Mail, Unparsed
from gateway.model.kinds import Channel, ContentEncryption
from gateway.ports import Permanent
from gateway.stages.openpgp import pgp_mime
from gateway.steps.intake.read import Reading, originals, read
from tests.key_homes import HERE_ADDRESS, Panels
from tests.steps.office import Office, letter, post

FILES = [{"name": "scan.pdf", "content_type": "application/pdf", "size": 3, "checked": "clean"}]


async def reading(place: Office, channel: Channel, content: bytes) -> Reading:
    return await read(place.readers, place.arrival(channel=channel), ConfidentialBytes(content))


def names(found: Reading) -> Sequence[str]:
    return [file.name.reveal() for file in originals(found)]


async def test_plain_mail_is_what_the_sender_wrote(place: Office) -> None:
    found = await reading(place, Channel.SMTP, letter("Hello there."))
    assert found.mail is found.outer
    assert (found.content.encrypted, found.content.opened, found.opened) == (ContentEncryption.NONE, True, None)
    assert names(found) == ["original-message.txt"]


async def test_encrypted_mail_is_read_from_the_inside(place: Office, panels: Panels) -> None:
    outer = (("From", "secure@there.example"), ("To", HERE_ADDRESS), ("Subject", "..."))
    entity = pgp_mime.protect(outer, "A real subject", b"Content-Type: text/plain\r\n\r\nZoe Testchild\r\n")
    armoured = await panels.openpgp_there().encrypt_and_sign(ConfidentialBytes(entity), (panels.here.own,))
    place.readers = replace(place.readers, openpgp=panels.openpgp())
    found = await reading(place, Channel.SMTP, pgp_mime.build(outer, armoured))
    assert isinstance(found.mail, Mail)
    assert found.mail.subject.reveal() == "A real subject"
    assert (found.content.encrypted, found.content.opened) == (ContentEncryption.OPENPGP, True)
    assert found.opened is not None
    assert b"Zoe Testchild" in found.opened.reveal()
    assert b"Zoe Testchild" not in pgp_mime.build(outer, armoured)


async def test_what_no_parser_understands_has_nothing_inside(place: Office) -> None:
    class TooDeep:
        async def parse(self, raw: ConfidentialBytes) -> Unparsed:
            return Unparsed("too_deep")

    place.readers = replace(place.readers, mime=TooDeep())
    found = await reading(place, Channel.SMTP, letter("x"))
    assert found.outer == found.mail == Unparsed("too_deep")
    assert originals(found) == ()


async def test_a_question_of_the_form_is_read_like_a_mail_and_its_files_go_along(place: Office) -> None:
    content = post("enquire", FILES, [b"pdf"], message="When is the meeting?")
    found = await reading(place, Channel.FORM, content)
    assert found.outer is None
    assert isinstance(found.mail, Mail)
    body, file = found.mail.parts
    assert (body.content.reveal(), file.content.reveal()) == (b"When is the meeting?", b"pdf")
    assert names(found) == ["scan.pdf"], "the text of a form goes as its fields, not as a file"


@pytest.mark.parametrize("content", [b"", b"\x00\x00\x00\x02[]", post() + b"more", post(files=FILES)])
async def test_a_post_that_is_not_whole_is_refused(place: Office, content: bytes) -> None:
    with pytest.raises(Permanent) as raised:
        await reading(place, Channel.FORM, content)
    assert raised.value.code == "not_a_form_post"


async def test_originals_are_the_written_text_and_every_attachment(place: Office) -> None:
    raw = (
        b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n"
        b"--b\r\nContent-Type: text/html\r\n\r\n<p>Hello\r\n"
        b'--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename="form.pdf"\r\n\r\nP\r\n'
        b"--b\r\nContent-Type: image/png\r\nContent-Disposition: attachment\r\n\r\nP\r\n--b--\r\n"
    )
    assert names(await reading(place, Channel.SMTP, raw)) == [
        "original-message.txt",
        "form.pdf",
        "original-message.txt",
    ]
