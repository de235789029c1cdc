"""Names of local authorities as people write them: past and present, official and short, by code.

Only a whole name counts. A town, a postal county or a part of an address is never taken for an authority.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from gateway.model.ids import GssCode
from gateway.model.residence.areas import AuthorityRegister, County
from gateway.stages.route.postcodes.normalise import tidy

_GSS = re.compile(r"[EWSNLM][0-9]{8}")
_NOT_WORD = re.compile(r"[^\w]+")
_INITIALS = re.compile(r"(?<=[Cc]ouncil)\s*\([A-Z&]{2,6}\)\s*$")  # "Hertfordshire County Council (HCC)"
_APOSTROPHES = re.compile("['’`´‘.]")

_PREFIXES = (
    "the",
    "london borough of",
    "royal borough of",
    "metropolitan borough of",
    "metropolitan district of",
    "city and county of",
    "city and district of",
    "borough council of",
    "council of the",
    "borough of",
    "district of",
    "county of",
    "city of",
    "lb of",
    "lb",
    "rb of",
    "rb",
    "mbc",
)
_SUFFIXES = (
    "childrens services",
    "childrens social care",
    "social services",
    "local authority",
    "unitary authority",
    "council",
    "county borough",
    "metropolitan borough",
    "metropolitan district",
    "london borough",
    "london boro",
    "city and district",
    "city and county",
    "borough",
    "district",
    "county",
    "city",
    "area",
    "city of",
    "county of",
    "royal borough of",
    "london borough of",
    "borough of",
    "district of",
    "mbc",
    "mdc",
    "cbc",
    "lbc",
    "bc",
    "dc",
    "cc",
    "mb",
    "lb",
    "ua",
    "la",
)


_SHORT = {
    "n": "north",
    "s": "south",
    "e": "east",
    "w": "west",
    "saint": "st",
    "boro": "borough",
    "met": "metropolitan",
    "beds": "bedfordshire",
    "berks": "berkshire",
    "bucks": "buckinghamshire",
    "cambs": "cambridgeshire",
    "derbys": "derbyshire",
    "glos": "gloucestershire",
    "hants": "hampshire",
    "hunts": "huntingdonshire",
    "shrops": "shropshire",
    "ne": "north east",
    "nw": "north west",
    "herts": "hertfordshire",
    "lancs": "lancashire",
    "leics": "leicestershire",
    "lincs": "lincolnshire",
    "northants": "northamptonshire",
    "notts": "nottinghamshire",
    "oxon": "oxfordshire",
    "staffs": "staffordshire",
    "warks": "warwickshire",
    "wilts": "wiltshire",
    "worcs": "worcestershire",
    "yorks": "yorkshire",
}


@dataclass(frozen=True, slots=True)
class Named:
    """What a text names: authorities (several codes where the name has a past), or a county that is none."""

    codes: tuple[GssCode, ...]
    county: County | None = None  # set: the codes are those of a county that is no authority


def fold(name: str) -> str:
    """Return a name as it is compared: lower case, "&" as "and", no punctuation."""
    text = _APOSTROPHES.sub("", tidy(name).casefold().replace("&", " and "))
    return " ".join(_NOT_WORD.sub(" ", text).split())


def bare(folded: str) -> str:
    """Return a folded name without the words that only say what kind of council it is."""
    changed = True
    while changed:
        changed = False
        for prefix in _PREFIXES:
            if folded.startswith(prefix + " "):
                folded, changed = folded[len(prefix) + 1 :], True
        for suffix in _SUFFIXES:
            if folded.endswith(" " + suffix):
                folded, changed = folded[: -len(suffix) - 1], True
    return folded


class NameIndex:
    """Every way of writing every authority, made once from the register."""

    __slots__ = ("_bare", "_counties", "_full", "_register")

    def __init__(self, register: AuthorityRegister) -> None:
        self._register = register
        self._full: dict[str, set[GssCode]] = {}
        self._bare: dict[str, set[GssCode]] = {}
        self._counties: dict[str, County] = {}
        for authority in register.authorities.values():
            if not authority.is_local:
                continue
            for name in (authority.name, authority.official, *authority.aliases):
                if name:
                    self._full.setdefault(fold(name), set()).add(authority.gss)
            for name in (authority.name, *authority.aliases):
                self._bare.setdefault(bare(fold(name)), set()).add(authority.gss)
        for county in register.counties:
            for name in (county.name, *county.aliases):
                self._counties[fold(name)] = county

    def match(self, text: str) -> Named | None:
        """Return what the whole text names, or None. Of the full and the bare name the full one wins."""
        code = tidy(text).upper()
        if _GSS.fullmatch(code):
            return self._of_code(GssCode(code))
        folded = fold(_INITIALS.sub("", text))
        written_out = " ".join(_SHORT.get(word, word) for word in folded.split())
        return self._match(folded) or (self._match(written_out) if written_out != folded else None)

    def _match(self, folded: str) -> Named | None:
        if folded in self._full:
            return Named(tuple(sorted(self._full[folded])))
        short = bare(folded)
        county = self._counties.get(folded) or self._counties.get(short)
        if county is not None:
            return Named(county.authorities, county)
        return Named(tuple(sorted(self._bare[short]))) if short in self._bare else None

    def _of_code(self, code: GssCode) -> Named | None:
        """Return a code of the register, or one whose letter alone says that it lies outside England."""
        found = self._register.find(code)
        if found is not None:
            return Named((found.gss,)) if found.is_local else None
        return Named((code,)) if code[0] != "E" else None


@lru_cache(maxsize=4)
def name_index(register: AuthorityRegister) -> NameIndex:
    """Return the index of a register; made at the first question (some 10 ms) and kept."""
    return NameIndex(register)
