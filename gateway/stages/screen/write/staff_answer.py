"""Make a staff member's answer fit to go to the sender: without quotes, and without their direct details."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gateway.stages.screen.find.contacts import emails, is_telephone, links
from gateway.stages.screen.read.layout import lay_out

_LONG = re.compile(r"\+?\(?\d(?:[\s.\-/()]{0,2}\d){7,16}")
_WORD = re.compile(r"[^\W\d_]+")
_SPARE_LINES = re.compile(r"\n{3,}")


def strip_answer(text: str, own_details: Iterable[str], public_details: Iterable[str] = ()) -> str:
    """Return what the sender of the original may get of an answer.

    ``own_details`` are the staff member's full name, e-mail address and numbers. ``public_details`` are the
    office's numbers and addresses, which stay. Gone: quoted and forwarded text, the signature block, every other
    e-mail address and telephone number, and the lines that have nothing but a detail of the staff member. "" if
    nothing is left: then nothing is sent.
    """
    own = [detail.strip() for detail in own_details if detail.strip()]
    kept_numbers = {_digits(detail) for detail in public_details}
    kept_words = {detail.strip().lower() for detail in public_details}
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    names = frozenset(word.lower() for detail in own if "@" not in detail for word in _WORD.findall(detail))
    layout = lay_out(text, names)
    fresh = text[: layout.fresh[1]]
    for start, end in reversed(layout.quoted):
        if start < len(fresh):
            fresh = fresh[:start] + fresh[min(end, len(fresh)) :]
    fresh = _without_details(fresh, kept_numbers, kept_words)
    for detail in sorted(own, key=len, reverse=True):
        fresh = re.sub(rf"(?<!\w){re.escape(detail)}(?!\w)", "", fresh, flags=re.IGNORECASE)
    lines = [line.rstrip() for line in fresh.split("\n")]
    kept = [line for line in lines if not _is_only_name(line, names)]
    return _SPARE_LINES.sub("\n\n", "\n".join(kept)).strip()


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def _without_details(text: str, kept_numbers: set[str], kept_words: set[str]) -> str:
    places = [place for place in emails(text) if text[slice(*place)].lower().replace(" ", "") not in kept_words]
    shown = list(links(text))
    for match in _LONG.finditer(text):
        digits = _digits(match.group())
        inside = any(start <= match.start() < end for start, end in shown)
        if not inside and is_telephone(match.group(), digits) and digits not in kept_numbers:
            places.append(match.span())
    for start, end in sorted(places, reverse=True):
        text = text[:start] + text[end:]
    return text


def _is_only_name(line: str, names: frozenset[str]) -> bool:
    words = [word.lower() for word in _WORD.findall(line)]
    return bool(words) and all(word in names for word in words)
