"""Figures and letters of an office's own business: an order, a ticket, a fault, a size. Never somebody's number.

Each form asks for its own label or words beside it, and none is taken where the sentence speaks of somebody, where
it looks like the number of a case, or where it is part of ten digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.stages.screen.find.contacts import digit_runs, is_case_code

REACH = 160  # characters on either side in which a word of business must stand, and no word of somebody
MOST_DIGITS = 9  # of a reference; ten may be an NHS number

_GROUP = r"(?:[A-Z]{0,3}\d{1,8}(?:[A-Z]\d?){0,2}|[A-Z]{0,4}(?:REC|IRB)|[A-Z]{1,3})"  # no letters long enough for a name
_CODE = rf"(?=[A-Z/\-]{{0,24}}\d){_GROUP}(?:[\-/]{_GROUP}){{0,5}}(?![A-Za-z0-9])"
_LABELLED = re.compile(
    r"(?<![A-Za-z])(?i:(?:quot(?:e|ation)|invoice|(?:purchase\s)?order|booking|budget\sline|cost\s(?:centre|code)"
    r"|consignment|certificate\sof\sdestruction|vacancy|requisition|ticket|ethics"
    r"|(?:shows?|displays?|flashes|gives)\s(?:an?\s|the\s)?(?:error|fault|status|code))"
    r",?\s{0,2}(?:(?:ref(?:erence)?|number|numbers|no|nos|id|code)\b)?"
    r"|(?:ethics(?:\s(?:committee|approval|application)){1,2}|tracking|batch|job|envelope|dial-?in|meeting|conference"
    r"|dpia|hr|cpd|membership|delivery\snote|asset|serial|warranty|model)"
    r",?\s{1,2}(?:ref(?:erence)?|number|numbers|no|nos|id|code|pin)\b)[\s.:#(]{0,3}"
    rf"(?P<code>\d{{3}}\s\d{{3}}(?=\#)|{_CODE})"
)
_REFERENCE = re.compile(
    r"(?<![A-Za-z])(?i:ref(?:erence)?)\b[\s.:#]{0,3}(?P<code>[A-Z]{1,4}[\-/ ]?\d{1,8}(?:-\d{1,8})?(?!-?\w))"
)
_TICKET = re.compile(
    r"(?<![A-Za-z0-9])(?P<code>(?:INC|CHG|REQ|RITM|PRB|SCTASK|TASK|TKT)\d{6,8}"
    r"|(?:FOI|EIR)[\-/ ]?\d{2,6}(?:[\-/]\d{1,6})?)(?![A-Za-z0-9/\-])"
)
_BUSINESS = re.compile(
    r"\b(?:collections?|courier|parcels?|deliver(?:y|ies|ed)?|sacks?|consoles?|booking|delegates?|shortlist(?:ing|ed)?"
    r"|vacanc(?:y|ies)|interviews?|job share|applications?|parking|parked|penalty charge|invoices?|quot(?:e|ation)s?"
    r"|service desk|helpdesk|help desk|downtime|outage|survey|questionnaire|cpd|dpia|ethics|roller banner|hire"
    r"|closing date|upgraded|charge of £|informal chats?|rate your experience|subscription|renewal|refund)\b",
    re.IGNORECASE,
)
_OF_A_CASE = re.compile(
    r"\b(?:agenda|discuss(?:ed|ion)?|deferred?|review(?:s|ed)?|panels?|meetings?|minutes|about|regarding|concerning"
    r"|files?|records?|the one|update on|add|item|themes?|report)\b",
    re.IGNORECASE,
)
MOST_WORDS_OF_A_LABEL = 4  # in a sentence that is a reference and no more: the ones before it then say of what
_SOMEBODY = re.compile(
    r"\b(?:he|she|him|his|her|hers|baby|infant|bab(?:y|e)'?s|newborn|boys?|girls?|twins?|toddlers?|lad|son|daughter"
    r"|mum|dad|mother|father|sibling|family|patient|child(?!ren)|case|deceased|died|dob|born|nhs|police|crime"
    r"|occurrence|inquest|coroner'?s?|post-?mortem|pathology|specimen|samples?|sudi|notified|notification|ward"
    r"|admission|admitted|key ?worker|social worker)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.!?]\s|\n")
_FORMS = tuple(
    re.compile(form)
    for form in (
        r"(?<![\d.])[245]\d\d[ \-][245]\.[0-7]\.\d{1,3}(?!\.?\d)",  # what a mail server answers
        r"\b(?:BS|EN|ISO|IEC|DIN)(?:[ /](?:EN|ISO|IEC))?[ ]?\d{3,5}(?:-\d)?(?![\w\-])",  # standards
        r"\((?:\d{2,4})\)(?=,? \d{1,3} ?x )|(?<!\w)\d{1,3} ?x \d{2,3}[A-Z]{1,2}(?!\w)",  # "(1000), 2 x", "2 x 85A"
        r"(?<=envelopes )DL\b|\bDL(?= (?:envelopes?|leaflets?|size|paper)\b)",
        r"\b(?:IQR|[Ii]nterquartile range|CI|[Cc]onfidence interval)[ :,]{1,2}\d{1,4}(?:\.\d{1,2})?(?:-| ?to |, ?)"
        r"\d{1,4}(?:\.\d{1,2})?(?![\d\-])",
        r"(?<=[a-z]{5} \()(?:ST|CT|IMT|SpR)[1-8]\b(?=\))|\b(?:ST|CT|IMT)[1-8](?=,? (?:trainee|registrar|doctor|paed))",
        r"\b(?:A&E|B&B|Q&A|M&M|P&P|R&D|H&S|L&D|T&Cs?|P&L|O&G)\b|\bA-Z\b|(?<![\w.])[A-Z](?=: drive\b)",
        r"(?<![\w.\-&'])[TUXVLSAKB]-(?=(?:shirts?|turns?|rays?|necks?|shaped|pipes?|words?|frames?|boards?|level|road)\b)",
        r"(?<=Alt\+)Del\b|\bmax(?=\.? (?:\d|(?:value|length|size|number|of)\b))|(?<=\d )max\b|(?<=words )max\b",
        r"(?<=\bin )ED\b|(?<=\bthe )ED\b|(?<=\bour )ED\b|(?<=nearest )ED\b|\bPAT(?= test)",
        r"(?<![\w.])[A-F](?=\) \w)|(?<=\d/)[A-F](?![\w/])",  # "A) salmon, B) tart"; a quotation 7718/B
        r"(?<![A-Za-z0-9])(?:INV|CRN?|CN|PO)[ \-]?\d{4,7}(?=[ \t,.;:\n]|$)(?![ \-]\d{3})",  # a line of an account
        r"(?<=[Pp]lans )[A-Z]\d{1,2}(?:(?:-| to )[A-Z]\d{1,2})?(?![\w\-])",
    )
)
_FOLDER = re.compile(r"(?<![\w/])[A-Z]?[a-z]{3,16}/(?:19|20)\d\d(?![\w/])")
_FOLDER_WORD = re.compile(r"\b(?:drive|folders?|director(?:y|ies)|sharepoint|onedrive|path)\b", re.IGNORECASE)
_LIST_LABEL = re.compile(r"^[ \t]{0,4}([A-Z]\d{1,2})(?=[.):] )", re.MULTILINE)
_UNPAID = re.compile(
    r"\b(?:unpaid|overdue|outstanding|invoices?|payments?|debts?|arrears|follow-up survey|response rate"
    r"|recall(?:ed)? the message|evaluation)\b",
    re.IGNORECASE,
)
_THING = re.compile(
    r"\b(?:invoice|order|laptop|printer|copier|projector|computer|server|system|software|website|web ?page|page"
    r"|template|form|leaflet|booklet|poster|report|policy|protocol|document|guidance|figures|data|photos?|badges?"
    r"|building|boiler|lift|kettle|chairs|carpet|contract|team|charity|company|organisation|service|group|office)\b"
    r"[^.!?\n,;:]{0,24}\b(?:is|are|was|were|be|turns|gets)\s(?:now\s|nearly\s|almost\s|over\s|about\s|only\s){0,2}$",
    re.IGNORECASE,
)
_IT_IS = re.compile(r"\bit(?:'s|\sis)\s(?:now\s|nearly\s|almost\s|over\s)?(?:\w{1,8}-)?$", re.IGNORECASE)
_TO_GO = re.compile(
    r"\s(?:years?|months?|weeks?|days?)\s(?:from|into|off)\s(?:\w+\s){0,2}"
    r"(?:cct|retire\w*|qualif\w+|finish\w*|complet\w+|training|post|job|role|contract|course|placement|rotation"
    r"|secondment|probation|apprenticeship|leave)\b",
    re.IGNORECASE,
)
_KEPT = re.compile(
    r"\b(?:retention|retain(?:ed)?|schedule|keep|kept|records?|archived?|destroy(?:ed)?|hold)\b", re.IGNORECASE
)
_UNTIL = re.compile(r"\b(?:until|till|to|or)\s(?:the\s|their\s|a\s)?$", re.IGNORECASE)
_GROUP_BEFORE = re.compile(r"\b(?:my|our|two|both|twin|his|her|their)\s(?:\w+\s)?$", re.IGNORECASE)
_RANGE_AFTER = re.compile(
    r"\s(?:to|-)\s(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen)\b",
    re.IGNORECASE,
)


def is_nobodys_age(text: str, start: int, end: int) -> bool:
    """Say whether what has the form of an age is that of a debt, a thing, a record or a group, or time to serve."""
    sentence, found = _sentence(text, start, end), text[start:end].lower()
    if _TO_GO.match(text, end):
        return True
    if _SOMEBODY.search(sentence):
        return False
    before = text[max(0, start - 60) : start]
    around = text[max(0, start - REACH) : end + REACH]
    return bool(
        (found.startswith("at ") and _UNPAID.search(sentence))
        or (found.endswith("old") and _THING.search(before))
        or (found.endswith("old") and _IT_IS.search(before) and _UNPAID.search(around) and not _SOMEBODY.search(around))
        or (found.startswith("age") and before.lower().endswith("reading "))
        or (
            (found.startswith("age") or found.endswith("birthday")) and _UNTIL.search(before) and _KEPT.search(sentence)
        )
        or (found.endswith("olds") and not _GROUP_BEFORE.search(before))
        or (found.startswith("aged") and _RANGE_AFTER.match(text, end))
    )


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield the places of figures and letters that are plainly of business. Linear."""
    long = [(start, end) for start, end, digits in digit_runs(text) if len(digits) > MOST_DIGITS]
    for start, end in _candidates(text):
        if not any(start < last and first < end for first, last in long[:50]):
            yield start, end


