"""What a date is the date of: of somebody's form, case or report, or of a meeting, an invoice, a version.

Both stand in ordinary requests ("the form for 21 May", "the minutes of 21 May"), so the date alone says nothing: the
noun that it belongs to does. Only a bounded stretch on either side is looked at.
"""

from __future__ import annotations

import re

from gateway.stages.screen.find.dates import full_dates, part_dates

_BEFORE = 72  # characters before a date in which its noun stands
_BEHIND = 40
_EARLIER = 160  # in which a meeting may have been spoken of that "the one" means

_FILE = (
    r"(?:form|notification|report|case|review|record|referral|file|paperwork|chronology|inquest|p\.?m\.?"
    r"|post-?\s?mortem|(?:outstanding|missing|late) one|analysis|investigation)"
    r"(?:\s(?:[abc]|form|report|review|file|record|number|no\.?|ref(?:erence)?|details|paperwork|notification))?"
)
_OF = r"(?:dated|of|from|for|on|re:?|about|regarding|concerning|relating to|related to|in relation to|to do with)"
_NIGHT = (
    r"(?:the\s(?:(?:night|morning|evening|afternoon|day|weekend)\sof\s(?:the\s)?)?)?"
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?,?\s)?"
)
_EVENT = (
    r"(?:meetings?|panels?|training|sessions?|workshops?|conferences?|events?|courses?|webinars?|lunch(?:es)?"
    r"|drop-?ins?|seminars?|inductions?|interviews?|visits?|calls?|bookings?|slots?|deliver(?:y|ies)|open days?"
    r"|dates?|diary|calendars?|appointments?|rooms?|places?|minutes|agendas?|launch|deadlines?|returns?|versions?"
    r"|invoices?|orders?|leave|shifts?|rota|holidays?|teaching|lectures?|talks?|classes|newsletters?|posters?)"
)

_NOUN_BEFORE = re.compile(
    rf"(?<![\w-])({_FILE})(?:\s{_OF}\s|\s?[(\[:,\-]{{1,2}}\s?(?:{_OF}\s)?){_NIGHT}$", re.IGNORECASE
)
_HEADING = re.compile(rf"^(?:\W{{0,4}}(?:re|fwd?)\b:?){{0,3}}\s{{0,3}}({_FILE})\s$", re.IGNORECASE | re.MULTILINE)
_NOUN_BEHIND = re.compile(rf"(?:\s|(?<=\s))(?:{_FILE}|one)(?![\w-])", re.IGNORECASE)
_DETERMINED = re.compile(r"\b(?:the|our|your|a|that|this)\s$", re.IGNORECASE)
_OPENS = re.compile(r"^(?:\W{0,4}(?:re|fwd?)\b:?)?\s{0,3}$", re.IGNORECASE | re.MULTILINE)
_CLOSES = re.compile(r"\s{0,2}(?:[.?!\n]|$)")
_ROUTINE_FILE = re.compile(
    r"\b(?:annual|quarterly|monthly|weekly|progress|finance|financial|budget|highlight|performance|activity|service"
    r"|status|inspection|audit|delivery|expenses?|draft|national|board|committee|booking|order|registration"
    r"|application|claim|timesheet|leave|feedback|evaluation|travel|request|requisition|nomination|parking|hotel"
    r"|attendance|policy|contract|rent|salary|pay|peer|training|cpd|cleaning|maintenance|engineer'?s?|call-?out"
    r"|invoice|payment|absence|sickness|sign-?up|poll|survey|news|credit|meter|risk|safety|fire|thematic|learning"
    r"|new|updated|revised|latest|current|old|blank|to|will|we|can|you|they|must|should|may|would|and|or|under)"
    r"\s(?:the\s)?$",
    re.IGNORECASE,
)
# "The one on", "any news about", "re": of a file unless a meeting was spoken of before.
_THE_ONE = re.compile(rf"\b(?:the|that|this|our|your)\sone\s{_OF}\s{_NIGHT}$", re.IGNORECASE)
_ABOUT = re.compile(
    rf"(?:^|[\s(])(?:re:?|regarding|concerning|about|(?:news|updates?|word|heard|information|question|query)"
    rf"\s(?:on|for|from)|(?:missing|outstanding|overdue|chas(?:e|ing)|awaiting|waiting\s(?:for|on))[:,]?(?:\s(?:for"
    rf"|from))?)\s{_NIGHT}$",
    re.IGNORECASE,
)
_PUT = re.compile(rf"\b(?:add|put|move|bring|take|list|include)\s{_NIGHT}$", re.IGNORECASE)
_ON_A_LIST = re.compile(r"\s(?:(?:back|forward)\s)?(?:on\s?)?(?:to|on|for)\s(?:the|our|your|next)\s", re.IGNORECASE)
_DIARY = re.compile(r"\b(?:diary|diaries|calendars?|rota|planner|website|page)\b", re.IGNORECASE)
_EVENTS = re.compile(rf"\b{_EVENT}\b", re.IGNORECASE)
_EVENT_BEHIND = re.compile(
    rf"[\s,)]{{0,2}}(?:(?!(?:to|on|for|at|in|by|the|is|be|has|was|and|with|before|going)\s)[\w-]{{1,14}}\s){{0,2}}?"
    rf"{_EVENT}\b",
    re.IGNORECASE,
)
_HOURS_BEHIND = re.compile(
    r"[\s,:\-]{0,3}(?:\d\d?[.:]\d\d|\d\d?\s?[ap]m\b|at\s\d|(?:to|until|till|onwards?)\b|-\s?\d)", re.IGNORECASE
)
_UNTIL_THEN = re.compile(
    r"\b(?:deadlines?|closing|due|expir\w{1,4}|valid|versions?|published|updated|opens|closes|closed|starts|ends"
    r"|dates? for)\b[^.?!\n]{0,60}$|\bby\s(?:\w{2,12}\s){0,2}$",
    re.IGNORECASE,
)
_PERIOD = re.compile(r"last (?:week|month|year|summer|winter|spring|autumn)|bank holiday|ramadan", re.IGNORECASE)
_DAY_ENDS = re.compile(r"\s{0,2}(?:[.,;?!)\n]|$)|\s(?:please|when|again|has|is)\b", re.IGNORECASE)
_MONTH_AND_YEAR = re.compile(r"[a-z]{3,9}[\s,.\-/]{1,3}(?:\d{4}|['`]\s?\d\d)", re.IGNORECASE)
_NO_MATTER = re.compile(r"\b(?:re|fwd?|regarding|about|concerning|for|of|on|the)\b|[\W_]", re.IGNORECASE)


