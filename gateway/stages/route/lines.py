"""Read one line of ``gateway geo explain`` as a residence: a postcode, an address, an authority, a code, a form, text.

A plain address is taken as that of the child's home. Text that tells more than one place is taken apart at its
labels; whatever stays unexplained becomes a second address, so that a person is asked.
"""

from __future__ import annotations

import json
import re

from gateway.model.areas import AuthorityRegister
from gateway.model.confidential import NOTHING, Confidential
from gateway.model.routing import Residence
from gateway.stages.route.forms import read_form
from gateway.stages.route.names import fold, name_index
from gateway.stages.route.normalise import MAX_TEXT, compact, parse_partial, parse_unit, tidy

_SEGMENTS = re.compile(r"[;|\n]|\s/\s|(?<=[a-z0-9A-Z)])\.\s+(?=[A-Z])")
_SHORT_CODE = re.compile(r"(?=.*[0-9])[A-Z0-9]{3,8}")
_PEOPLE = "mother|father|mum|mummy|dad|daddy|parents?|family|grandparents?|grandmother|grandfather|aunt|uncle|carers?"
_HOME = re.compile(
    r"^(?:(?:child|baby|childs|babys|usual|normal|permanent|main|current) )*"
    r"(?:home(?: (?:address|postcode|is|at))?|address|postcode|(?:normal|usual) residence|residence|"
    r"(?:usually |normally |currently )?(?:lives?|lived|living|resident|resides?|residing)(?: (?:at|in|of|with))?)\b"
)
_DEATH = re.compile(
    r"^(?:(?:child|baby|he|she|they) )?(?:died|death|place of death|pronounced|hospital|hosp|collapsed|taken to|"
    r"transferred|found|rip)\b"
)
_OTHER = re.compile(
    rf"^(?:(?:the|her|his|their|birth|foster|adoptive|maternal|paternal) )*(?:{_PEOPLE})s?\b(?: |$)|"
    r"\b(?:parents?|mother|father|mum|dad|family) (?:lives?|lived|moved|are|is|in|at|abroad|from)\b|"
    r"\b(?:staying|stayed|visiting|visitor|on holiday|holidaying|moved|moving|placed|placement|fostered|adopted|"
    r"shared care|weekends?|term time|in term|previous(?:ly)?|formerly|until recently|since then|second home|"
    r"second address|alternative address|other address|temporar(?:y|ily)|between|sometimes|unsure|not sure|possibly|"
    r"probably|maybe|either|asylum|traveller|travellers|on leave|deployed|posted to|detained|remand|sectioned|"
    r"never discharged|never left|born at|inpatient|in patient|respite|guardian|kinship)\b|"
    r"^(?:gp|surgery|school|nursery|works?|social worker|placing authority|responsible authority)\b(?! road| lane)"
)


def read_line(line: str, authorities: AuthorityRegister) -> Residence:
    """Return the residence that a line describes. Any text gives one; an empty line says nothing."""
    text = tidy(line)
    if not text:
        return Residence()
    if text.startswith("{"):
        form = _form(line)
        if form is not None:
            return form
    if parse_unit(text) is not None:
        return Residence(postcode=Confidential(text))
    if name_index(authorities).match(text) is not None and not _is_homonym(text, authorities):
        return Residence(authority=Confidential(text))
    if parse_partial(text) or _SHORT_CODE.fullmatch(compact(text)):
        return Residence(postcode=Confidential(text))
    return _free_text(line)


def _is_homonym(text: str, authorities: AuthorityRegister) -> bool:
    """Say whether a bare name is also that of a town in another panel's area: then it is no authority's name."""
    return fold(text) in authorities.homonyms


def _form(line: str) -> Residence | None:
    try:
        form = json.loads(line[:MAX_TEXT])
    except (ValueError, RecursionError):
        return None
    return read_form(form) if isinstance(form, dict) else None


def _free_text(line: str) -> Residence:
    """Sort the segments of a text by their labels."""
    homes: list[str] = []
    deaths: list[str] = []
    others: list[str] = []
    plain: list[str] = []
    for segment in _SEGMENTS.split(line[:MAX_TEXT]):
        folded = fold(segment)
        if not folded:
            continue
        if _OTHER.search(folded):
            others.append(segment)
        elif _DEATH.match(folded):
            deaths.append(segment)
        elif _HOME.match(folded):
            homes.append(segment)
        else:
            plain.append(segment)
    if not homes and not deaths and not others:
        return Residence(address=Confidential(line[:MAX_TEXT]), basis="childs_home")
    if not homes:
        homes, plain = plain, []
    return Residence(
        address=_joined(homes),
        alternative_address=Confidential("; ".join(others + plain)),
        place_of_death=_joined(deaths),
    )


def _joined(segments: list[str]) -> Confidential[str]:
    return Confidential("\n".join(segments)) if segments else NOTHING
