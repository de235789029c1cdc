"""What a stretch says of the living there that only a person can weigh: care, a visit, a move, a hidden address."""

from __future__ import annotations

import re

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
    (Remark.MOVED, r"(?:had |have |has |recently |just |since )*(?:moved (?!to (?:the )?(?:ward|picu|icu|hdu|resus|"
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
_REMARKS = re.compile("|".join(rf"(?P<{remark.value}>\b(?:{words}))" for remark, words in _WORDS), re.IGNORECASE)
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


def remarks_in(label: str, text: str) -> tuple[Remark, ...]:
    """Return what a stretch remarks, each once. A label answered with no remarks nothing."""
    if label and _NO.fullmatch(text):
        return ()
    found = dict.fromkeys(_found(text))
    if label and not found:
        found = dict.fromkeys(each for each in _found(f"{label} ") if each is Remark.IN_CARE or each is Remark.BOARDING)
    if Remark.ABROAD not in found and names_country(text):
        found[Remark.ABROAD] = None
    return tuple(found)


def _found(text: str) -> list[Remark]:
    found = []
    for match in _REMARKS.finditer(text):
        if match.lastgroup is None:
            continue
        remark = Remark(match.lastgroup)
        if remark in (Remark.NEVER_DISCHARGED, Remark.ABROAD) or _NEGATED.search(text, 0, match.start()) is None:
            found.append(remark)
    return found


def names_country(text: str) -> bool:
    """Say whether a clause says that somebody lives in another country."""
    for match in _LIVES.finditer(text):
        words = match[1].casefold().replace("'", "").split()
        if any(" ".join(words[:count]) in COUNTRIES for count in (1, 2, 3)):
            return True
    return False
