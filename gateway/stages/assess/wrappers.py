"""Encrypted wrappers that the gateway cannot open: a person must; the clock runs and the wrapper is kept whole.

Structure decides (media types, file signatures), never the words of a subject. Words of a body count only together
with the attachment that they mention.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from pathlib import PurePosixPath

from gateway.model.content.message import Mail, Part

MAX_LOOK = 200_000  # bytes of a part that are searched
MAX_ZIP_ENTRIES = 2_000
_ZIP_ENCRYPTED = 0x0001  # general purpose bit 0, APPNOTE 4.4.4
_ZIP_STRONG = 0x0040


def wrapper_of(mail: Mail) -> str | None:
    """Return the code of the wrapper that locks the content, or None.

    Codes: ``rpmsg``, ``egress``, ``nhsmail``, ``cisco``, ``zivver``, ``mimecast``, ``password_zip``,
    ``password_pdf``, ``password_office``, ``password_archive``, ``foreign_key``, ``armour_in_text``.
    Declared OpenPGP and S/MIME are not looked for here: the gateway tries to open them first.
    """
    for part in mail.parts:
        code = _by_structure(part)
        if code is not None:
            return code
    return _by_notice(mail)


def _name(part: Part) -> str:
    name = part.filename.reveal() if part.filename is not None else ""
    return PurePosixPath(name.replace("\\", "/")).name.lower().strip()


# CMS content types that lock, RFC 5652 and RFC 5083, as they stand at the start of the DER.
_ENVELOPED = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03"
_AUTH_ENVELOPED = b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17"


def _is_foreign_cms(part: Part) -> bool:
    """An encrypted S/MIME file that is not declared as one, so that nothing tried to open it."""
    head = part.content.reveal()[:64]
    return _name(part).endswith(".p7m") and (_ENVELOPED in head or _AUTH_ENVELOPED in head)


_BY_TYPE = {
    "application/x-microsoft-rpmsg-message": "rpmsg",
    "application/vnd.ms-rpmsg": "rpmsg",
    "application/switch": "egress",
}
_BY_NAME = (
    (re.compile(r".{0,200}\.rpmsg"), "rpmsg"),
    (re.compile(r".{0,200}\.switch"), "egress"),
    (re.compile(r"securedoc(?:_[0-9t_-]{1,40})?\.html?"), "cisco"),
    (re.compile(r"encrypted_message\.html?"), "nhsmail"),
)


def _by_structure(part: Part) -> str | None:
    if part.content_type in _BY_TYPE:
        return _BY_TYPE[part.content_type]
    name = _name(part)
    for pattern, code in _BY_NAME:
        if pattern.fullmatch(name):
            return code
    if _is_foreign_cms(part):
        return "foreign_key"
    content = part.content.reveal()
    for magic, locked, code in _BY_MAGIC:
        if content.startswith(magic) and locked(content):
            return code
    return None


def _zip_is_locked(content: bytes) -> bool:
    """Read the local and central headers: any encrypted entry locks it. A damaged zip is not called locked."""
    for signature, flag_at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = content.find(signature)
        for _ in range(MAX_ZIP_ENTRIES):
            if position < 0 or position + flag_at + 2 > len(content):
                break
            (flags,) = struct.unpack_from("<H", content, position + flag_at)
            if flags & (_ZIP_ENCRYPTED | _ZIP_STRONG) and flags < 0x4000:
                return True
            if signature == b"PK\x03\x04":
                break  # later local headers may be data; the central directory lists them all
            position = content.find(signature, position + 46)
    return False


def _archive_is_locked(content: bytes) -> bool:
    """RAR 5 with an encryption header (type 4), RAR 4 with encrypted headers or files, 7z with an AES coder."""
    if content[:8] == b"Rar!\x1a\x07\x01\x00":
        return content[12:14].find(b"\x04") >= 0 or b"\x30\x00\x03\x0f" in content[:MAX_LOOK]
    if content[:7] == b"Rar!\x1a\x07\x00":
        (flags,) = struct.unpack_from("<H", content, 10) if len(content) > 12 else (0,)
        return bool(flags & 0x0080)
    return b"\x06\xf1\x07\x01" in content[-MAX_LOOK:]  # 7zAES coder id


_PDF_ENCRYPT = re.compile(rb"/Encrypt[\s]{0,4}(?:\d{1,10}[\s]{1,4}\d{1,5}[\s]{1,4}R|<<)")
_PDF_XREF = re.compile(rb"/Type[\s]{0,4}/XRef")


def _pdf_is_locked(content: bytes) -> bool:
    """A trailer or cross-reference stream with /Encrypt, ISO 32000-1 section 7.6.1."""
    if _PDF_ENCRYPT.search(content[-MAX_LOOK:]) or _PDF_ENCRYPT.search(content[:MAX_LOOK]):
        return True
    found = _PDF_XREF.search(content[-MAX_LOOK:])
    return bool(found and b"/Encrypt" in content[-MAX_LOOK:])


def _office_is_locked(content: bytes) -> bool:
    """An OLE file whose directory names an EncryptedPackage stream, MS-OFFCRYPTO section 2.3.4.4."""
    return "EncryptedPackage".encode("utf-16-le") in content


_BY_MAGIC: tuple[tuple[bytes, Callable[[bytes], bool], str], ...] = (
    (b"PK\x03\x04", _zip_is_locked, "password_zip"),
    (b"Rar!\x1a\x07", _archive_is_locked, "password_archive"),
    (b"7z\xbc\xaf\x27\x1c", _archive_is_locked, "password_archive"),
    (b"%PDF-", _pdf_is_locked, "password_pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _office_is_locked, "password_office"),
)


# Notices: the message invites the reader to fetch or open the content elsewhere. Each needs its own sign in a link's
# address or a vendor's header *and* a text that says so; somebody who writes about Egress has not sent a wrapper.
_NOTICES: tuple[tuple[str, re.Pattern[bytes], re.Pattern[bytes]], ...] = (
    (
        "egress",
        re.compile(rb"https://(?:switch|reader|access|email)\.egress\.com/", re.IGNORECASE),
        re.compile(rb"(?:secure|encrypted|protected)\b.{0,80}\b(?:email|e-mail|message)", re.IGNORECASE | re.DOTALL),
    ),
    (
        "zivver",
        re.compile(rb"https://(?:app|docs|www)\.zivver\.com/", re.IGNORECASE),
        re.compile(
            rb"(?:secure|encrypted|protected|zivver)\b.{0,80}\b(?:email|e-mail|message)", re.IGNORECASE | re.DOTALL
        ),
    ),
    (
        "mimecast",
        re.compile(rb"https://[a-z0-9-]{1,40}\.mimecast(?:protect|cybergraph)?\.com/", re.IGNORECASE),
        re.compile(rb"secure message.{0,200}(?:read|view|open|collect)", re.IGNORECASE | re.DOTALL),
    ),
    (
        "nhsmail",
        re.compile(rb"https://[a-z0-9.-]{0,80}(?:nhs\.net|trendmicro\.(?:com|eu)|privatepost\.com)/", re.IGNORECASE),
        re.compile(rb"message secured by (?:private post|nhsmail|trend micro)", re.IGNORECASE),
    ),
    (
        "rpmsg",
        re.compile(rb"https://outlook\.office(?:365)?\.com/Encryption/", re.IGNORECASE),
        re.compile(rb"(?:protected|encrypted) message", re.IGNORECASE),
    ),
)


# An armour with a greeting above it or a disclaimer below it is not an OpenPGP message that a program can open.
_ARMOUR = re.compile(rb"^(?:<[^<>\n]{0,200}>){0,9}-----BEGIN PGP MESSAGE-----\s*(?:<|\r?$)", re.MULTILINE)


def _by_notice(mail: Mail) -> str | None:
    text = b"\n".join(
        part.content.reveal()[:MAX_LOOK]
        for part in mail.parts
        if part.content_type in ("text/plain", "text/html") and not part.in_message and not _name(part)
    )
    if _ARMOUR.search(text):
        return "armour_in_text"
    for code, link, says in _NOTICES:
        if link.search(text) and says.search(text):
            return code
    return None
