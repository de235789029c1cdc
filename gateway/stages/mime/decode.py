"""Undo a content-transfer-encoding (RFC 2045 section 6) and say what was wrong with it."""

from __future__ import annotations

import binascii
import quopri
import re

_SPACE = bytes(range(33))
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]")
_BAD_ESCAPE = re.compile(rb"=(?![0-9A-Fa-f]{2}|[ \t]{0,80}\r?\n|[ \t]{0,80}\Z)")


def decode_content(content: bytes, encoding: str) -> tuple[bytes, list[str]]:
    """Return the decoded bytes and the codes of every doubt."""
    word = encoding.partition(";")[0].strip().lower()
    if word in ("", "7bit", "8bit", "binary"):
        return content, []
    if word == "quoted-printable":
        return quopri.decodestring(content), ["bad_quoted_printable"] if _BAD_ESCAPE.search(content) else []
    if word == "base64":
        return _base64(content)
    return content, ["unknown_encoding"]


def _base64(content: bytes) -> tuple[bytes, list[str]]:
    """Strictly; if that fails, whatever can be decoded, with the doubt: parsers differ after padding."""
    dense = content.translate(None, _SPACE)
    try:
        return binascii.a2b_base64(dense, strict_mode=True), []
    except binascii.Error:
        cleaned = _NOT_BASE64.sub(b"", dense).rstrip(b"=")
    if len(cleaned) % 4 == 1:
        cleaned = cleaned[:-1]
    try:
        return binascii.a2b_base64(cleaned + b"=" * (-len(cleaned) % 4)), ["bad_base64"]
    except binascii.Error:
        return content, ["bad_base64"]
