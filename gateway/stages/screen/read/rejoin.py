"""Put together again what was taken apart: words broken at line ends, numbers in words, letters set wide."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.stages.screen.read.text import View

BROKEN = re.compile(r"(?<=[^\W\d_])-[ \t]{0,4}\n[ \t]{0,4}(?=[^\W\d_])")
_WIDE = re.compile(r"(?<=\S)(?: {2,40}(?=\S)|[ \t]{0,4}\n[ \t]{0,4}(?=[a-z\d]))")  # set wide, or wrapped
_SPACED = re.compile(r"(?<![\w'])\w(?:[ \t.\-_*]{1,3}\w(?![\w'])){3,40}")
_UNDERLINED = re.compile(r"(?<![A-Za-z])[A-Za-z](?:_[A-Za-z](?![A-Za-z])){3,40}")
_BRACKETED = re.compile(r"(?:[(\[{<]\w[)\]}>]\s?){4,40}")
_SINGLE = re.compile(r"[^\W_]")
_DIGITS = {
    "zero": "0", "oh": "0", "o": "0", "nought": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
    "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13",
    "fourteen": "14", "fifteen": "15", "sixteen": "16", "seventeen": "17", "eighteen": "18", "nineteen": "19",
    "twenty": "20", "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80",
    "ninety": "90",
    "dim": "0", "un": "1", "dau": "2", "tri": "3", "pedwar": "4", "pump": "5", "chwech": "6", "saith": "7", "wyth": "8",
    "naw": "9",
}  # fmt: skip
_REPEAT = {"double": 2, "treble": 3, "triple": 3}
_RUN = re.compile(rf"\b(?:(?:{'|'.join([*_DIGITS, *_REPEAT])}|\d{{1,4}})\b[ \t\n,.\-]{{0,3}}){{4,60}}", re.IGNORECASE)
_PIECE = re.compile(r"[A-Za-z]+|\d+")


def spaced_out(text: str) -> Iterator[tuple[int, int]]:
    """Yield letters or digits set wide ("F N 9 9 Z Z"), four or more in a row."""
    for pattern in (_UNDERLINED, _BRACKETED):
        yield from (match.span() for match in pattern.finditer(text))
    for match in _SPACED.finditer(text):
        singles = _SINGLE.findall(match.group())
        if sum(char.isalpha() for char in singles) >= 2:
            yield match.span()


def rejoined(view: View) -> View | None:
    """Return the text with broken words and spoken numbers joined; None if there are none."""
    text = view.text
    edits: list[tuple[int, int, str]] = [(match.start(), match.end(), "") for match in BROKEN.finditer(text)]
    edits += [(match.start(), match.end(), " ") for match in _WIDE.finditer(text)]
    for match in _RUN.finditer(text):
        if any(char.isalpha() for char in match.group()):
            edits.append((match.start(), match.end(), _spoken(match.group()) + " "))
    if not edits:
        return None
    edits.sort()
    letters: list[str] = []
    origin: list[int] = []
    position = 0
    for start, end, replacement in edits:
        if start < position:
            continue
        letters.append(text[position:start])
        origin.extend(range(position, start))
        letters.append(replacement)
        origin.extend(min(start + step, end - 1) for step in range(len(replacement)))
        position = end
    letters.append(text[position:])
    origin.extend(range(position, len(text)))
    return View("".join(letters), len(text), tuple(origin))


def _spoken(run: str) -> str:
    digits: list[str] = []
    times = 1
    for piece in _PIECE.findall(run.lower()):
        if piece in _REPEAT:
            times = _REPEAT[piece]
            continue
        value = _DIGITS.get(piece, piece)
        tens = digits[-1] if digits else ""
        if (
            len(value) == 1
            and value != "0"
            and len(tens) == 2
            and tens[1] == "0"
            and tens != "10"
            and not piece.isdigit()
        ):
            digits[-1] = tens[0] + value  # "twenty two"
        else:
            digits.append(value * times)
        times = 1
    return "".join(digits)
