"""What locks content is seen by structure; what only speaks of it is not."""

from __future__ import annotations

import io
import zipfile

import pytest
from pypdf import PdfReader, PdfWriter

from gateway.model.content.confidential import Confidential, ConfidentialBytes
from gateway.model.content.message import Mail, Part
from gateway.stages.assess.wrappers import wrapper_of


def part(content: bytes, name: str | None = None, kind: str = "application/octet-stream", inside: bool = False) -> Part:
    return Part((0,), kind, None, "attachment" if name else None, Confidential(name) if name else None,
                ConfidentialBytes(content), in_message=inside)  # fmt: skip


def mail(*parts: Part) -> Mail:
    return Mail((), "multipart/mixed", Confidential("x"), (), (), None, parts)


def pdf(password: str | None = None) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    if password:
        writer.encrypt(password)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def zipped(locked: bool, names: tuple[str, ...] = ("form.txt",)) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, b"x" * 20)
    content = bytearray(buffer.getvalue())
    if locked:  # the last entry, so that only the central directory tells
        last = content.rfind(b"PK\x01\x02")
        content[last + 8] |= 1
    return bytes(content)


def locked_first(content: bytes) -> bytes:
    changed = bytearray(content)
    changed[6] |= 1
    return bytes(changed)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
RAR5 = b"Rar!\x1a\x07\x01\x00"
RAR4 = b"Rar!\x1a\x07\x00"
SEVEN = b"7z\xbc\xaf\x27\x1c"
CMS_ENVELOPED = b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03\xa0\x80"
CMS_SIGNED = b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80"


@pytest.mark.parametrize(
    ("locked", "code"),
    [
        (part(b"x", "message.rpmsg"), "rpmsg"),
        (part(b"x", "Message_v4.RPMSG"), "rpmsg"),
        (part(b"x", "m", "application/x-microsoft-rpmsg-message"), "rpmsg"),
        (part(b"x", "Secure message.switch"), "egress"),
        (part(b"x", "SecureDoc.html", "text/html"), "cisco"),
        (part(b"x", "securedoc_20261123T101010.html", "application/octet-stream"), "cisco"),
        (part(b"x", "Encrypted_Message.htm", "text/html"), "nhsmail"),
        (part(b"x", "..\\..\\Encrypted_Message.html", "text/html"), "nhsmail"),
        (part(zipped(True), "form.zip"), "password_zip"),
        (part(zipped(True, ("a.txt", "b.txt")), "form.docx"), "password_zip"),
        (part(locked_first(zipped(False)), "form.zip"), "password_zip"),
        (part(pdf("secret"), "form.pdf"), "password_pdf"),
        (part(pdf("secret"), "form.txt", "text/plain"), "password_pdf"),
        (part(OLE + "EncryptedPackage".encode("utf-16-le"), "form.docx"), "password_office"),
        (part(RAR5 + b"\x01\x02\x03\x04\x21\x04\x00\x00" + bytes(40), "form.rar"), "password_archive"),
        (part(RAR4 + b"\x00\x00\x73\x80\x00" + bytes(40), "form.rar"), "password_archive"),
        (part(SEVEN + bytes(40) + b"\x06\xf1\x07\x01" + bytes(9), "form.7z"), "password_archive"),
        (part(CMS_ENVELOPED, "smime.p7m"), "foreign_key"),
    ],
)  # fmt: skip
def test_locked_content_is_named(locked: Part, code: str) -> None:
    assert wrapper_of(mail(part(b"Please see the attachment.", kind="text/plain"), locked)) == code


@pytest.mark.parametrize(
    "readable",
    [
        part(zipped(False), "form.zip"),
        part(zipped(False, tuple(f"{n}.txt" for n in range(50))), "form.docx"),
        part(pdf(), "form.pdf"),
        part(OLE, "form.doc"),
        part(b"PK\x03\x04", "short.zip"),
        part(b"PK\x03\x04" + b"\xff" * 200, "damaged.zip"),
        part(SEVEN + bytes(60), "form.7z"),
        part(RAR5 + b"\x01\x02\x03\x04\x0a\x01\x05\x06" + bytes(40), "form.rar"),
        part(CMS_SIGNED, "smime.p7m"),
        part(b"about securedoc.html and /Encrypt 5 0 R", "notes.txt", "text/plain"),
        part(b"", None, "text/plain"),
    ],
)
def test_readable_content_is_not(readable: Part) -> None:
    assert wrapper_of(mail(readable)) is None


NOTICES = {
    "egress": b"You have received a secure email. Open: https://switch.egress.com/ui/message?id=1",
    "zivver": b"You have received a Zivver message: https://app.zivver.com/m/1",
    "mimecast": b"You have a secure message waiting; view it at https://secure-uk.mimecast.com/x",
    "nhsmail": b"You have received an email message secured by Private Post https://encryption.nhs.net/open",
    "rpmsg": b"Read the protected message at https://outlook.office365.com/Encryption/retrieve.ashx",
}


@pytest.mark.parametrize("code", NOTICES)
def test_notice_with_its_link_is_a_wrapper(code: str) -> None:
    assert wrapper_of(mail(part(NOTICES[code], kind="text/html"))) == code


_ARMOUR = b"-----BEGIN PGP MESSAGE-----\r\n\r\nwcBM\r\n-----END PGP MESSAGE-----\r\n"


@pytest.mark.parametrize(
    "text",
    [b"Dear team\r\n\r\n" + _ARMOUR, _ARMOUR + b"This mail is confidential.\r\n", b"<html><pre>" + _ARMOUR],
    ids=["greeting", "disclaimer", "html"],
)
def test_armour_among_other_text_is_a_wrapper(text: bytes) -> None:
    assert wrapper_of(mail(part(text, kind="text/plain"))) == "armour_in_text"


@pytest.mark.parametrize("text", [b"I saw -----BEGIN PGP MESSAGE----- here", b"> " + _ARMOUR])
def test_armour_that_is_spoken_of_or_quoted_is_none(text: bytes) -> None:
    assert wrapper_of(mail(part(text, kind="text/plain"))) is None


@pytest.mark.parametrize("code", NOTICES)
def test_words_without_the_link_or_a_link_without_the_words_are_not(code: str) -> None:
    words = NOTICES[code].replace(b"https://", b"hxxp ")
    link = NOTICES[code][NOTICES[code].index(b"https") :]
    assert wrapper_of(mail(part(words, kind="text/plain"))) is None
    assert wrapper_of(mail(part(b"see " + link, kind="text/plain"))) is None


def test_notice_in_an_attached_message_does_not_lock_the_one_around_it() -> None:
    assert wrapper_of(mail(part(NOTICES["egress"], kind="text/html", inside=True))) is None


def test_a_locked_pdf_can_indeed_not_be_read_and_the_other_can() -> None:
    assert PdfReader(io.BytesIO(pdf("secret"))).is_encrypted
    assert not PdfReader(io.BytesIO(pdf())).is_encrypted


@pytest.mark.parametrize("content", [b"PK\x03\x04" + b"PK\x01\x02" * 200_000, b"%PDF-" + b"/Encrypt " * 200_000,
                                     b"https://switch.egress.com/ " + b"secure " * 100_000])  # fmt: skip
def test_hostile_content_is_looked_at_within_a_bound(content: bytes) -> None:
    assert wrapper_of(mail(part(content, kind="text/plain"))) in (None, "password_zip")
