"""One normal form of a text to look for evidence in, with the way back to the places in the original."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass

from gateway.stages.screen.read.confusables import CONFUSABLES

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
_IGNORABLE_RANGES = (
    (0x0334, 0x0338),  # strokes laid over a letter
    (0x034F, 0x034F),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x20D0, 0x20FF),  # circles and key caps round a figure
    (0x2065, 0x2065),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFFA0, 0xFFA0),
    (0xE0000, 0xE0FFF),
)
_SIGNS_FOR_LETTERS = ((0x2800, 0x28FF), (0x1F1E6, 0x1F1FF))  # Braille, and the letters that flags are made of
_SPACES = dict.fromkeys(
    map(ord, "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"), " "
)
_PUNCTUATION = (
    {ord(c): "'" for c in "‘’‛ʼ′`´＇"} | {ord(c): "-" for c in "‐‑‒–—―−﹣－"} | {ord(c): '"' for c in "“”„‟«»"}
)


@dataclass(frozen=True, slots=True)
class View:
    """A normalised text. ``origin[i]`` is the place in the source of character ``i``; None: the same place."""

    text: str
    source_length: int
    origin: tuple[int, ...] | None = None
    other_script: tuple[int, ...] = ()  # places in the source of letters that are not Latin
    hidden: int = 0  # characters that show nothing
    bidi: bool = False

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return the stretch of the source that ``text[start:end]`` stands for."""
        if self.origin is None:
            return start, end
        if start >= len(self.origin):
            return self.source_length, self.source_length
        last = self.origin[end - 1] + 1 if end > start else self.origin[start]
        following = self.origin[end] if end < len(self.origin) else self.source_length
        return self.origin[start], max(last, following if following - last < 2 else last)


def view(source: str) -> View:
    """Undo entities and compatibility forms, drop what shows nothing, fold look-alikes. Linear."""
    if source.isascii() and "&" not in source:
        return View(_without_controls(source), len(source))
    letters: list[str] = []
    origin: list[int] = []
    other: list[int] = []
    hidden, bidi = 0, False
    for place, char in _unescaped(source):
        if char in BIDI:
            bidi = True
            continue
        if unicodedata.combining(char):
            continue  # a mark on the letter before: decomposed, or laid over each letter to hide it
        if _shows_nothing(char):
            hidden += 1
            continue
        folded = _folded(char)
        if folded is None:
            other.append(place)
            folded = char
        elif char in CONFUSABLES:
            other.append(place)
        letters.append(folded)
        origin.extend([place] * len(folded))
    return View(_without_controls("".join(letters)), len(source), tuple(origin), tuple(other), hidden, bidi)


def _without_controls(text: str) -> str:
    return text.translate(_CONTROLS)


_CONTROLS = {code: " " for code in range(32) if chr(code) not in "\n\t"} | {127: " "}


def _unescaped(source: str) -> list[tuple[int, str]]:
    """Return the characters with entities undone, each with its place."""
    found: list[tuple[int, str]] = []
    position = 0
    for entity in _ENTITY.finditer(source):
        found.extend(enumerate(source[position : entity.start()], position))
        found.extend((entity.start(), char) for char in html.unescape(entity.group()))
        position = entity.end()
    found.extend(enumerate(source[position:], position))
    return found


def _shows_nothing(char: str) -> bool:
    code = ord(char)
    if code < 0xAD:
        return False
    if unicodedata.category(char) == "Cf":
        return True
    return any(first <= code <= last for first, last in _IGNORABLE_RANGES)


def _folded(char: str) -> str | None:
    """Return the plain form of one character, or None for a letter or digit of another script."""
    if char.isascii():
        return char
    code = ord(char)
    plain = _SPACES.get(code) or _PUNCTUATION.get(code) or CONFUSABLES.get(char)
    if plain is not None:
        return plain
    compatible = unicodedata.normalize("NFKC", char)
    if compatible.isascii():
        return compatible.translate(_PUNCTUATION)
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    sign = any(first <= code <= last for first, last in _SIGNS_FOR_LETTERS)
    if sign or (char.isalpha() and not unicodedata.name(char, "").startswith("LATIN")):
        return None
    return compatible
