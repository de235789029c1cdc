"""Long numbers that are not written as figures alone: said in words, with letters for figures, with words between.

``evidence`` finds figures in any grouping and plain number words in a row. Here the rest is put together: "three
nines", "nine hundred and ninety-nine", "99nine 0o0", "999O12", "999, then 012, then 3456".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

_WORDS = {
    "zero": 0, "oh": 0, "o": 0, "nought": 0, "naught": 0, "nil": 0, "null": 0,
    "one": 1, "won": 1, "wun": 1, "two": 2, "three": 3, "tree": 3, "four": 4, "fower": 4, "five": 5, "fife": 5,
    "six": 6, "seven": 7, "eight": 8, "ait": 8, "nine": 9, "niner": 9, "ten": 10, "eleven": 11, "twelve": 12,
    "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90,
}  # fmt: skip
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10}
_SEVERAL = {
    "zeros": 0, "zeroes": 0, "ohs": 0, "os": 0, "noughts": 0, "naughts": 0, "ones": 1, "twos": 2, "threes": 3,
    "fours": 4, "fives": 5, "sixes": 6, "sevens": 7, "eights": 8, "nines": 9,
}  # fmt: skip
_REPEAT = {"double": 2, "treble": 3, "triple": 3, "quadruple": 4}
_SCALE = {"hundred": 100, "thousand": 1000}
_PIECE = re.compile(
    r"(?<![^\W\d_])(?:"
    + "|".join(sorted((*_WORDS, *_SEVERAL, *_ROMAN, *_REPEAT, *_SCALE), key=len, reverse=True))
    + r")(?![^\W\d_])|\d{1,30}",
    re.IGNORECASE,
)
_BETWEEN = (
    r"(?:and|then|next|followed by|after that|plus|with|an?|the|is|of|lots of|times|part|group|block|bit|set|first"
    r"|second|third|last|final|start(?:s|ing)?|middle|end(?:s|ing)?|begin(?:s|ning)?|finally|dash|hyphen|space|dot"
    r"|point|slash|stroke|comma|digits?|figures?)"
)
_GAP = re.compile(rf"(?:[^\w£$€%#]|_){{0,4}}(?:{_BETWEEN}(?:[^\w£$€%#]|_){{1,4}}){{0,4}}", re.IGNORECASE)
_LONGEST_GAP = 60
_BREAKS = "£$€%#"
_COUNTING_ON = re.compile(r"[\s\-]{0,3}(?:and[\s\-]{1,3})?", re.IGNORECASE)  # between the words of one count
_LIKE = str.maketrans("oOqQDlIiZzEASsbGgB", "000001112234556698")
_LOOKS_LIKE_FIGURES = re.compile(
    r"(?<![A-Za-z0-9])\d(?:[\-./ ]?[0-9oOqQDlIiZzEASsbGgB]){6,14}(?<=[0-9oOlI])(?![A-Za-z0-9])"
)
_FIGURES = re.compile(r"\d+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_OF_A_CASE = re.compile(
    r"\b(?:case|cdop|nhs|ref(?:erence)?|urn|log)(?:\s(?:no\.?|number|ref(?:erence)?|is))*[\s:#]{1,3}$", re.IGNORECASE
)
_PART_OF_ONE = re.compile(
    r"\b(?:nhs|number|no|ref(?:erence)?|case|digits?|figures?)\.?\s(?:that\s|which\s|is\s)?(?:ends?|ending|starts?"
    r"|starting|begins?|beginning|finishing)\s(?:in\s|with\s)?\d{2,6}\b"
    r"|\blast\s(?:three|four|five|3|4|5)(?:\s(?:digits?|figures?|numbers?))?(?:\s(?:are|is|being|of\sthe\snhs))?:?\s\d{3,5}\b"
    r"|\b\d{3,5}[\s,(]{1,3}(?:are\s|is\s|being\s|as\s)?(?:the\s)?last\s(?:three|four|five|3|4|5)\b",
    re.IGNORECASE,
)
_OF_A_CARD = re.compile(
    r"\b(?:account|card|phone|telephone|mobile|invoice|order|extension|purchase|contract|meter|serial|model|tracking"
    r"|parcel|booking)\s(?:\w{1,10}\s)?$",
    re.IGNORECASE,
)
_FEWEST_OF_CASE = 5
_NHS_GROUPS = (3, 3, 4)
_FEWEST_ROMAN = 4  # letters that may be Roman figures, among other figures
_FEWEST, _MOST, NHS_FIGURES = 7, 11, 10  # digits of a number that is somebody's


@dataclass(slots=True)
class _Said:
    """A number as it is said: figures so far, and the count that is still being said ("three thousand four ...")."""

    figures: list[str] = field(default_factory=list)
    count: int | None = None
    last: int = 0  # what was added to ``count`` last
    room: int = 1  # less than this may still be added: "twenty" has room for "two"
    times: int = 1

    def close(self) -> None:
        if self.count is not None:
            self.figures.append(str(self.count) * self.times)
            self.times = 1
        self.count, self.room = None, 1

    def word(self, value: int) -> None:
        if self.count is not None and 0 < value < self.room:
            self.count += value
        else:
            self.close()
            self.count = value
        self.last = value
        self.room = 10 if value >= 20 else 1

    def scale(self, factor: int) -> None:
        if self.count is None:
            self.count, self.last = 1, 1
        if factor == _SCALE["thousand"]:
            self.count *= factor
        else:
            self.count += self.last * (factor - 1)
        self.last, self.room = 0, factor

    def several(self, value: int) -> None:
        """ "Three nines": what was said last is how many."""
        number = self.count or 1
        if number < _MOST:
            self.count = None
        self.close()
        self.figures.append(str(value) * min(number, _MOST))

    def pause(self) -> None:
        """After a comma nothing is added but to a round count ("three thousand, four hundred")."""
        self.room = self.room if self.room >= _SCALE["hundred"] else 1

    def raw(self, figures: str) -> None:
        self.close()
        self.figures.append(figures * self.times)
        self.times = 1


def spelled(text: str) -> Iterator[tuple[int, int, int]]:
    """Yield (start, end, number of figures) of numbers of seven to eleven figures that words are part of. Linear."""
    run: list[re.Match[str]] = []
    for piece in _PIECE.finditer(text):
        if run and not _goes_on(text, run[-1].end(), piece.start()):
            yield from _weighed(text, run)
            run = []
        run.append(piece)
    yield from _weighed(text, run)


def _goes_on(text: str, end: int, start: int) -> bool:
    if start - end < 2:
        return start == end or not (text[end].isalnum() or text[end] in _BREAKS)
    return start - end <= _LONGEST_GAP and _GAP.fullmatch(text, end, start) is not None


def _weighed(text: str, run: list[re.Match[str]]) -> Iterator[tuple[int, int, int]]:
    words = [piece for piece in run if not piece.group()[0].isdigit()]
    if not words or len(run) > 4 * _MOST:
        return
    figures = _figures(run)
    glued = any(first.end() == second.start() for first, second in pairwise(run))
    roman = sum(piece.group().lower() in _ROMAN for piece in words)
    if 0 < roman < _FEWEST_ROMAN:
        return  # "2 x A5", "version v"
    several = any(piece.group().lower() in (*_SEVERAL, *_REPEAT) for piece in words)
    fewest = _FEWEST_OF_CASE if _OF_A_CASE.search(text, max(0, run[0].start() - 30), run[0].start()) else _FEWEST
    enough = fewest <= len(figures) <= _MOST and (len(words) >= 3 or glued or several) and not roman
    if len(figures) == NHS_FIGURES or enough:
        yield run[0].start(), run[-1].end(), len(figures)


def _figures(run: list[re.Match[str]]) -> str:
    said = _Said()
    for place, piece in enumerate(run):
        if place and not _COUNTING_ON.fullmatch(piece.string, run[place - 1].end(), piece.start()):
            said.pause()
        word = piece.group().lower()
        following = run[place + 1].group().lower() if place + 1 < len(run) else ""
        if word.isdigit() and len(word) <= 3 and (following in _SCALE or following in _SEVERAL):
            said.word(int(word))
        elif word.isdigit():
            said.raw(word)
        elif word in _SCALE:
            said.scale(_SCALE[word])
        elif word in _SEVERAL:
            said.several(_SEVERAL[word])
        elif word in _REPEAT:
            said.close()
            said.times = _REPEAT[word]
        else:
            said.word(_ROMAN[word] if word in _ROMAN else _WORDS[word])
    said.close()
    return "".join(said.figures)


def like_figures(text: str) -> Iterator[tuple[int, int, int]]:
    """Yield the same of figures with letters that look like figures among them ("999O12l456")."""
    for match in _LOOKS_LIKE_FIGURES.finditer(text):
        figures = match.group().translate(_LIKE)
        letters = sum(char.isalpha() for char in match.group())
        number = sum(char.isdigit() for char in figures)
        if 0 < letters < number - letters and number == NHS_FIGURES:
            yield match.start(), match.end(), number


def apart(text: str) -> Iterator[tuple[int, int]]:
    """Yield three, three and four figures with words between ("999 in front, 012 next, 3456 at the end")."""
    found = [match.span() for match in _FIGURES.finditer(text)]
    for place in range(len(found) - 2):
        three = found[place : place + 3]
        if tuple(end - start for start, end in three) != _NHS_GROUPS:
            continue
        near = all(second[0] - first[1] <= _LONGEST_GAP / 2 for first, second in pairwise(three))
        if near and not _YEAR.fullmatch(text, *three[2]):
            yield three[0][0], three[2][1]


def parts_of_one(text: str) -> Iterator[tuple[int, int]]:
    """Yield a few figures given as the beginning or end of a number ("the NHS number ending 456")."""
    for match in _PART_OF_ONE.finditer(text):
        if not _OF_A_CARD.search(text, max(0, match.start() - 24), match.start()):
            yield match.span()
