"""Whose a place is, by its label or by the words of the clause that it stands in."""

from __future__ import annotations

import re

from gateway.model.residence.named import Owner, Tense

# Labels, lower case; the first pattern that is found decides. The child's own come last: "GP's address" is the GP's.
_LABELS: tuple[tuple[Owner, Tense, re.Pattern[str]], ...] = tuple(
    (owner, tense, re.compile(rf"\b(?:{words})"))
    for owner, tense, words in (
        (Owner.NOTIFIER, Tense.NOW, r"notif(?:ier|ied by|ying)|referr(?:er|ed by)|report(?:er|ed by|ing)|"
         r"complet(?:ed|ing)|"
         r"sent by|from\b|to\b|cc\b|crew|informant|your\b|author|signed|signature|contact (?:name|for|details)|"
         r"prepared by|"
         r"my (?:details|address)|sender"),
        (Owner.HOSPITAL, Tense.NOW, r"(?:place|location|address|postcode|site|scene|where) .{0,20}\b(?:death|died|"
         r"event|"
         r"incident|collapse|occurred)|died (?:at|in)|death (?:at|address)|incident|event|found|locus|scene|where\b|"
         r"conveyed|"
         r"hospital|ward\b|trust\b|unit\b|place(?: of)?$|location|collapsed|address at time of|pronounced|mortuary|"
         r"born\b|place of birth|admitted|transferred"),
        (Owner.GP, Tense.NOW, r"g\.?p\.?s?\b|surgery|practice|doctor|registered (?:gp|practice|with)"),
        (Owner.SCHOOL, Tense.NOW, r"school|nursery|college|childminder|pre-?school|education"),
        (Owner.OTHER, Tense.NOW, r"coroner|registrar|police|officer|oic\b|social worker|undertaker|funeral|"
         r"health visitor|"
         r"midwi(?:fe|ves)|consultant|paediatrician|solicitor|employer|work\b|billing|mailing|lawyer|key worker|"
         r"youth worker|named nurse|agency|professional|service|cdop|panel|clerk|tel|phone|e-?mail|fax|hospice|office"),
        (Owner.CHILD, Tense.FORMER, r"previous|former|old\b|past\b|last known|prior|earlier address|moved from"),
        (Owner.CHILD, Tense.TEMPORARY, r"temporary|temp\b|holiday|staying|placement|current(?:ly)? (?:placed|"
         r"staying)|respite|"
         r"foster|term.?time|second|other address|alternative|other home|visiting|hotel|accommodation"),
        (Owner.CHILD, Tense.TO_COME, r"new address|future|moving to|forwarding"),
        (Owner.MOTHER, Tense.NOW, r"mother|mum\b|maternal|carer|guardian|parents?\b|next of kin|nok\b|birth mother"),
        (Owner.RELATIVE, Tense.NOW, r"father|dad\b|paternal|grand|aunt|uncle|sibling|brother|sister|partner|step|"
         r"relative|"
         r"friend|neighbour|family member"),
    )
)  # fmt: skip
_PLACING = re.compile(
    r"\b(?:looked after by|responsible (?:local )?(?:authority|council|la)\b|placing (?:local )?(?:authority|"
    r"council|la)\b|"
    r"corporate parent|care of which|placed by|legal status|la responsible|home authority|cla\b|lac\b|care status|"
    r"care order)"
)
_HOME = re.compile(
    r"\b(?:home|usual|normal(?:ly)?|permanent|residen\w*|lives?|lived|living|main|family) ?(?:home|address|addr|"
    r"residence|"
    r"postcode|post code|at|in|of)?\b|\b(?:child|baby|patient|deceased|pt|subject|pupil|infant)(?:'?s)? ?"
    r"(?:home |usual |normal )?(?:addr|address|postcode|home|residence)|address (?:of|for) (?:the )?(?:child|baby|"
    r"deceased|"
    r"patient|infant)|address on (?:arrival|admission|card)"
)
_BARE = re.compile(r"(?:full |the )?(?:address|addr|post ?code|postal code|address and post ?code|address incl.*)\.?")
_IDENTITY = re.compile(
    r"(?:the |full |first |fore|sur|family |given |last |child'?s? |baby'?s? |patient'?s? |pt |deceased'?s? |"
    r"infant'?s? |"
    r"subject'?s? )*(?:name|names|child|baby|patient|pt|deceased|infant|subject|pupil|dob|d\.o\.b\.?|date of birth|"
    r"born|"
    r"nhs(?: (?:no|number|num|#))?\.?|sex|gender|age|ethnicity|dod|date of death|died|death|time of death|aka|"
    r"date and time of death|date/time|hospital (?:no|number)|mrn|religion|dob/age|babies)"
    r"(?:[ /,&and]+(?:dob|dod|name|surname|forenames?|number|of child|of the child|of baby|of deceased))*(?:\(s\))?"
)

