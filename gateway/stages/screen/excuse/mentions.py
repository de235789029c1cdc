"""Words of the strong lists that are only spoken about, or are of a service: nobody's, and the classifier weighs them.

``"passed away"`` in talk of wording, "the baby group", "as a bereaved mum", a made-up case, what "my sister reckons".
"""

from __future__ import annotations

import re

REACH = 120  # characters on either side in which a word about words must stand
_QUOTED = re.compile(r"\"[^\"\n]{1,60}\"|(?<!\w)'[^'\n]{1,60}'(?!\w)")
MOST_QUOTED_WORDS = 6
_WORDING = re.compile(
    r"\b(?:words?|wording|phrases?|terms?|language|plain english|jargon|expression|instead of|rather than"
    r"|letters? (?:say|says|said)|pages? (?:say|says)|it says|called the chair|merge field|drop-?down|option"
    r"|paragraph|section|headings?|glossary|euphemism|spelling|question \d{1,2})\b",
    re.IGNORECASE,
)
_PERSON = re.compile(r"\b(?:he|she|him|his|her|hers|himself|herself)\b", re.IGNORECASE)
_OF_A_CHILD = re.compile(r"(?:the|this|that|our|my) (?:baby|child|toddler)(?:'s)?", re.IGNORECASE)
_SERVICE = re.compile(
    r"\s(?:(?:music|play|swim|sensory|yoga) )?(?:groups?|clubs?|class(?:es)?|units|clinics?|banks?|boxes|shops?|cafes?"
    r"|weeks?|massage|loss|show"
    r"|(?:and|&) toddler|(?:death|mortality|health|welfare|protection|care|safety|safeguarding|development|poverty)"
    r"\s(?!of\b)\w)",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    r"(?:mum|mam|dad|nan|gran|grandma|grandad|auntie|aunt|uncle|cousin|my sister|my brother)", re.IGNORECASE
)
_THINKS = re.compile(r"\s(?:reckons|thinks|swears|insists|wonders)\b", re.IGNORECASE)
_MOTHER_AND_BABY = re.compile(r"\sand baby (?:units?|homes?|groups?|placements?)\b", re.IGNORECASE)
_ANY_RELATIVE = re.compile(r"(?:my )?(?:\w+son|son|\w*daughter|nephew|niece|sister|brother)", re.IGNORECASE)
_HELPS = re.compile(
    r"\s(?:is typing|types|typed|prints|printed|looked (?:on|at) your|found your|showed me (?:how|your)|set up my)\b",
    re.IGNORECASE,
)
_DEADLINE = re.compile(
    r"\s(?:order|book|register|apply|submit|join|enter|reply|respond|sign|subscribe|nominate|renew)\b", re.IGNORECASE
)
_BOTH = re.compile(r"\b(?:only |just |both )?for (?:both )?$", re.IGNORECASE)
_BOTH_AFTER = re.compile(r"\s(?:and|or|&) (?:mum|mam|dad)\s?[?.,;)]", re.IGNORECASE)
_BOTH_BEFORE = re.compile(r"\bfor (?:both )?(?:mum|mam|dad) (?:and|or|&) $", re.IGNORECASE)
_BEREAVED = re.compile(r"\b(?:as a|another|other|fellow) bereaved $", re.IGNORECASE)
_MADE_UP = re.compile(
    r"\b(?:made-up|fictional|fictitious|imaginary|invented|dummy|mock)\s(?:\w+\s)?"
    r"(?:cases?|child|family|patients?|scenarios?|records?|examples?|data)\b",
    re.IGNORECASE,
)


def is_mention(text: str, start: int, end: int, sentence: str) -> bool:
    """Say whether a word of a relative, a child or a death is only mentioned. ``sentence`` is the one it stands in."""
    found, before = text[start:end], text[max(0, start - 40) : start]
    relative = _RELATIVE.fullmatch(found) is not None
    return bool(
        (_OF_A_CHILD.fullmatch(found) and _SERVICE.match(text, end))
        or (found.lower() == "the mother" and _MOTHER_AND_BABY.match(text, end))
        or (found.lower() == "too late to" and _DEADLINE.match(text, end))
        or (relative and _says(found, before, text, end, _THINKS))
        or ((relative or _ANY_RELATIVE.fullmatch(found)) and _says(found, before, text, end, _HELPS))
        or _BEREAVED.search(before)
        or _BOTH_BEFORE.search(before)
        or (_BOTH.search(before) and _BOTH_AFTER.match(text, end))
        or (_MADE_UP.search(sentence) and not _PERSON.search(sentence))
        or _is_quoted_word(text, start, end)
    )


def _says(found: str, before: str, text: str, end: int, verb: re.Pattern[str]) -> bool:
    mine = found.lower().startswith("my ") or before.lower().endswith(("my ", " a "))
    following = verb.match(text, end)
    return mine and following is not None and not _PERSON.search(text, following.end(), following.end() + REACH)


def _is_quoted_word(text: str, start: int, end: int) -> bool:
    """In quotation marks, in talk about wording: never where somebody is quoted as speaking of him or her."""
    first, last = max(0, start - REACH), end + REACH
    for quoted in _QUOTED.finditer(text, first, last):
        if quoted.start() < start and end < quoted.end():
            few = len(quoted.group().split()) <= MOST_QUOTED_WORDS
            return few and not _PERSON.search(quoted.group()) and _WORDING.search(text, first, last) is not None
    return False