def is_of_a_file(text: str, start: int, end: int) -> bool:
    """Say whether the date at ``text[start:end]`` tells one death from others: of a form, a case, of "the one"."""
    first, last = max(0, start - _BEFORE), min(len(text), end + _BEHIND)
    if _MONTH_AND_YEAR.fullmatch(text, start, end) or _UNTIL_THEN.search(text, first, start):
        return False
    if _PUT.search(text, first, start) and _ON_A_LIST.match(text, end, last):
        return _DIARY.search(text, end, last) is None
    if _EVENT_BEHIND.match(text, end, last) or _HOURS_BEHIND.match(text, end, last):
        return False
    if _has_noun(text, first, start, end):
        return True
    spoken_of = _THE_ONE.search(text, first, start) or _ABOUT.search(text, first, start)
    return spoken_of is not None and _EVENTS.search(text, max(0, start - _EARLIER), start) is None


def _has_noun(text: str, first: int, start: int, end: int) -> bool:
    noun = _NOUN_BEFORE.search(text, first, start) or _HEADING.search(text, first, start)
    if noun is not None:
        return _ROUTINE_FILE.search(text, max(0, noun.start(1) - 24), noun.start(1)) is None
    behind = _NOUN_BEHIND.match(text, end)
    if behind is None:
        return False
    alone = _OPENS.search(text, max(0, start - 12), start) and _CLOSES.match(text, behind.end())
    return bool(alone or _DETERMINED.search(text, max(0, start - 6), start))


def is_day_of_a_file(text: str, start: int, end: int) -> bool:
    """Say the same of a day without a date ("Boxing Day", "last Tuesday", "yesterday"), but not of a week or a year."""
    if _PERIOD.search(text, start, end) or _DAY_ENDS.match(text, end) is None:
        return False
    noun = _NOUN_BEFORE.search(text, max(0, start - _BEFORE), start)
    return noun is not None and _ROUTINE_FILE.search(text, max(0, noun.start(1) - 24), noun.start(1)) is None


def is_only_a_date(subject: str) -> bool:
    """Say whether a subject is nothing but a day ("21 May 2024", "Re: 3 March")."""
    left = subject
    for start, end in reversed([*full_dates(subject)] or [*part_dates(subject)]):
        left = left[:start] + left[end:]
    return left != subject and not _NO_MATTER.sub("", left)
