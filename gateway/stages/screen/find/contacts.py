"""Numbers, references, postcodes, addresses and ways to reach somebody."""

from __future__ import annotations

import re
from collections.abc import Iterator

_DIGIT_RUN = re.compile(r"(?<![\d£$€])\+?\(?\d(?:(?:[^\w£$€%]|_){0,3}\d){4,29}")
_GROUPS_IN_WORDS = re.compile(r"(?<!\d)\d{3}\s(?:and|then)\s\d{3}\s(?:and|then)\s\d{4}(?!\d)", re.IGNORECASE)
_COORDINATES = re.compile(r"(?<![\d.])-?\d{1,3}\.\d{3,8}\s?[,;/]?\s?-?\d{1,3}\.\d{3,8}(?!\d)")
_EMAIL = re.compile(r"[A-Za-z0-9._%+'\-]{1,64}\s?@\s?[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,6}")
_HIDDEN_EMAIL = re.compile(
    r"[(\[{<]\s?(?:at|@|dot|\.)\s?[)\]}>]|\b(?:at|@)\s?\w{2,40}\s?(?:dot|\.)\s?(?:com|co|uk|org|net|example)\b"
    r"|\bdot\s(?:com|co|uk|org|net|example)\b|\b\w{2,30}\sat\s(?:gmail|hotmail|yahoo|outlook|icloud|btinternet"
    r"|aol)\b",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![\w.@])@[A-Za-z_]\w{1,30}")
