"""What a case goes by: a year with a serial number, a number with a word for a case before it, a police operation."""

from __future__ import annotations

import re
from collections.abc import Iterator

_YEAR = r"(?:19|20)\d\d"
_SERIAL = re.compile(rf"(?<![\w/.\-£])({_YEAR})\s?[/\-_.]\s?(\d{{1,5}})(?![\w/]|[.\-]\d)")
_SERIAL_FIRST = re.compile(rf"(?<![\w/.\-£])\d{{1,5}}\s?[/_]\s?({_YEAR})(?![\w/]|[.\-]\d)")
_IN_WORDS = re.compile(
    rf"\b(?:item|case|number|no\.?|child|file|review|one|death|notification|#)\s?\d{{1,4}}\s(?:of|in|from|for)\s(?:['`]?\d\d|{_YEAR})\b"
    rf"|\b\d{{1,4}}\sof\s{_YEAR}\b",
    re.IGNORECASE,
)
_CODE = r"\d{1,5}(?:\s?[/\-_.]\s?\d{1,5}){0,2}"
_NO_COUNT = (
    r"(?![\w%])(?!\s(?:of\sthe|per\scent|days?|weeks?|months?|years?|hours?|minutes?|people|panels?|meetings?|members|places"
    r"|copies|deaths|cases|children|reviews|forms|to\s\d)\b)"
)
_LABEL = re.compile(
    rf"\b(?:cases?|e?cdops?|(?:case|cdop|panel|child|file|review|notification)\s(?:ref(?:erence)?|number|no\.?|item))"
    rf"\s{{0,2}}[:.#\-]{{0,2}}\s?[a-z]{{0,3}}[\-/]?(?P<code>{_CODE}){_NO_COUNT}"
    rf"|\b(?:child|file|notification|review|item|baby|family)\s\d{{1,5}}\s?[/_]\s?\d{{1,5}}(?![\w/])",
    re.IGNORECASE,
)
_ONLY_A_YEAR = re.compile(r"(?:19|20)\d\d")
_NUMBERED = re.compile(
    r"(?<![\w.])(?:no\.?\s?|nos\.?\s|number\s|numbers\s|#)[1-9]\d{0,3}(?:\s?[/\-]\s?\d{1,4})?(?![\w%:]|[.,]\d)",
    re.IGNORECASE,
)
_NUMBER_OF_A_THING = re.compile(  # before "no. 17": what is numbered without being a case
    r"\b(?:invoices?|orders?|po|quotes?|quotation|forms?|questions?|tables?|figures?|pages?|rooms?|slides?|paragraphs?"
    r"|sections?|versions?|issues?|editions?|volumes?|modules?|sessions?|lessons?|units?|agenda|appendix|annex|bus|route"
    r"|platform|gate|bays?|spaces?|desks?|seats?|lockers?|tickets?|jobs?|meters?|printers?|phones?|telephone|mobile|fax"
    r"|contact|extension|ext|account|charity|company|registration|registered|vat|licen[cs]e|pin|contract|tender|part"
    r"|model|serial|asset|catalogue|stock|product|membership|delegate|booking|requests?|foi|policy|standard|regulation"
    r"|recommendation|objective|goal|priority|action|step|point|chapter|line|column|row|box|field|key|copy|batch|variation"
    r"|amendment|addendum|clause|schedule|lot|phase|stage|tier|level|class|group|team|option|round)"
    r"\s{0,2}[(,:]?\s{0,2}(?:the\s|a\s|an\s|and\s|or\s|is\s|its\s|our\s|your\s)?$",
    re.IGNORECASE,
)
_COUNT_BEHIND = re.compile(r"\s(?:of\s\d{1,3}(?!\d)|bus|tram|train)", re.IGNORECASE)
_OPERATION = re.compile(
    r"(?<![\w\-])(?:Operation|OPERATION|Op|OP|Ops)\b\.?\s{1,2}(?P<name>[A-Z][A-Za-z'\-]{2,24})\b"
    r"|(?<![\w\-])(?<!post )(?<!pre )(?<!co )(?<!the )(?<!of )(?<!an )(?<!in )(?<!any )"
    r"op(?:eration)?\s(?P<small>[a-z]{4,24})\b"
)
_NO_OPERATION_TEXT = """
manager managers director directors lead team support room rooms hours centre center theatre theatres notes note list
lists research and department staff costs cost plan plans policy group encompass date dates times sheet service services
model models system systems for with from that this when which where until during would could should will have there
shop shops card cards code codes
"""
_NO_OPERATION = frozenset(_NO_OPERATION_TEXT.split())  # "Operation Encompass" is a scheme of every force


def cases(text: str) -> Iterator[tuple[int, int]]:
    """Yield what a case is called by. Each pattern looks at a bounded stretch: linear."""
    for match in _SERIAL.finditer(text):
        if not _is_period(match[1], match[2]) or _LABEL.search(text, max(0, match.start() - 16), match.end()):
            yield match.span()
    for pattern in (_SERIAL_FIRST, _IN_WORDS):
        for match in pattern.finditer(text):
            if match.lastindex is None or not _is_month(text, match.start(), match.end()):
                yield match.span()
    for match in _LABEL.finditer(text):
        if match["code"] is None or _ONLY_A_YEAR.fullmatch(match["code"]) is None:
            yield match.span()
    for match in _NUMBERED.finditer(text):
        before = _NUMBER_OF_A_THING.search(text, max(0, match.start() - 40), match.start())
        if before is None and _COUNT_BEHIND.match(text, match.end()) is None:
            yield match.span()
    for match in _OPERATION.finditer(text):
        if (match["name"] or match["small"]).lower() not in _NO_OPERATION:
            yield match.span()


def _is_period(year: str, following: str) -> bool:
    """A financial or school year, or a month: "2024/25", "2024-25", "2024-2025", "2024-06"."""
    if len(following) == 4:
        return following[:2] in ("19", "20") and int(following) > int(year)
    return len(following) == 2 and int(following) == (int(year) + 1) % 100


def _is_month(text: str, start: int, end: int) -> bool:
    """ "06/2024": a month and a year, which has its own detector."""
    first = text[start:end].partition("/")[0].strip(" _")
    return first.isdigit() and len(first) <= 2 and 1 <= int(first) <= 12
