"""What a file is, by its first bytes. Its name and what the browser says about it prove nothing."""

from __future__ import annotations

import re

HEAD_BYTES = 8192

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/vnd.ms-outlook"),
)
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_HEIC = frozenset({b"heic", b"heix", b"mif1", b"heif"})
_MAIL_FIELD = re.compile(
    rb"(?:Received|Return-Path|From|To|Date|Subject|Message-ID|MIME-Version|DKIM-Signature)[ \t]*:", re.I
)
_FIELD_LINE = re.compile(rb"[!-9;-~]{1,76}:")


def file_type(head: bytes) -> str | None:
    """Return the content type of a file that we take, from its first bytes; None for any other."""
    if b"%PDF-" in head[:1024]:
        return "application/pdf"
    for magic, content_type in _MAGIC:
        if head.startswith(magic):
            return content_type
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC:
        return "image/heic"
    if head.startswith(b"PK\x03\x04"):
        return _DOCX if b"word/" in head or head[30:49] == b"[Content_Types].xml" else None
    return "message/rfc822" if _is_mail(head) else None


def _is_mail(head: bytes) -> bool:
    """RFC 5322 section 2.2: field names and colons; two of the usual fields must be among the first lines."""
    if b"\x00" in head:
        return False
    lines = [line for line in head.splitlines()[:60] if line]
    if not lines or not _FIELD_LINE.match(lines[0]):
        return False
    return sum(_MAIL_FIELD.match(line) is not None for line in lines) >= 2


def tidy_name(name: str) -> str:
    """Return a file name without folders and control characters, at most 150 characters long."""
    base = re.split(r"[/\\]", name)[-1]
    base = "".join(character for character in base if character.isprintable()).strip(" .")
    if len(base) <= 150:
        return base or "document"
    stem, dot, ending = base.rpartition(".")
    return f"{stem[:140]}{dot}{ending[:9]}" if dot else base[:150]
