"""Words that change what a place means: no answer, other nations, institutions, no fixed abode.

Matched on folded text (lower case, no punctuation), so that spelling and punctuation do not matter.
"""

from __future__ import annotations

import re

from gateway.stages.route.read.countries import COUNTRIES
from gateway.stages.route.read.names import fold


def _listed(names: str) -> frozenset[str]:
    return frozenset(name.strip() for line in names.splitlines() for name in line.split("|") if name.strip())


_NO_ANSWER = _listed(
    """
    n a|na|nk|none|none known|nil|not known|unknown|not asked|not given|not stated|not applicable|not available|
    dont know|tbc|to be confirmed|to follow|pending|no|same|same as above|as above|see above|blank|x|xx|xxx|
    test
    """
)
_UNITED_KINGDOM = _listed(
    """
    uk|gb|gbr|united kingdom|united kingdom of great britain and northern ireland|great britain|britain|british
    """
)
_ENGLAND = _listed("england|eng|gb eng|e92000001|england uk|england gb|england united kingdom|english")
_NATIONS = {
    "wales": "wales|gb wls|gb cym|w92000004|cymru|wales uk|welsh|wls",
    "scotland": "scotland|gb sct|s92000003|alba|scotland uk|scottish|sct",
    "northern-ireland": "northern ireland|gb nir|n92000002|n ireland|ni|ulster|northern irish|nir|northern ireland uk",
    "isle-of-man": "isle of man|iom|ellan vannin|im",
    "channel-islands": "channel islands|jersey|guernsey|alderney|sark|herm|bailiwick of guernsey|bailiwick of jersey",
    "bfpo": "bfpo|british forces|british forces post office|bfg|british forces germany",
    "overseas-territory": (
        "gibraltar|falkland islands|falklands|st helena|saint helena|ascension|ascension island|tristan da cunha|"
        "bermuda|cayman islands|british virgin islands|turks and caicos|turks and caicos islands|anguilla|montserrat|"
        "pitcairn|pitcairn islands|south georgia|british indian ocean territory|akrotiri|dhekelia|akrotiri and dhekelia"
    ),
}
HERE = ("england", "uk")
_NATION_OF = {word: nation for nation, words in _NATIONS.items() for word in words.split("|")}

# A premises word is one only where no word that makes it a street or a house name follows.
_STREETS = (
    "road|rd|lane|ln|street|st|close|cl|hill|way|walk|drive|dr|avenue|ave|court|ct|place|pl|view|row|green|grove|"
    "gardens|gdns|terrace|crescent|cres|mews|square|yard|fields?|meadows?|wood|croft|cottages?|house|farm|lodge|"
    "gate|path|rise|park|bank|corner|end|fold|garth|bungalow|flats?|villas?|mead|loan|steps|passage|alley|parade|"
    "approach|mount|bridge|estate"
)
_AT_STREET = rf"(?! (?:{_STREETS})\b)"
_PREMISES = {
    "hospital": rf"(?:hospital|infirmary|neonatal unit|nicu|scbu|maternity unit|hospice|nursing home){_AT_STREET}",
    "prison": rf"(?:hmp|hmyoi|yoi|prison|young offenders? institution|secure training centre|secure childrens home|"
    rf"immigration removal centre|custody){_AT_STREET}",
    "refuge": rf"(?:womens refuge|refuge|womens aid|hostel|night shelter|homeless shelter|asylum accommodation|"
    rf"emergency accommodation|temporary accommodation){_AT_STREET}",
    "hotel": rf"(?:hotel|travelodge|premier inn|holiday inn|bed and breakfast|b and b|guest house|airbnb|caravan site|"
    rf"holiday park|campsite){_AT_STREET}",
    "care": rf"(?:childrens home|care home|residential home|residential unit|foster (?:home|carers?|placement|care)|"
    rf"kinship carers?|in foster care|looked after|placed by|placement){_AT_STREET}",
    "school": rf"(?:school|academy|college|university|halls of residence){_AT_STREET}",
}
_PARTS = re.compile(r"[,;\n]")
_PREMISES_PATTERNS = {kind: re.compile(rf"\b{pattern}\b") for kind, pattern in _PREMISES.items()}
_BOARDING = re.compile(r"\b(?:boarding|boarder|in term|term time|residential school|boards at)\b")
_NO_FIXED_ABODE = re.compile(
    r"\b(?:no fixed (?:abode|address)|nfa|no permanent (?:address|home)|homeless|sofa surfing|rough sleeping|"
    r"of no fixed|street homeless|travelling community|roadside encampment|unauthorised encampment)\b"
)
_DOUBTED = re.compile(r"[0-9][A-Za-z]{2}\s{0,2}\(?\?")
_PLACEHOLDER = re.compile(r"(?:not known|unknown|nk|tbc)\b.{0,40}")


def says_nothing(text: str) -> bool:
    """Say whether a text is blank or a way of saying that there is no answer."""
    folded = fold(text)
    return not folded or folded in _NO_ANSWER or _PLACEHOLDER.fullmatch(folded) is not None


def country(text: str) -> str | None:
    """Return "england", "uk", the id of a place outside England, "abroad", or None where a text names none of them."""
    folded = fold(text).removeprefix("the ")
    if folded in _ENGLAND:
        return "england"
    if folded in _UNITED_KINGDOM:
        return "uk"
    if folded in _NATION_OF:
        return _NATION_OF[folded]
    return "abroad" if folded in COUNTRIES else None


def premises(text: str) -> tuple[str, ...]:
    """Return the kinds of institution that a text names: "hospital", "prison", "refuge", "hotel", "care", "school"."""
    parts = [fold(part) for part in _PARTS.split(text)]
    return tuple(kind for kind, pattern in _PREMISES_PATTERNS.items() if any(pattern.search(part) for part in parts))


def is_boarding(text: str) -> bool:
    """Say whether a text speaks of a boarding place: the normal residence is then open."""
    return _BOARDING.search(fold(text)) is not None


def is_doubted(text: str) -> bool:
    """Say whether a question mark stands behind a postcode ("HP27 9QF?")."""
    return _DOUBTED.search(text) is not None


def is_without_abode(text: str) -> bool:
    """Say whether a text says that the child had no fixed abode."""
    return _NO_FIXED_ABODE.search(fold(text)) is not None


def country_at_end(address: str) -> str | None:
    """Return the country that the last part of an address names, or None. A street's name is never a country."""
    parts = address_parts(address)
    return country(parts[-1]) if len(parts) > 1 else None


def address_parts(address: str) -> list[str]:
    """Return the parts of an address between commas, without postcodes and other codes at their ends."""
    parts = (_TRAILING_CODE.sub("", part).strip(" .") for part in _PARTS.split(address))
    return [part for part in parts if part]


_TRAILING_CODE = re.compile(r"(?:^|\s)[A-Za-z]{0,2}[-\s]?\d[\w\s-]{0,10}$")
