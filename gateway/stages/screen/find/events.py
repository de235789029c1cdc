"""What has just happened, what is corrected on somebody's form, when somebody came in and went: never in general."""

from __future__ import annotations

import re
from collections.abc import Iterator

_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_WHEN = (
    rf"(?:last night|this morning|this afternoon|yesterday|today|tonight|overnight|at the weekend|on {_DAY}|last {_DAY}"
    r"|over the weekend|in our (?:area|village|school|street|ward)|on (?:our|the) (?:ward|unit|labour ward))"
)
_LOSS = (
    r"(?:sudic?|sudi|cot death|child death|infant death|neonatal death|baby death|stillbirth|drowning|death|suicide"
    r"|hanging|cardiac arrest|fatality|unexpected death|sudden death)"
)
_WHERE = (
    r"(?:admitted|discharged|transferred|collapsed|intubated|extubated|resuscitated|ventilated"
    r"|seen in clinic|brought in)"
)
_DATE = (
    r"(?:\d{1,2}(?:st|nd|rd|th)? ?(?:of )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w{0,6}"
    r"|\d{1,2}[/.\-]\d{1,2})"
)
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:a|an|another|one|had|had a|new) {_LOSS}\b[^.?!\n]{{0,40}}\b{_WHEN}\b",
        rf"\b{_WHEN},? (?:we|there was|they|i) (?:had )?(?:a |an |another )?{_LOSS}\b",
        rf"\b{_WHERE},? (?:on |to \w{{1,12}} )?(?:the )?{_DATE}(?![\w/])",
        r"\b(?:tod|time of death)\b\W{0,3}(?:was |at |is )?\d{1,2}[:.]?\d{2}\b",
        r"\b(?:cad|leder|urn|mrn|sui|steis|datix|nrls|occurrence|crime)\b\W{0,3}(?:no\.? |number |ref\.? )?\d{3,8}\b",
        r"\b(?:e?cdop|ncmd) case\b",
        r"\b\d(?:\W{1,3}(?:then|and|dash|space|comma) \d){6,}",
    )
)
_CORRECTION = re.compile(
    r"\b(?:should (?:say|read|have said|have been)|it should be|(?:i|we|they) ticked|delete [a-z]+"
    r"|add [a-z0-9 ]{2,30} (?:and delete|to the [a-z ]{0,20}(?:box|field))|was entered as|instead of)\b",
    re.IGNORECASE,
)


def events(text: str) -> Iterator[tuple[int, int]]:
    """Yield what tells of one event, or of one person's way through a hospital. Linear."""
    for pattern in _PATTERNS:
        yield from (match.span() for match in pattern.finditer(text))


def corrects(sentence: str) -> bool:
    """Say whether a sentence corrects what stands on a form: a cause in it is then somebody's."""
    return _CORRECTION.search(sentence) is not None
