"""Postcodes as people write them, made canonical before anything is looked up.

Full-width and look-alike letters, zero-width characters, dashes, dots and spaces never change what a postcode is.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

MAX_TEXT = 20_000  # characters of one field that are looked at

# Cyrillic and Greek capitals that look like Latin ones, as a pasted or scanned postcode can hold them.
_LOOK_ALIKES = str.maketrans(
    "АВЕКМНОРСТУХІЅЈΑΒΕΖΗΙΚΜΝΟΡΤΥΧаекморстухіѕјονρ",
    "ABEKMHOPCTYXISJABEZHIKMNOPTYXaekmopctyxisjovp",
)
_DASHES = re.compile("[‐-―−⁃﹘﹣＿­_]")
_SPACES = re.compile(r"\s+")
_NOT_ALPHANUMERIC = re.compile(r"[^A-Z0-9]")

_OUTWARD = r"(?:[A-Z]{1,2}[0-9][0-9A-Z]?|NPT|GIR|BFPO|ASCN|BBND|BIQQ|FIQQ|PCRN|SIQQ|STHL|TDCU|TKCA)"
_UNIT = re.compile(rf"({_OUTWARD})([0-9])([A-Z]{{2}})")
_SECTOR = re.compile(rf"({_OUTWARD})([0-9])")
_TRUNCATED = re.compile(rf"({_OUTWARD})([0-9])[A-Z]")
_DISTRICT = re.compile(_OUTWARD)
# In running text: between outward and inward at most three separators, and nothing alphanumeric at either end.
_IN_TEXT = re.compile(
    rf"(?<![A-Z0-9])({_OUTWARD})[ .\-]{{0,3}}([0-9])[ .\-]?([A-Z]{{2}})(?![A-Z0-9])", re.IGNORECASE | re.ASCII
)
_MAY_BE_UNIT = re.compile(r"[0-9][ .\-]?[^\W\d_]{2}(?![^\W_])")
_PARTIAL_IN_TEXT = re.compile(
    rf"(?<![A-Z0-9])({_OUTWARD})(?:[ .\-]{{1,3}}([0-9]))?(?![A-Z0-9])", re.IGNORECASE | re.ASCII
)
_ORDINAL = re.compile("1st|2nd|3rd|[04-9]th")
_EIRCODE = re.compile(r"(?:[AC-FHKNPRTV-Y][0-9]{2}|D6W)[0-9AC-FHKNPRTV-Y]{4}")  # Ireland
_TERRITORY_CODE = re.compile(r"KY[1-3][0-9]{4}|AI2640|VG11[0-9]{2}|MSR1[0-9]{3}")  # Cayman, Anguilla, ...
_CONTINENTAL = re.compile(r"(?:[A-Z]{1,3}-)?(?:[0-9]{5}|[0-9]{2}-[0-9]{3})\s+[A-Za-z]|[A-Z]{1,3}-[0-9]{4}\s+[A-Za-z]")
_BFPO = re.compile(r"(?<![A-Z0-9])B\.?F\.?P\.?O\.?[ .\-]{0,3}([0-9]{1,4})(?![0-9])")


@dataclass(frozen=True, slots=True)
class Postcode:
    """A unit postcode in canonical spelling: ``outward`` "HP27", ``inward`` "9QF"."""

    outward: str
    inward: str

    def __str__(self) -> str:
        return f"{self.outward} {self.inward}"

    @property
    def area(self) -> str:
        """The letters in front: "HP"; the whole outward code where it has no digit ("GIR")."""
        letters = self.outward.rstrip("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") or self.outward
        match = re.match(r"[A-Z]+", letters)
        return match.group() if match else letters


@dataclass(frozen=True, slots=True)
class Partial:
    """A postcode district ("MK19") or, with ``digit``, a sector ("MK17 8")."""

    outward: str
    digit: str = ""

    def __str__(self) -> str:
        return f"{self.outward} {self.digit}".rstrip()


def tidy(text: str) -> str:
    """Return text without compatibility forms, invisible characters and runs of white space."""
    composed = unicodedata.normalize("NFKC", text[:MAX_TEXT])
    dashed = _DASHES.sub("-", composed)
    visible = "".join(
        char for char in dashed if unicodedata.category(char) not in ("Cf", "Cc", "Mn") or char in "\n\t\r"
    )
    return _SPACES.sub(" ", visible).strip()


def compact(text: str) -> str:
    """Return only the letters and digits of a text, upper case, look-alike letters as Latin ones."""
    return _NOT_ALPHANUMERIC.sub("", tidy(text).upper().translate(_LOOK_ALIKES))


def parse_unit(text: str) -> Postcode | None:
    """Return the unit postcode that the whole text is, however it is punctuated, or None."""
    match = _UNIT.fullmatch(compact(text))
    return Postcode(match[1], match[2] + match[3]) if match else None


def parse_partial(text: str) -> tuple[Partial, ...]:
    """Return the districts or sectors that the whole text may be: "MK178" is MK17 8 only, "MK19" MK19 or MK1 9."""
    whole = compact(text)
    found: list[Partial] = []
    if _DISTRICT.fullmatch(whole):
        found.append(Partial(whole))
    sector = _SECTOR.fullmatch(whole)
    if sector and not (found and " " not in tidy(text)):
        found = [Partial(sector[1], sector[2])]
    elif sector:
        found.append(Partial(sector[1], sector[2]))
    return tuple(found)


def truncated(text: str) -> Partial | None:
    """Return the sector of a unit that has lost its last letter: "MK18 1J" is in MK18 1."""
    match = _TRUNCATED.fullmatch(compact(text))
    return Partial(match[1], match[2]) if match is not None else None


def find_units(text: str) -> tuple[Postcode, ...]:
    """Return every unit postcode that stands in a text, in order, each once."""
    matches = (match for match in _IN_TEXT.finditer(_readable(text)) if not _is_ordinal(match))
    return tuple(dict.fromkeys(Postcode(match[1].upper(), (match[2] + match[3]).upper()) for match in matches))


def unit_matches(text: str) -> tuple[tuple[Postcode, int, int], ...]:
    """Return every unit postcode of a text with where it stands: the fast way, for whole messages."""
    if _MAY_BE_UNIT.search(text) is None:
        return ()
    plain = text if text.isascii() else text.translate(_LOOK_ALIKES)
    matches = (match for match in _IN_TEXT.finditer(plain) if not _is_ordinal(match))
    return tuple(
        (Postcode(match[1].upper(), (match[2] + match[3]).upper()), match.start(), match.end()) for match in matches
    )


def _readable(text: str) -> str:
    return tidy(text).translate(_LOOK_ALIKES)


def _is_ordinal(match: re.Match[str]) -> bool:
    """Say whether "Block W1 2nd floor" was met: a floor, not the postcode W1 2ND."""
    return _ORDINAL.fullmatch(match[2] + match[3]) is not None and not match[1].islower()


def find_partials(text: str) -> tuple[Partial, ...]:
    """Return every district or sector that stands in a text where no unit does."""
    rest = _IN_TEXT.sub(" ", _readable(text))
    found = (Partial(match[1].upper(), match[2] or "") for match in _PARTIAL_IN_TEXT.finditer(rest))
    return tuple(dict.fromkeys(found))


def foreign_code(text: str) -> str | None:
    """Return the place that a foreign code of a British look leads to: "abroad", "overseas-territory", or None."""
    whole = compact(text)
    if _UNIT.fullmatch(whole):
        return None
    if _TERRITORY_CODE.fullmatch(whole):
        return "overseas-territory"
    return "abroad" if _EIRCODE.fullmatch(whole) else None


def has_foreign_code(address: str) -> bool:
    """Say whether a part of an address begins with a postal code of the Continent ("75001 Paris", "PL-00-001")."""
    return any(_CONTINENTAL.match(part.strip()) for part in re.split(r"[,;\n]", tidy(address)))


def has_bfpo(text: str) -> bool:
    """Say whether a British Forces number ("BFPO 57") stands in a text."""
    return _BFPO.search(tidy(text).upper()) is not None
