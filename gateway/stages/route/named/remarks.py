"""What a stretch says of the living there that only a person can weigh: care, a visit, a move, a hidden address."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gateway.model.residence.named import Remark
from gateway.stages.route.read.countries import COUNTRIES

_WORDS: tuple[tuple[Remark, str], ...] = (
    (Remark.PROTECTED, r"refuge|women'?s (?:aid|shelter)|safe ?house|adopt(?:ed|ers?|ion|ive)|witness protection|"
     r"protected (?:address|person|party)|undisclosed|(?:address|whereabouts)[^.]{0,40}(?:withheld|confidential|secret|"
     r"not (?:to )?be (?:shared|disclosed|given)|by (?:tele)?phone only)|not (?:to )?be disclosed|"
     r"fled|fleeing|non-?molestation|forced marriage|marac"),
    (Remark.TERMINATION, r"termination (?!of (?:resus|cpr|life support|employment|treatment))|terminated pregnancy|"
     r"abortion|f(?:o?e)ticide|termination$"),
    (Remark.NEVER_DISCHARGED, r"never (?:been |went |gone |came |got |left |was |yet )*(?:the )?(?:home|hospital|"
     r"discharged|"
     r"neonatal|unit|nicu|scbu|ward)|not (?:yet |been |ever )*discharged|(?:had|has|have) not left|"
     r"in-?patient since birth|in hospital (?:since|from) birth|since birth in|whole life (?:in|on)|did not go home|"
     r"remained (?:in hospital|an in-?patient|on the unit)|never discharged|not left (?:the )?(?:hospital|unit|ward|"
     r"nicu)"),
    (Remark.IN_CARE, r"foster (?:care|carers?|parents?|home|placement|famil\w+|mother|father)|fostered|in foster|"
     r"looked[- ]after (?:by|child|under|status)|is looked after|was looked after|were looked after|care orders?|"
     r"(?:in|into) (?:local authority |the |public )?care (?:of|by|under|since|and)|in care\b|"
     r"s(?:ection|\.)? ?(?:20|31|38)\b[^.]{0,20}(?:care|accommodat|order|placement)|accommodated|placed (?:by|with|"
     r"in|at)|"
     r"(?:lac|cla)\b|uasc|unaccompanied|children'?s home|kinship|special guardian|residential (?:unit|placement)|"
     r"supported (?:lodgings|living|accommodation)|semi-?independent|placement|responsible authority|"
     r"placing authority"),
    (Remark.ABROAD, r"(?:visitor|tourist|student|holiday|short[- ]stay)'?s? visa|non-?resident|not (?:normally |"
     r"ordinarily )?"
     r"resident|lives? abroad|living abroad|lives? overseas|resident (?:abroad|overseas)|asylum|refugee|"
     r"recently arrived"),
    (Remark.VISITING, r"on holiday|holidaying|visiting (?!hours)|on a visit|(?:was|were|been|is|are) staying|"
     r"staying (?:with|at|in)|on vacation|touring|weekend (?:away|break)|sleepover|short breaks?|respite"),
    (Remark.SHARED, r"shared care|(?:weekend|supervised|weekly) contact|(?:alternate|every|at|most|on) weekends?|"
     r"(?:two|both) (?:homes|addresses|parents'? homes)|between (?:both|two|her|his|their) (?:parents|homes|mother|"
     r"mum)|"
     r"splits? (?:her|his|their) time|half (?:of )?(?:the|each) week|other parent'?s|(?:child arrangements|"
     r"residence) order|"
     r"mon(?:day)?s? ?(?:-|to) ?(?:wed|thu|fri)|lived with (?:her|his|their) (?:father|dad)|under an order|"
     r"separat(?:e|ed) (?:homes|addresses)"),
    (Remark.MOVED, r"(?:moved (?!to (?:the )?(?:ward|picu|icu|hdu|resus|"
     r"theatre|"
     r"room|hospital|side))|relocat\w+)|moving (?:house|home|to|from|in)|new address|change of address|evicted|"
     r"no longer (?:lives?|living|at|resid\w+)|used to live|previously lived|lived (?:there )?until|before moving"),
    (Remark.BOARDING, r"boarders?|boarding|term[- ]time|in term|halls? of residence|residential (?:school|college)"),
    (Remark.CUSTODY, r"(?:hmp|hmyoi|yoi)\b|prison|in custody|remanded|detention|detained|secure (?:unit|children|"
     r"training)|"
     r"mental health act|immigration removal"),
    (Remark.NO_ABODE, r"no fixed (?:abode|address)|nfa\b|homeless|sofa[- ]surf\w*|rough sleep\w*|street homeless|"
     r"temp(?:orary)? accom\w*|emergency (?:accommodation|housing)|hostel|bed and breakfast|b&b|night shelter|"
     r"in a hotel|"
     r"living in (?:a )?(?:car|van|tent)|no permanent"),
    (Remark.CORRECTED, r"corrections?\b|corrected address|amended|address (?:i|we) (?:gave|sent)|wrong address|"
     r"supersedes"),
)  # fmt: skip
# Parts of words that each remark needs: looked for first, since most of a message has none of them.
_STEMS: dict[Remark, tuple[str, ...]] = {
    Remark.PROTECTED: (
        *("refuge", "women", "safe", "adopt", "witness", "protected", "undisclosed", "withheld", "confidential"),
        *(
            "secret",
            "disclosed",
            "shared",
            "given",
            "phone only",
            "fled",
            "fleeing",
            "molestation",
            "marriage",
            "marac",
        ),
    ),
    Remark.TERMINATION: ("terminat", "abortion", "ticide"),
    Remark.NEVER_DISCHARGED: (
        *("never", "discharged", "not left", "since birth", "from birth", "whole life", "go home", "remained"),
    ),
    Remark.IN_CARE: (
        *("foster", "looked", "care", "accommodat", "placed", "lac", "cla", "uasc", "unaccompanied", "home", "kinship"),
        *("guardian", "residential", "supported", "independent", "placement", "authority"),
    ),
    Remark.ABROAD: ("visa", "resident", "abroad", "overseas", "asylum", "refugee", "arrived"),
    Remark.VISITING: ("holiday", "visit", "staying", "vacation", "touring", "weekend", "sleepover", "break", "respite"),
    Remark.SHARED: (
        *("shared", "contact", "weekend", "homes", "addresses", "between", "split", "half", "other parent", "order"),
        *("mon", "father", "dad", "separat"),
    ),
    Remark.MOVED: ("moved", "moving", "relocat", "address", "evicted", "no longer", "used to", "previously", "lived"),
    Remark.BOARDING: ("board", "term", "hall", "residential"),
    Remark.CUSTODY: (
        "hmp",
        "hmyoi",
        "yoi",
        "prison",
        "custody",
        "remand",
        "deten",
        "detain",
        "secure",
        "mental",
        "immig",
    ),
    Remark.NO_ABODE: (
        *("no fixed", "nfa", "homeless", "sofa", "rough", "temp", "emergency", "hostel", "breakfast", "b&b", "shelter"),
        *("hotel", "living in", "no permanent"),
    ),
    Remark.CORRECTED: ("correct", "amended", "address", "supersedes"),
}
Patterns = tuple[tuple[Remark, tuple[str, ...], re.Pattern[str]], ...]
_PATTERNS: Patterns = tuple(
    (remark, _STEMS[remark], re.compile(rf"\b(?:{words})", re.IGNORECASE)) for remark, words in _WORDS
)
_LIVING = ("live", "living", "resid", "home", "based", "return")
_NEGATED = re.compile(
    r"\b(?:no|not|never|nil|without|isn't|wasn't|neither|nor|denies)\s+(?:\w+\s+){0,3}$", re.IGNORECASE
)
_NO = re.compile(
    r"\W*(?:no|n|none|never|nil|n/?a|not (?:applicable|known|asked|looked after|recorded)|unknown|nk|false|"
    r"tbc)\b[^a-z]{0,3}"
    r"(?:not .{0,30}|known)?\W*",
    re.IGNORECASE,
)
_LIVES = re.compile(
    r"\b(?:lives?|lived|living|reside[sd]?|residing|resident|residence|home(?: is| was)?|based|returned?) (?:is |was )?"
    r"(?:in|at|to|is|normally in)?\s*(?:the )?([A-Za-z][\w' ]{2,40})",
    re.IGNORECASE,
)


def wanted(texts: Sequence[str]) -> Patterns:
    """Return the patterns that a message can match at all, each with the stems that it holds."""
    lower = "\n".join(texts).lower()
    held = ((remark, tuple(stem for stem in stems if stem in lower), pattern) for remark, stems, pattern in _PATTERNS)
    return tuple(each for each in held if each[1])


def remarks_in(label: str, text: str, patterns: Patterns) -> tuple[Remark, ...]:
    """Return what a stretch remarks, each once. A label answered with no remarks nothing."""
    if label and _NO.fullmatch(text):
        return ()
    lower = text.lower()
    found = _found(text, lower, patterns)
    if label and not found:
        asked = _found(f"{label} ", f"{label} ".lower(), patterns)
        found = [each for each in asked if each in (Remark.IN_CARE, Remark.BOARDING)]
    if Remark.ABROAD not in found and any(stem in lower for stem in _LIVING) and names_country(text):
        found.append(Remark.ABROAD)
    return tuple(found)


def _found(text: str, lower: str, patterns: Patterns) -> list[Remark]:
    found = []
    for remark, stems, pattern in patterns:
        if not any(stem in lower for stem in stems):
            continue
        for match in pattern.finditer(text):
            said_so = remark in (Remark.NEVER_DISCHARGED, Remark.ABROAD)
            if said_so or _NEGATED.search(text[max(0, match.start() - 60) : match.start()]) is None:
                found.append(remark)
                break
    return found


def names_country(text: str) -> bool:
    """Say whether a clause says that somebody lives in another country."""
    for match in _LIVES.finditer(text):
        words = match[1].casefold().replace("'", "").split()
        if any(" ".join(words[:count]) in COUNTRIES for count in (1, 2, 3)):
            return True
    return False