def _candidates(text: str) -> Iterator[tuple[int, int]]:
    for form in _FORMS:
        yield from (match.span() for match in form.finditer(text))
    for pattern in (_LABELLED, _TICKET):
        for match in pattern.finditer(text):
            if _is_reference(match) and not _SOMEBODY.search(_sentence(text, *match.span())):
                yield match.span("code")
    for match in _REFERENCE.finditer(text):
        around = text[max(0, match.start() - REACH) : match.end() + REACH]
        sentence = _sentence(text, *match.span())
        where = (
            sentence
            if len(sentence.split()) > MOST_WORDS_OF_A_LABEL
            else text[max(0, match.start() - REACH) : match.end()]
        )
        of_business = _BUSINESS.search(where) and not _OF_A_CASE.search(sentence)
        if _is_reference(match) and of_business and not _SOMEBODY.search(around):
            yield match.span("code")
    for match in _FOLDER.finditer(text):
        if _FOLDER_WORD.search(_sentence(text, *match.span())):
            yield match.span()
    labels = list(_LIST_LABEL.finditer(text))
    if len(labels) > 1:
        yield from (label.span(1) for label in labels)


def _is_reference(match: re.Match[str]) -> bool:
    code = match.group("code")
    return sum(char.isdigit() for char in code) <= MOST_DIGITS and not is_case_code(code)


def _sentence(text: str, start: int, end: int) -> str:
    first = max(0, start - REACH)
    for ending in _SENTENCE.finditer(text, first, start):
        first = ending.end()
    following = _SENTENCE.search(text, end, end + REACH)
    return text[first : following.start() if following else end + REACH]
