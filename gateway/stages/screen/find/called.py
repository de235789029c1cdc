"""Names that are ordinary words too, in small letters, where only a name can stand: "hope's form", "little rose"."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Given names of people living today. Those that an office has other uses for ("grant", "storm") stand apart.
_NAMES_TEXT = """
abbey amber angel aria ash aspen azalea barney basil beau bella belle beryl betty billy blossom bobby bonnie buddy
cherish coral daisy dale darling dawn dolly ebony eddy ember eve faith felicity fern flora freya grace harmony harry
hazel heather holly hope iris ivy jack jade jasmine jasper jay josh joy kitty lily lyric magnolia maisie marina
mason maverick melody mercy mickey mike miles misty myrtle nick noel nova olive opal paisley pansy patience pearl
penny phoenix piper poppy primrose prudence raven reed robin rocky roman rose rosemary rosie rosy ruby rusty scarlet
serenity sierra sky sonny sparkle starling sue sunny sunshine teddy tilly tom trinity tucker valentine victor viola
violet wade willow woody wren ada
"""
_NAMES = rf"(?:{'|'.join(_NAMES_TEXT.split())})"
_ALSO_TEXT = """
ace august autumn bear brook brooks bud captain carol charity chase cherry clay crystal dean diamond drew duke
emerald forest frank ginger glory grant gray haven heath heaven herb honey hunter jewel journey justice king kit
liberty lucky maple mark max may meadow miracle moon moonbeam ocean pepper precious prince princess rain ray rich
river rob royal sage sandy silver star storm summer unity walker warren will winter wolf
"""
_ALSO = rf"(?:{'|'.join(_ALSO_TEXT.split())})"
_FILE = (
    r"(?:forms?|notifications?|reports?|reviews?|referral|case|file|records?|paperwork|notes|chronology|inquest|p\.?m\.?"
    r"|post-?mortem|panel|death|funeral|story|birthday|school|bedroom|bed|house)"
)
_FAMILY = (
    r"(?:family|families|parents?|mother|father|mum|mam|dad|nan|auntie|aunty|aunt|uncle|siblings?|brothers?|sisters?"
    r"|twin|carers?|guardian|grandparents|cousins?|friends?|teacher|social worker"
    r"|health visitor|key ?worker|midwife|gp)"
)
_ENDS = r"(?=\s{0,2}(?:[.,;:?!)\n]|$)|\s(?:when|please|back|yet|again|has|have|is|was|and|who|to)\b)"
_ABOUT = r"(?:for|of|about|re:?|regarding|concerning|on)"
_SMALL = r"(?:baby|little|wee|young|tiny|master|poor)"
_NO_CHILD = (  # "baby clothes", "baby loss": the second word of something that is no baby
    r"(?!(?:and|or|in|at|on|is|was|who|that|with|from|boxes|box|boy|boys|girl|girls|loss|clothes|groups?|clinics?"
    r"|changing|change|changes|milk|food|weeks?|steps|basics|banks?|massage|sensory|safety|sleep|sling|seats?|gates?"
    r"|monitors?|showers?|friendly|deaths?|teeth|bottles?|bags?|packs?|cots?|names?|books?|boomers?|photos?)\b)"
)

_SMALL_ONES = frozenset(("baby", "little", "wee", "young", "tiny", "master", "poor"))
_ONES = frozenset(("baby", "child", "infant", "twin"))
_OWNED = re.compile(rf"(?<=s)\s(?:{_FILE}|{_FAMILY})\b", re.IGNORECASE)
_OWNER = re.compile(
    rf"\b(?:{_NAMES}|(?!(?:may|summer|autumn|winter|charity|captain|king|ocean|star)\b){_ALSO})'?s$", re.IGNORECASE
)
_LETTER = re.compile(
    rf"\b(?:form|notification|report|review|referral|file|record|paperwork)\s{_ABOUT}\s[b-hj-z]"
    r"(?:\s[a-z]{3,15})?(?=\s{0,2}(?:[.,;?!\n]|$)|\s(?:when|please)\b)",
    re.IGNORECASE,
)
_FAMILY_NAME = re.compile(
    r"\bthe\s(?!(?:young|long|good|best|little|small|large|big|rich|poor|new|old|whole|close|royal|foster|early|last"
    r"|major|minor|junior|senior|single|real|true|kind|bereaved|may|march|summer|winter|autumn|spring|white|black)\s)"
    r"([a-z]{3,14})\s(?:family|twins?|baby|boys?|girls?|brothers?|sisters?|siblings?|parents|child)\b"
    r"(?!\s(?:room|liaison|support|hub|centre|center|day|court|law|therap\w{1,4}|worker|death|loss|group)\b)",
    re.IGNORECASE,
)
_LONGEST = 16  # characters of a name with its ending


def _patterns(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


_CALLED = (  # a word that must be there, and what is then looked for
    (_SMALL_ONES, _patterns(rf"\b{_ABOUT}\s{_SMALL}\s(?:{_NAMES}|{_ALSO}){_ENDS}")),
    (
        _ONES,
        _patterns(
            rf"\b(?:{_FILE}|{_FAMILY})\s{_ABOUT}\s(?:the\s)?baby\s{_NO_CHILD}[a-z'\-]{{1,20}}{_ENDS}",
            rf"\b{_ABOUT}\s(?:baby|child|infant|twin)\s[a-z]{_ENDS}",
        ),
    ),
    (
        frozenset((*_NAMES_TEXT.split(), "little", "princess", "master")),
        _patterns(
            rf"\b(?:form|notification|report|review|referral|file|record|paperwork)\s(?:is\s)?{_ABOUT}\s(?:our\s)?"
            rf"(?:{_NAMES}|little\sman|princess|master\s[a-z]{{3,14}}){_ENDS}",
            rf"\b(?:form|notification|report|review|referral|file|record|turn|one)\sis\s{_NAMES}'s{_ENDS}",
            rf"\b(?:add|put|move|take|bring|remove)\s{_NAMES}\s(?:to|on|off|onto|forward|back|from)\b",
            rf"\b(?:news|updates?|word|anything|information|thinking|asking|heard)\s{_ABOUT}\s{_NAMES}{_ENDS}",
        ),
    ),
)
_SUBJECT = re.compile(
    rf"\W{{0,3}}(?:(?:re|fwd?|about|for|regarding)\b:?\s{{0,2}}){{0,3}}{_SMALL}?\s?(?:{_NAMES}|{_ALSO}(?='?s\s{_FILE}))"
    rf"(?:'?s)?(?:\s(?:{_FILE}|{_FAMILY}))?\W{{0,3}}",
    re.IGNORECASE,
)


def called(text: str, words: frozenset[str], family: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Yield where somebody is called by a name that is a word. Each pattern looks at a bounded stretch: linear.

    ``words`` are those of ``text``, in small letters: without one that matters nothing is looked for. ``family`` are
    the family names that are ordinary words too.
    """
    yield from (match.span() for match in _LETTER.finditer(text))
    yield from (match.span() for match in _FAMILY_NAME.finditer(text) if match[1].lower() in family)
    for owned in _OWNED.finditer(text):
        owner = _OWNER.search(text, max(0, owned.start() - _LONGEST), owned.start())
        if owner is not None:
            yield owner.start(), owned.end()
    for needed, patterns in _CALLED:
        if not words.isdisjoint(needed):
            for pattern in patterns:
                yield from (match.span() for match in pattern.finditer(text))


def subject_is_somebody(subject: str) -> bool:
    """Say whether a subject is nothing but such a name, or somebody's form ("hope", "re: rose's form")."""
    return _SUBJECT.fullmatch(subject) is not None