# Words of a clause. The nearest one before a place decides; what stands behind it ("is the school") decides over that.
_CLAUSE_WORDS: tuple[tuple[Owner, str], ...] = (
    (Owner.HOSPITAL, r"died|dies|death|pronounced|hospital|neonatal|maternity|unit|ward|nicu|scbu|picu|hospice|"
     r"admitted|transferred|"
     r"conveyed|taken|"
     r"collapsed|knocked|found|born|infirmary|mortuary|incident|collision|resus|treated|ambulance called|ed|a&e"),
    (Owner.GP, r"gp|surgery|practice|doctor"),
    (Owner.SCHOOL, r"school|nursery|college|academy|childminder|pupil at"),
    (Owner.OTHER, r"coroner|police|social worker|undertaker|funeral|solicitor|employer|registrar|midwife|"
     r"health visitor|"
     r"cdop|panel|council offices|office|team|trust|paediatrician|consultant|charity|crew|based"),
    (Owner.NOTIFIER, r"notifier|referrer|reported by|sent from|completed by|i work|i am (?:a|the|head)|we are|"
     r"my office"),
    (Owner.RELATIVE, r"father|dad|daddy|grandparents?|grandmother|grandfather|gran|nan|aunt|aunty|uncle|sibling|"
     r"brother|sister|"
     r"friend|friends|neighbour|relatives?|partner|cousin|stepfather|maternal|paternal"),
    (Owner.MOTHER, r"mother|mum|mummy|mam|carer|carers|guardian|guardians|next of kin"),
    (Owner.CHILD, r"home|lives?|lived|living|reside[sd]?|residing|resident|residence|address|family|parents|"
     r"usual(?:ly)?|"
     r"normal(?:ly)?|child|baby|he|she|they|their|his|her"),
)  # fmt: skip
_CLAUSE = re.compile("|".join(rf"(?P<{owner.value}>\b(?:{words})\b)" for owner, words in _CLAUSE_WORDS), re.IGNORECASE)
_BEHIND = re.compile(
    r"\s*(?:[,(\-]\s*)?(?:is |was |which is |that is |\()?(?:the |a |her |his |their )?"
    r"(?P<who>school|ward|hospital|gp|surgery|grandparents|grandmother|father|dad|aunt|work|nursery|office|unit|"
    r"mother|mum)",
    re.IGNORECASE,
)
_OF_HOME = re.compile(
    r"\b(?:home(?: address| is| was)?|lives?|living|lived|reside[sd]?|residing|resident|usual (?:address|residence)|"
    r"normal (?:address|residence)|family (?:home|live)|home address|address is|address was|address:)\b",
    re.IGNORECASE,
)

_TENSES: tuple[tuple[Tense, re.Pattern[str]], ...] = tuple(
    (tense, re.compile(rf"\b(?:{words})\b", re.IGNORECASE))
    for tense, words in (
        (Tense.DENIED, r"not|never lived|isn't|wasn't|incorrect|wrong|disregard|ignore"),
        (Tense.FORMER, r"previous(?:ly)?|former(?:ly)?|used to|was living|were living|until|till|moved (?:out|from|"
         r"away)|"
         r"evicted|left|no longer|last known|originally|old address|past address|at booking|earlier|before moving"),
        (Tense.TEMPORARY, r"staying|stayed|visit(?:ing|ed|or|s)?|holiday|temp|temporary|temporarily|weekends?|respite|"
         r"placement|placed|foster|c/o|care of|guest|hotel|lodg\w+|short breaks?|contact (?:visit|with)|overnight|"
         r"term"),
        (Tense.TO_COME, r"moving to|due to move|will move|going to (?:live|move)|new address from|about to"),
    )
)  # fmt: skip
_DOUBT = re.compile(
    r"\?|\b(?:possibl[ey]|probably|perhaps|maybe|approx\w*|near|nearby|nearest|around|somewhere|unconfirmed|unsure|"
    r"unclear|"
    r"not sure|to be confirmed|tbc|believed|thought to|may have|might|apparently|i think|or|either)\b",
    re.IGNORECASE,
)


def of_label(label: str) -> tuple[Owner, Tense] | None:
    """Return whose a label's place is; None for a label that names nobody."""
    text = label.casefold().replace("’", "'").strip(" .*_#-•")
    for owner, tense, pattern in _LABELS:
        if pattern.search(text):
            return owner, tense
    return (Owner.CHILD, Tense.NOW) if _HOME.search(text) else None


def is_placing(label: str) -> bool:
    """Say whether a label asks which authority looks after the child."""
    return _PLACING.search(label.casefold()) is not None


def is_bare(label: str) -> bool:
    """Say whether a label is "Address" or "Postcode" and nobody's by itself."""
    return _BARE.fullmatch(label.casefold().strip(" .*_#-•")) is not None


def is_identity(label: str) -> bool:
    """Say whether a label speaks of the child itself: name, birth, death, number."""
    return _IDENTITY.fullmatch(label.casefold().replace("’", "'").strip(" .*_#-•")) is not None


def of_clause(clause: str, start: int, end: int) -> tuple[Owner, bool]:
    """Return whose a place at ``start`` of a clause is, and whether a plain phrase says that it is the home."""
    behind = _BEHIND.match(clause, end)
    if behind is not None:
        found = _CLAUSE.match(behind["who"])
        return (Owner(str(found.lastgroup)) if found is not None else Owner.OTHER), False
    owner, at = Owner.UNKNOWN, -1
    for match in _CLAUSE.finditer(clause, 0, start):
        nearest = Owner(str(match.lastgroup))
        if nearest is not Owner.CHILD:
            owner, at = nearest, match.end()
        elif owner is Owner.UNKNOWN or owner not in (Owner.MOTHER, Owner.RELATIVE):
            owner, at = Owner.CHILD, match.end()
    says_home = owner is Owner.CHILD and at >= 0 and _OF_HOME.search(clause, 0, start) is not None
    return owner, says_home


def tense_of(text: str) -> Tense:
    """Return of what time the words around a place are."""
    return next((tense for tense, pattern in _TENSES if pattern.search(text)), Tense.NOW)


def is_doubted(text: str) -> bool:
    """Say whether words around a place leave it open."""
    return _DOUBT.search(text) is not None
