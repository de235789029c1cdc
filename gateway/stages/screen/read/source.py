"""Choose the one source of text of a message, and count everything else that it has."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from gateway.model.content.message import Mail, Part
from gateway.model.content.screening import Removed
from gateway.stages.screen.read.html_text import visible_text

_CHARSETS_TEXT = """
us-ascii ascii utf-8 utf8 iso-8859-1 iso-8859-2 iso-8859-15 latin1 latin-1 windows-1250 windows-1252 cp1252
"""
_CHARSETS = frozenset(_CHARSETS_TEXT.split())
_SIGNATURES = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")
_UUENCODED = re.compile(r"^begin [0-7]{3,4} \S", re.MULTILINE)
_BLOB = re.compile(r"\S{120}")
_MARKUP = re.compile(r"BEGIN:V|-----BEGIN |%PDF-")
_LINK = re.compile(r"<?(?:https?://|mailto:|tel:|www\.|cid:)[^\s<>\"]{1,2000}>?|\[cid:[^\]]{1,200}\]", re.IGNORECASE)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Source:
    """The text that will be examined. ``doubts`` are codes: with any of them the message is a card."""

    text: str
    doubts: tuple[str, ...]
    removed: tuple[Removed, ...]
    attachments: int
    file_names: tuple[str, ...]


def choose(mail: Mail) -> Source:
    """Return the plain part; else the visible text of the HTML; else nothing, with the doubt ``no_text``."""
    plain, rich, other = _sorted(mail)
    doubts = [defect.code for defect in mail.defects]
    counts = Counter(_kind(part) for part in other)
    text = ""
    if len(plain) > 1 or len(rich) > 1:
        doubts.append("several_texts")
    if plain:
        text = _decoded(plain[0], doubts)
    if rich:
        shown = visible_text(_decoded(rich[0], doubts))
        doubts += shown.doubts
        counts["image"] += max(0, shown.images - counts["image"])
        if plain and _differ(text, shown.text) and _differ(text, shown.without_hidden):
            doubts.append("plain_differs_from_html")
        if not plain and shown.hides:
            doubts.append("hidden_text")
        text = text if plain else shown.text
    if not text.strip():
        doubts.append("no_text")
    for pattern in (_UUENCODED, _BLOB, _MARKUP):
        if pattern.search(_LINK.sub(" ", text)):
            doubts.append("enclosed_data")
    return Source(
        text="\n".join(line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")),
        doubts=tuple(dict.fromkeys(doubts)),
        removed=tuple(Removed(kind, "part", count) for kind, count in sorted(counts.items()) if count),
        attachments=sum(count for kind, count in counts.items() if kind not in ("image", "signature_file")),
        file_names=tuple(
            part.filename.reveal() for part in other if part.filename is not None and _kind(part) != "image"
        ),
    )


def _sorted(mail: Mail) -> tuple[list[Part], list[Part], list[Part]]:
    plain: list[Part] = []
    rich: list[Part] = []
    other: list[Part] = []
    for part in mail.parts:
        is_text = part.disposition != "attachment" and part.filename is None and not part.in_message
        if is_text and part.content_type == "text/plain":
            plain.append(part)
        elif is_text and part.content_type == "text/html":
            rich.append(part)
        else:
            other.append(part)
    return plain, rich, other


def _kind(part: Part) -> str:
    if part.in_message or part.content_type.startswith("message/"):
        return "attached_message"
    if part.content_type.startswith("image/"):
        return "image"
    if part.content_type == "text/calendar":
        return "calendar"
    if part.content_type in ("text/vcard", "text/x-vcard", "text/directory"):
        return "contact_card"
    if part.content_type in _SIGNATURES:
        return "signature_file"
    return "attachment"


def _decoded(part: Part, doubts: list[str]) -> str:
    content = part.content.reveal()
    charset = part.charset or "us-ascii"
    if charset not in _CHARSETS:
        doubts.append("unknown_charset")
        return content.decode("latin-1")
    if charset in ("us-ascii", "ascii") and not content.isascii():
        doubts.append("undeclared_charset")
        charset = "utf-8"
    try:
        return content.decode(charset)
    except UnicodeDecodeError:
        doubts.append("bad_characters")
        return content.decode("latin-1")


def _differ(plain: str, shown: str) -> bool:
    """Say whether the two texts have different words; links and emphasis marks do not count."""
    return _bare(plain) != _bare(shown)


def _bare(text: str) -> list[str]:
    return _WORD.findall(_LINK.sub(" ", text).replace("_", " ").lower())
