"""Dates and ages in every form that people in the United Kingdom write them."""

from __future__ import annotations

import re
from collections.abc import Iterator

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?|ionawr|chwefror|mawrth|ebrill|mai|mehefin|gorffennaf|awst|medi|hydref|tachwedd"
    r"|rhagfyr)"
)
_ORDINAL = (
    r"(?:(?:twenty|thirty)[ -])?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth"
    r"|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth)"
)
_UNIT = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    r"|eighteen|nineteen|twenty(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?|thirty|forty)"
)
_NUMBER = rf"(?:\d{{1,3}}|{_UNIT})"
_NO_YEAR = rf"\d|[.:]\d|\s?%|\s?(?:am|pm|noon)\b|(?:st|nd|rd|th)?\s?{_MONTH}\b"
_IN_A_LIST = r"\s(?:to|until|till|or|and)\b|\s?-\s?\d"  # "15 Jan, 26 and": the next day, not the year
_YEAR = (
    r"(?:(?:19|20)\d\d|['`]\s?\d\d"
    rf"|(?<!,)(?<!,\s)\d\d(?!{_NO_YEAR})|(?:(?<=,)|(?<=,\s))\d\d(?!{_NO_YEAR}|{_IN_A_LIST}))"
)

_FULL = re.compile(
    rf"""(?<![\w£$])(?:
      \d{{4}}\s?[/.\-\\,_]\s?\d{{1,2}}\s?[/.\-\\,_]\s?\d{{1,2}}(?:T\d\d:?\d\d(?::?\d\d)?Z?)?(?!\d)
    | \d{{1,2}}\s?[/.\-\\,_|]\s{{0,2}}(?:\d{{1,2}}|[ivx]{{1,4}})\s?[/.\-\\,_|]\s{{0,2}}(?:\d{{4}}|\d{{2}}(?![\d:]))
    | \d{{1,2}}\s(?:\d{{1,2}})\s(?:19|20)\d\d(?!\d)
    | \d{{1,2}}(?:st|nd|rd|th)?(?:\sof)?(?:\sthe)?[\s.\-/]{{0,2}}{_MONTH}\b[\s,.\-/]{{0,2}}{_YEAR}(?!\d)
    | {_MONTH}\.?[\s\-]\d{{1,2}}(?:st|nd|rd|th)?,?[\s\-/]{{1,2}}(?:(?:19|20)\d\d|['`]\d\d)(?!\d)
    | {_ORDINAL}(?:\sday)?(?:\sof)?\s{_MONTH}\b[\s,]{{0,2}}(?:{_YEAR}(?!\d))?
    | {_MONTH}\b[\s,.\-/]{{1,2}}(?:['`]\s?\d\d)(?!\d)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_PART = re.compile(
    rf"""(?<![\w£$])(?:
      \d{{1,2}}(?:st|nd|rd|th)?(?:\sof)?[\s.\-/]{{0,2}}{_MONTH}(?![a-z])
    | {_MONTH}\.?\s(?:the\s)?\d{{1,2}}(?:st|nd|rd|th)?(?![\d:.]\d)
    | {_MONTH}\b[\s,.\-/]{{1,2}}(?:19|20)\d\d(?!\d)
    | \d{{1,2}}\s?/\s?\d{{1,2}}(?![\d/])
    | (?:the\s)?(?:\d{{1,2}}(?:st|nd|rd|th)|{_ORDINAL})\s(?:of\s)?(?:this|last|next)\smonth
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_AGE = re.compile(
    rf"""\b(?:
      {_NUMBER}\s?-?\s?(?:and\sa\shalf\s)?(?:years?|yrs?|months?|mths?|weeks?|wks?|days?|hours?|hrs?|minutes?)[\s-]{{1,2}}olds?\b
    | {_NUMBER}\s(?:years?|yrs?|months?|weeks?),?\s(?:and\s)?{_NUMBER}\s(?:months?|mths?|weeks?|days?)\b
    | {_NUMBER}\s?-?\s?(?:y/?o|yrs?\sold|yr\sold|m/?o|yo[bgmf]?)\b
    | (?<!under\s)(?:aged?|age\sof)\s?:?\s(?:only\s|just\s|about\s)?{_NUMBER}(?!\s?(?:to|-|and)\s?\d)\b
    | (?:turned|turning|was\sonly|was\sjust|only\sjust|wasn't\seven)\s{_NUMBER}\b
      (?!\s?(?:of|%|people|members|copies|minutes|places))
    | {_NUMBER}\s?(?:\+\s?\d\s?)?(?:/\s?40|\sweeks?'?\s(?:gestation|pregnant|premature|prem|pregnancy)|weeker\b)
    | (?:at|born\sat)\s{_NUMBER}\s(?:weeks?|months?|days?|hours?)\b(?!'?\s?(?:notice|time|from|before|ahead|to|of))
    | (?:\d{{1,2}}(?:st|nd|rd|th)|{_ORDINAL})\sbirthday
    | \d{{1,2}}\s?/\s?(?:12|52)\b(?!\s?/)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_BARE_AGE = re.compile(
    rf"\b(?:he|she|they)(?:'s|\s(?:was|is|were|had\sbeen|would\sbe|would\shave\sbeen))\s{_NUMBER}\b", re.IGNORECASE
)
_NAMED_DAY = re.compile(
    r"\b(?:new year'?s? (?:eve|day)|christmas(?: eve| day)?|boxing day|easter|good friday|st\.? ?\w{4,8}'?s day"
    r"|halloween"
    r"|bonfire night|valentine'?s(?: day)?|mother'?s day|father'?s day|eid|diwali|ramadan|hanukkah|bank holiday"
    r"|last (?:night|week|month|year|summer|winter|spring|autumn|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
    r"|yesterday|the other (?:day|night|week)|this morning|the night before)\b",
    re.IGNORECASE,
)


def full_dates(text: str) -> Iterator[tuple[int, int]]:
    """Yield the places of dates with a year."""
    return (match.span() for match in _FULL.finditer(text))


def part_dates(text: str) -> Iterator[tuple[int, int]]:
    """Yield the places of a day with a month, or a month with a year."""
    return (match.span() for match in _PART.finditer(text))


def named_days(text: str) -> Iterator[tuple[int, int]]:
    """Yield feast days and days counted from today."""
    return (match.span() for match in _NAMED_DAY.finditer(text))


def ages(text: str) -> Iterator[tuple[int, int]]:
    """Yield the ages of somebody: never of a group ("under fives", "aged 5 to 11")."""
    for pattern in (_AGE, _BARE_AGE):
        for match in pattern.finditer(text):
            before = text[max(0, match.start() - 12) : match.start()].lower()
            if not re.search(
                r"(?:under|over|from|between|up to|\d to|below|above|notice|children|those|people) $", before
            ):
                yield match.span()