_URL = re.compile(r"\b(?:https?://|www\.)[^\s<>\"']{1,400}", re.IGNORECASE)
_POSTCODE = re.compile(r"(?<![A-Za-z0-9])([A-Za-z]{1,2}\d[A-Za-z\d]?)[ \t\-.]{0,3}(\d[A-Za-z]{2})(?![A-Za-z0-9])")
_ORDINARY_INWARD = re.compile(r"\d(?:st|nd|rd|th|hr|pm|am|mb|gb|kg|cm|mm)$")
_PART_POSTCODE = re.compile(r"(?<![A-Za-z0-9./\-])[A-Z]{1,2}\d{1,2}[A-Z]?(?![A-Za-z0-9])")
_STREET = (
    r"(?:street|road|lane|avenue|crescent|terrace|grove|cottages?|mews|close|drive|way|walk|court|place|view|row|rise"
    r"|gardens?|square|buildings|villas|parade|heol|ffordd|stryd)"
)
_HOUSE = re.compile(
    rf"\b\d{{1,4}}\s?[A-Za-z]?,?\s+(?!(?:minute|min|hour|day|mile|people|members?|of|in|for|at|on|to|the|and|or|is|are|was|were|will|has|can)s?\b)"
    rf"(?:[A-Za-z'\-]{{2,20}}\s){{1,3}}?(?:{_STREET}|st|rd|ln|ave|cres)\b",
    re.IGNORECASE,
)
_CAPITAL_STREET = re.compile(
    r"\b[A-Z][A-Za-z'\-]{1,20}\s(?:Street|Road|Lane|Avenue|Crescent|Terrace|Grove|Cottages?|Mews|Close|Drive|Way|Walk"
    r"|Court|Row|Rise|Gardens?|Square|Estate|Farm|STREET|ROAD|LANE|AVENUE|CLOSE|DRIVE|WAY|WALK|COURT|Primary|Academy"
    r"|Infants?|Juniors?|Nursery|Surgery)\b"
)
_FLAT = re.compile(r"\b(?:flat|apartment|apt|plot|caravan|house(?: number| no\.?)?)\s\d{1,4}\b", re.IGNORECASE)
_FILE = re.compile(
    r"(?<=[\w)])\.(?:docx?|pdf|xlsx?|pptx?|jpe?g|png|gif|heic|tiff?|zip|7z|msg|eml|csv|txt|rtf|odt"
    r"|mp[34]|wav"
    r"|m4a|mov|vcf|ics|p7m|html?)\b",
    re.IGNORECASE,
)
_FILE_STEM = re.compile(r"[\w\-.()&' ]{1,61}$")
_CODE = re.compile(r"(?<![A-Za-z0-9])(?=[A-Za-z]{0,30}\d)(?=\d{0,30}[A-Za-z])[A-Za-z0-9]{2,60}(?![A-Za-z0-9])")
_ORDINARY_CODE = re.compile(
    r"\d{1,2}(?:st|nd|rd|th)|\d{1,4}(?:am|pm|hrs?|mins?|m|k|kb|mb|gb|tb|p|x|g|kg|cm|mm|km|in|inch|s|pt|px|h|hz|v"
    r"|ml|l|gsm|dpi|wpm|mph|kph|ppm|w|kw|mah|ft|oz|lb|lbs|pp|fps|rpm)"
    r"|a[0-5]|q\d{1,2}|x\d{1,2}|ir35|ks[1-5]|h[1-3]|mp[34]|win(?:dows)?1[01]|[mo]365|office365|covid19|u18s?|under\d{1,2}s?|4g|5g"
    r"|mx\d|d[1-3]|r[1-9]|p\d{1,2}|f\d{1,2}|t\d|ctrl\d?|p45|p60|s16[mnpq]|h2o|24hr|24h|i5|i7"
    r"|utf8|tls1|x2|v\d{1,2}|(?:19|20)\d\ds|[2-6]d|b2b|web2|y(?:ea)?r?1?\d|cp1|b12|s47|s17|d2n2|o2|ipv[46]"
    r"|sha256|usb[23c]?",
    re.IGNORECASE,
)
_SLASHED = re.compile(r"(?<![\w/.\-£])[A-Za-z]{0,6}\d{0,8}(?:[/\-_][A-Za-z0-9]{1,10}){1,5}(?![\w/])")
_COMPOUND = re.compile(  # "12-month", "48-hour", "under-18s", "0-17s", "7-12"; ages are found before this
    r"\d{1,3}(?:-[A-Za-z]{3,12}){1,2}|(?:under|over|post|pre|mid)-\d{1,4}s?|\d{1,2}-\d{1,2}s?|ks\d-ks\d", re.IGNORECASE
)
_TIME = re.compile(
    r"(?<![\w£])\d{1,2}(?:[.:]\d\d)?\s?(?:am|pm|noon)?\s?(?:-|to|until|and)\s?\d{1,2}(?:[.:]\d\d)\s?(?:am|pm"
    r"|noon)?(?![\d/])"
    r"|(?<![\w£/.\-])\d{1,2}[.:]\d\d(?:[.:]\d\d)?\s?(?:am|pm|hrs|hours|noon)?(?![\d/.\-])|\b\d{1,2}\s?(?:am|pm)\b",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"[£$€]\s?\d[\d,]{0,12}(?:\.\d\d)?(?:k|m|bn)?|\b\d{1,3}(?:,\d{3}){1,3}(?![\d,])|\b\d+(?:\.\d+)?\s?%"
)
_YEARS = re.compile(
    r"\b(?:19|20)\d\d\s?(?:[/\-]|to|and)\s?(?:(?:19|20)\d\d|\d\d)(?![\d/\-])|\b(\d\d)/(\d\d)(?![\d/\-])"
)
_COMMERCIAL = re.compile(
    r"\b(?:quot(?:e|ation)|invoice|order|purchase|po|foi|eir|request|ticket|helpdesk|submission|return|account|policy"
    r"|version|product|part|model|booking|delivery|licen[cs]e|subscription|contract|tender|isbn|issn|item|catalogue"
    r"|meeting id|passcode|conference id|webinar id|stock|sku|charity|company|registration|vat|cost centre"
    r"|budget code"
    r"|form|section|annex|appendix|standard|room|course|event|change request|credit note|proof|claim|module"
    r"|certificate of destruction|job|vacancy|post ref|rec|ethics|dpia|asset|serial|tracking|parcel|consignment"
    r"|despatch|dispatch|cost code|build|release|error|fault|page|slide|question|field|column|row|cell|engineer"
    r"|meter|extension|ext|requisition|remittance|purchase card)\b[\s\w.:#'()/-]{0,24}$",
    re.IGNORECASE,
)
_OFFICE = re.compile(
    r"\b(?:to order|switchboard|helpdesk|help desk|helpline|reception|enquir(?:y|ies)|booking line|box office"
    r"|customer|freephone"
    r"|support line|sales|duty desk|our office|(?:call|ring|phone) us|main number|hotline)\b[^.?!\n]{0,40}$",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"\b(?:case|cdop|ecdop|ncmd|hospital|unit|mrn|crime|occurrence|incident|inquest|coroner'?s?|cad|urn|log"
    r"|datix|steis"
    r"|liquidlogic|mosaic|nhs|chi|ni|record|patient|district|child'?s?|file)\s{0,2}(?:no\.?|number"
    r"|ref(?:erence)?|id|num|#)"
    r"\s{0,2}(?:is|was|:|\.|-|#)?\s{0,2}[A-Za-z]{0,4}[\-/]?\d{1,12}|\bcase\s#?\d{1,6}\b",
    re.IGNORECASE,
)


def benign(text: str) -> Iterator[tuple[int, int]]:
    """Yield times, sums of money and financial years: figures that identify nobody."""
    for pattern in (_TIME, _MONEY):
        for match in pattern.finditer(text):
            yield match.span()
    for match in _YEARS.finditer(text):
        if match.group(1) is None or (int(match.group(1)) + 1) % 100 == int(match.group(2)):
            yield match.span()


