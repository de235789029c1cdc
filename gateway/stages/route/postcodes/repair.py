"""Misread postcodes: what a person may have meant, always checked against the table, never decided."""

from __future__ import annotations

import re
from itertools import product

from gateway.model.residence.areas import PostcodeTable
from gateway.stages.route.postcodes.normalise import Postcode, compact

MAX_CANDIDATES = 12
_TO_DIGIT = {
    "O": "0",
    "Q": "0",
    "D": "0",
    "I": "1",
    "L": "1",
    "Z": "2",
    "E": "3",
    "A": "4",
    "S": "5",
    "G": "6",
    "T": "7",
    "B": "8",
}
_TO_LETTERS = {"0": "OD", "1": "IL", "2": "Z", "3": "E", "4": "A", "5": "S", "6": "G", "7": "T", "8": "B", "9": "G"}
_FOR_UNUSED = {"C": "GQ", "I": "JLT", "K": "XHR", "M": "NWH", "O": "QDUG", "V": "UYW"}
_OUTWARD_SHAPES = ("AN", "ANN", "ANA", "AAN", "AANN", "AANA")  # British Standard 7666
_ALPHANUMERIC = re.compile(r"[A-Z0-9]{5,8}")


def repairs(text: str, table: PostcodeTable) -> tuple[Postcode, ...]:
    """Return the units of the table that the whole text may be a slip of.

    Tried in turn: letters read as digits and digits as letters; two neighbours swapped; one character too many.
    The first kind of slip that leads to known units is the one returned.
    """
    whole = compact(text)
    if not _ALPHANUMERIC.fullmatch(whole):
        return ()
    for slips in ((whole,), _misread(whole), _swapped(whole), _shorter(whole)):
        found = {each for slip in slips for each in _readings(slip) if table.unit(each.outward, each.inward)}
        if found:
            return tuple(sorted(found, key=str))[:MAX_CANDIDATES]
    return ()


def _misread(whole: str) -> tuple[str, ...]:
    """Replace inward letters that no postcode has by those they are taken for."""
    options = [_FOR_UNUSED.get(char, char) for char in whole[-2:]]
    return tuple(whole[:-2] + "".join(letters) for letters in product(*options))


def _swapped(whole: str) -> tuple[str, ...]:
    return tuple(whole[:i] + whole[i + 1] + whole[i] + whole[i + 2 :] for i in range(len(whole) - 1))


def _shorter(whole: str) -> tuple[str, ...]:
    return tuple(whole[:i] + whole[i + 1 :] for i in range(len(whole)))


def _readings(whole: str) -> list[Postcode]:
    """Return every postcode shape that the characters can be read as."""
    found = []
    for shape in _OUTWARD_SHAPES:
        if len(shape) + 3 != len(whole):
            continue
        options = [_as(char, kind) for char, kind in zip(whole, shape + "NAA", strict=True)]
        for letters in product(*options):
            code = "".join(letters)
            found.append(Postcode(code[:-3], code[-3:]))
    return found


def _as(char: str, kind: str) -> str:
    if kind == "N":
        return char if char.isdigit() else _TO_DIGIT.get(char, "")
    return char if char.isalpha() else _TO_LETTERS.get(char, "")
