"""A child, and how old, told without saying an age: "not yet two", "the year 4 girl", "the 2019 baby"."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NUMBER = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    r"|\d{1,2})"
)
_NO_AGE = (
    r"(?!\s?(?:o'?clock|minutes?|hours?|pages?|miles?|people|of|copies|places|times|items|forms|per|%|am\b|pm\b|[:.]\d"
    r"|hundred|thousand|-?\s?point)|s\b)"
)
_CHILD = r"(?:child|baby|boy|girl|lad|lass|kid|pupil|toddler|infant|twins?|youngster|tot|little one|teenager)"
_SOMEBODY = rf"(?:who(?:'s|\s(?:is|was|were|had|has))?|{_CHILD}|one|somebody|someone)"
_SOMEBODY += r"(?:\s(?:is|was|of|aged|who(?:'s|\sis|\swas)?))?,?"
_ALMOST = (
    r"(?:not\s(?:yet|quite|even)|nearly|almost|just\s(?:gone|turned|under|over|short of)|coming\sup\s(?:to|for)|rising"
    r"|going\son(?:\sfor)?|approaching|barely|only\sjust|getting\son\sfor|about\sto\sbe|soon\sto\sbe|not"
    r"|(?:a|one|two|three|four|five|six)\s(?:days?|weeks?|months?)\s(?:short|off|shy|before)(?:\sof)?)"
)
_FILE = r"(?:form|notification|report|review|referral|case|record|paperwork)"
_THE = rf"(?:the|this|that|our|your|his|her|their|{_FILE}\s(?:is\s)?(?:for|of|about|on|re)\s(?:an?|the))"
_YEAR_GROUP = rf"(?:year|yr|y|class)\s?-?(?:{_NUMBER})"
_ENDS = r"(?=\s{0,2}(?:[.,;:?!)\n]|$)|\s(?:when|please|from|in|who|on|with|at|last|we|that|whose|and|due|not|born)\b)"
_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_NO_NOUN = (
    r"(?!s|'|[\s\-](?:premium|voice|packs?|surveys?|booklets?|work|events?|talks?|cohort|rates?|figures|data|statistics"
    r"|numbers|certificates?|registrations?|notifications?|clothes|groups?|boxes|loss|week|milk|screening|mortality)\b)"
)
_NEEDED_TEXT = """
child baby boy girl lad lass kid pupil toddler infant twin twins youngster tot teenager one who somebody someone
rising half birthday turned life born newborn birth dob student preschooler pre schoolboy schoolgirl schoolchild
school under weeker old y yr year class
"""
_NEEDED = frozenset(_NEEDED_TEXT.split())

_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # "the one not yet two", "who was nearly seven", "the rising five", "three days short of a year"
        rf"\b{_SOMEBODY}\s{_ALMOST}\s(?:{_NUMBER}|a\syear)\b{_NO_AGE}",
        rf"\b{_THE}\s{_NUMBER}[\s\-](?:year|yr)[\s\-]olds?\b(?<!s){_NO_NOUN}",
        rf"\b{_THE}\srising[\s\-]{_NUMBER}\b(?!s)",
        rf"\bhalf\spast\s{_NUMBER}\s(?:years?|months?)\b",
        rf"\b{_NUMBER}[\s\-](?:day|week|month|year)[\s\-]{_CHILD}\b{_NO_NOUN}",
        # "would have been ten on Friday", "the birthday would have been"
        rf"\b(?:who|one|{_CHILD}|birthday)\s(?:would|should)\shave\s(?:been|turned|reached)\b",
        rf"\b(?:who|one|{_CHILD})(?:'d|\swould)\s(?:now\s)?be\s(?:turning\s)?{_NUMBER}\b{_NO_AGE}",
        rf"\bwould\shave\sturned\s{_NUMBER}\b",
        r"\bwould\shave\s(?:been|had|celebrated|marked)\s(?:a|the|his|her|their)\s(?:\w{2,12}\s)?birthday\b",
        r"\bfirst\syear\sof\slife\s(?=in|last|from|on)",
        # "the 2019 baby", "the May baby", "the one born in 19", "with a 2019 date of birth"
        rf"\b{_THE}\s(?:(?:early|late|mid)[\s\-])?(?:(?:19|20)\d\d|{_MONTH})\s(?:{_CHILD}|birth|newborn)\b{_NO_NOUN}",
        r"\b(?:(?:19|20)\d\d|" + _MONTH + r")\s(?:date\sof\sbirth|dob|birthday)\b",
        rf"\b(?:{_CHILD}|one|somebody|someone|who)(?:\sthat)?(?:\swas)?\sborn\s(?:(?:early|late|in|on|around|about|back)"
        rf"\s){{1,2}}(?:the\s)?(?:['`]?\d\d\b|(?:19|20)\d\d|{_MONTH}|spring|summer|autumn|winter)",
        rf"\b(?:{_CHILD}|one|somebody|someone|who)(?:\swas)?\sborn\s(?:last|this|earlier\sthis)\s"
        rf"(?:year|month|week|spring|summer|autumn|winter|{_MONTH})\b",
        r"(?<![\w.])(?:b\.|born|dob:?|d\.o\.b\.?:?)\s?(?:19|20)\d\d\b",
        # "the year 4 girl", "the reception class boy", "the one in year nine", "the preschooler"
        rf"\b{_THE}\s{_YEAR_GROUP}\s(?:{_CHILD}|student)\b{_NO_NOUN}",
        rf"\b(?:reception|nursery|infants?|juniors?|pre-?school|primary|secondary)(?:\s(?:class|school|year))?"
        rf"\s(?:boy|girl|lad|lass|kid)\b{_NO_NOUN}",
        rf"\b(?:{_THE}\s(?:{_CHILD}|one|student)|somebody|someone)(?:\swho\s(?:is|was))?\s(?:in|from|of)\s(?:the\s)?"
        rf"{_YEAR_GROUP}\b",
        rf"\b{_FILE}\s(?:is\s)?(?:for|of|about|on|re)\san?\s{_YEAR_GROUP}{_ENDS}",
        rf"\b{_THE}\s(?:pre-?schooler|school-?boy|school-?girl|school-?child|under[\s\-](?:one|two|five)|"
        rf"(?:one|two|three|four|five|six|seven|eight)-?weeker){_ENDS}",
        rf"\b(?:one|who|{_CHILD})\s(?:(?:who\s)?(?:is|was)\s)?(?:due|about)\sto\sstart\s(?:school|nursery|reception)\b",
        r"\b(?:one|who|child|pupil)\s(?:who\s)?(?:had|has|'d)\s(?:only\s)?just\sstarted\s(?:school|nursery|reception)\b",
    )
)


_SOMEBODYS = re.compile(
    rf"\b{_FILE}\s(?:is\s)?(?:for|of|about|on|re|regarding|concerning)\s(?:the|that|this|our|your)\s(?:{_CHILD}|one)(?!-){_ENDS}",
    re.IGNORECASE,
)


def somebodys(text: str, words: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Yield the form or report of one child: "the form for the one in", "the report on that boy"."""
    if not words.isdisjoint(_NEEDED):
        yield from (match.span() for match in _SOMEBODYS.finditer(text))


def told_ages(text: str, words: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Yield what tells the age of somebody in particular. Each pattern looks at a bounded stretch: linear.

    ``words`` are those of ``text``, in small letters: without one that matters nothing is looked for.
    """
    if words.isdisjoint(_NEEDED):
        return
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            yield match.span()