def digit_runs(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield five digits or more, in any grouping, as (start, end, digits)."""
    for match in _DIGIT_RUN.finditer(text):
        yield match.start(), match.end(), "".join(char for char in match.group() if char.isdigit())


def groups_in_words(text: str) -> Iterator[tuple[int, int]]:
    """Yield ten digits in three groups with words between ("999 and 012 and 3456")."""
    return (match.span() for match in _GROUPS_IN_WORDS.finditer(text))


def coordinates(text: str) -> Iterator[tuple[int, int]]:
    """Yield places on the earth given as two decimal numbers."""
    return (match.span() for match in _COORDINATES.finditer(text))


def is_telephone(written: str, digits: str) -> bool:
    """Say whether the digits are a United Kingdom or international telephone number."""
    if digits.startswith("44") or written.lstrip("(").startswith(("+", "00")):
        return 10 <= len(digits) <= 15
    return digits[0] == "0" and digits[1] not in "04" and len(digits) in (10, 11)


def of_an_office(text: str, start: int, digits: str) -> bool:
    """Say whether a landline or non-geographic number is given as that of an office ("to order call ...")."""
    return digits[:2] in ("01", "02", "03", "08") and _OFFICE.search(text, max(0, start - 60), start) is not None


_NEXT_SENTENCE = re.compile(r"\.\s+(?!Ref)[A-Z][a-z]")  # "the booking is done. Also ref ..."
_OF_ANOTHER = re.compile(r"\b(?:for|re|about|regarding|concerning|missing|on|from|of)\b", re.IGNORECASE)
_COMMERCIAL_CODE = re.compile(r"(?:inv|po|cn|req|rq|ritm|chg|tkt|ord|sku|isbn|dpia|cpd|rec)[\-#/ ]?\d", re.IGNORECASE)
_CASE_CODE = re.compile(r"(?:e?cdop|ncmd|cdr|lcs|inq|cad|prf|mrn|nhs|sudi\w?|jar)[\d/\-_ ]", re.IGNORECASE)

_CODE_BEFORE = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{1,8}[-/#]?$")


def is_case_code(code: str) -> bool:
    """Say whether a reference begins as those of cases do ("CDOP/25/31")."""
    return _CASE_CODE.match(code) is not None


def commercial(text: str, start: int) -> bool:
    """Say whether a number is that of an invoice, an order or a form, by its letters or the words before it."""
    first = _CODE_BEFORE.search(text, max(0, start - 12), start)
    if _COMMERCIAL_CODE.match(text, first.start() if first else start):
        return True
    before = _COMMERCIAL.search(text, max(0, start - 48), start)
    if before is None or _CASE_CODE.match(text, start):
        return False
    return _OF_ANOTHER.search(before.group()) is None and _NEXT_SENTENCE.search(before.group()) is None


def postcodes(text: str) -> Iterator[tuple[int, int]]:
    for match in _POSTCODE.finditer(text):
        if not _ORDINARY_INWARD.match(match.group(2)):
            yield match.span()


def part_postcodes(text: str) -> Iterator[tuple[int, int]]:
    for match in _PART_POSTCODE.finditer(text):
        if not _ORDINARY_CODE.fullmatch(match.group()):
            yield match.span()


_ITEM = re.compile(r"\d{1,2}[a-h]", re.IGNORECASE)
_OF_AN_AGENDA = re.compile(
    r"\b(?:papers?|agenda|items?|appendix|appendices|annex(?:es)?|sections?|paragraphs?|questions?|tables?|figures?"
    r"|slides?|charts?|pages?|rooms?|columns?|rows?)(?:\s|,|and|to|-|&|\d{1,2}[a-h]?)*$",
    re.IGNORECASE,
)


def codes(text: str) -> Iterator[tuple[int, int]]:
    """Yield words of letters and digits mixed, but for the everyday ones ("3rd", "2pm", "A4")."""
    for match in _CODE.finditer(text):
        if _ORDINARY_CODE.fullmatch(match.group()):
            continue
        if _ITEM.fullmatch(match.group()) and _OF_AN_AGENDA.search(text, max(0, match.start() - 24), match.start()):
            continue
        yield match.span()


def slashed(text: str) -> Iterator[tuple[int, int]]:
    """Yield references of several pieces with two digits or more among them ("25/004", "NSF/25/0031")."""
    for match in _SLASHED.finditer(text):
        if sum(char.isdigit() for char in match.group()) >= 2 and not _COMPOUND.fullmatch(match.group()):
            yield match.span()


def labelled(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _LABELLED.finditer(text))


def addresses(text: str) -> Iterator[tuple[int, int]]:
    for pattern in (_HOUSE, _CAPITAL_STREET, _FLAT):
        for match in pattern.finditer(text):
            yield match.span()


def emails(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _EMAIL.finditer(text))


def hidden_emails(text: str) -> Iterator[tuple[int, int]]:
    for pattern in (_HIDDEN_EMAIL, _HANDLE):
        for match in pattern.finditer(text):
            yield match.span()


def links(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _URL.finditer(text))


def files(text: str) -> Iterator[tuple[int, int]]:
    """Yield file names: an ending, with what may belong to the name before it."""
    previous = 0
    for ending in _FILE.finditer(text):
        name = _FILE_STEM.search(text, max(previous, ending.start() - 61), ending.start())
        if name is not None:
            yield name.start(), ending.end()
        previous = ending.end()
