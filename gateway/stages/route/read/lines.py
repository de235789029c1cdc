"""Read one line of ``gateway geo explain`` as a residence: a postcode, an address, an authority, a code, a form, text.

A plain address is taken as that of the child's home. Text that tells more than one place is taken apart at its
labels; whatever stays unexplained becomes a second address, so that a person is asked.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace

from gateway.model.content.confidential import NOTHING, Confidential
from gateway.model.residence.areas import AuthorityRegister
from gateway.model.residence.routing import Residence
from gateway.stages.route.postcodes.normalise import MAX_TEXT, compact, parse_partial, parse_unit, tidy
from gateway.stages.route.read.forms import read_form
from gateway.stages.route.read.names import bare, fold, name_index
from gateway.stages.route.read.words import country

_SEGMENTS = re.compile(
    r"[;|\n]|\s/\s|(?<=[a-z0-9A-Z)])\.\s+(?=[A-Z])|"
    r",\s*(?=(?:home (?:address|postcode|is|at)|home:|lives|lived|living|normally|usually|resident|died|death|"
    r"place of death|pronounced|collapsed|taken to|transferred)\b)|"
    r",\s*(?=home [a-z]{1,2}[0-9])|,\s*(?=hospital:? [a-z]{1,2}[0-9])",
    re.IGNORECASE,
)
_FORM = re.compile(r"\[?\s*\{|\[.*[\"']")  # a broken form is still a form: which field a postcode stood in is not known
MAX_FORM = 1_000_000  # characters of a form that are read; a cut form has lost its fields
_SHORT_CODE = re.compile(r"(?=.*[0-9])[A-Z0-9]{3,8}|[A-Z]{1,2}[OILSZBGQ][A-Z]?[OILSZBGQ][A-Z]{2}")
_CODE_AHEAD = r"[a-z]{1,2}[0-9]"
_AS_LABEL = (
    rf"\s*(?:[:=]|-\s|(?:home|address|postcode|lives?|lived|living|in|at|of|is|are|from|abroad)\b|{_CODE_AHEAD})"
)
_HOME = re.compile(
    r"\s*(?:(?:the|child|baby|child's|baby's|usual|normal|permanent|main|current) )*"
    r"(?:home(?: (?:address|postcode|is|at))?|address|postcode|(?:normal|usual) residence|residence|"
    r"(?:(?:is|was) )?(?:usually |normally |currently )?(?:lives?|lived|living|resident|resides?|residing)"
    r"(?: (?:at|in|of|with))?)\b",
    re.IGNORECASE,
)
_DEATH = re.compile(
    r"\s*(?:(?:the |who )?(?:child|baby|boy|girl|he|she|they) )?(?:was )?"
    r"(?:died|death|place of death|pronounced|collapsed|taken to|transferred to|found (?:dead|at|in)|"
    rf"hosp(?:ital)?\s*(?:[:=]|{_CODE_AHEAD}))",
    re.IGNORECASE,
)
# Places of somebody else, or of another time, that a line may begin with.
_ELSEWHERE = re.compile(
    r"\s*(?:the |from )?(?:(?:notifier|reporter|referrer|informant|coroner|undertaker|funeral director|registrar|"
    r"consultant|paediatrician|social worker|health visitor|midwife|g\.?p\.?|surgery|school|nursery)(?:'s)?\s+"
    r"(?:address|postcode|office|surgery|practice|[a-z]{1,2}[0-9]+)|"
    r"(?:notifier|reporter|referrer|informant|undertaker|funeral director|consultant (?:paediatrician|neonatologist)|"
    r"ward [0-9]+|(?:police|fire|ambulance) (?:station|base)\s*[:,]?\s*[a-z]{1,2}[0-9]+)|"
    r"(?:previous|former|past|old|last) (?:home )?(?:address|postcode|residence|home))\b",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"\s*(?:(?:the|her|his|their|birth|foster|adoptive|maternal|paternal|both) )*"
    r"(?:mother|father|mum|mummy|dad|daddy|parents?|family|grandparents?|grandmother|grandfather|aunt|uncle|carers?|"
    r"siblings?|guardians?|gp|surgery|school|nursery|works?|social worker|placing authority|responsible authority)"
    rf"(?:'s|s')?{_AS_LABEL}",
    re.IGNORECASE,
)
# Words of a story rather than of an address. Any of them leaves the normal residence open.
_STORY = re.compile(
    r"\b(?:(?:parents?|mother|father|mum|dad|family) (?:lives?|lived|moved|are|is|in|at|abroad|from)|"
    r"staying|stayed|visiting|visitor|on holiday|holidaying|moved|moving|placed|placement|fostered|adopted|shared care|"
    r"weekends|term time|in term|previously|formerly|until recently|since then|second home|second address|"
    r"alternative address|other address|temporary|temporarily|between (?:two|both|parents|homes|mother|mum)|sometimes|"
    r"unsure|not sure|possibly|probably|maybe|either|asylum seek(?:er|ing)|on leave|deployed|posted to|detained|"
    r"on remand|sectioned|not|no longer|old address|never discharged|never left|born (?:at|in)|inpatient|in patient|"
    r"respite|(?:special|legal) guardian|kinship)\b(?! (?:road|lane|street|close|house|way|avenue|drive))"
)


def read_line(line: str, authorities: AuthorityRegister) -> Residence:
    """Return the residence that a line describes. Any text gives one; an empty line says nothing."""
    return replace(_read(line, authorities), is_bare=True)


def _read(line: str, authorities: AuthorityRegister) -> Residence:
    text = tidy(line)
    if not text:
        return Residence()
    if _FORM.match(text):
        return _form(line)
    if name_index(authorities).match(text) is not None and not _is_homonym(text, authorities):
        return Residence(authority=Confidential(text))
    if country(text) is not None:
        return Residence(country=Confidential(text))
    is_code = parse_unit(text) or parse_partial(text) or _SHORT_CODE.fullmatch(compact(text))
    return Residence(postcode=Confidential(text)) if is_code else _free_text(line, authorities)


def _is_homonym(text: str, authorities: AuthorityRegister) -> bool:
    """Say whether a bare name is also that of a town in another panel's area: then it is no authority's name."""
    return fold(text) in authorities.homonyms


def _form(line: str) -> Residence:
    """Return what a form says. One that cannot be read whole is a second address: its labels are lost."""
    unread = Residence(alternative_address=Confidential(line[:MAX_TEXT]))
    if len(line) > MAX_FORM:
        return unread
    try:
        form = json.loads(line, object_pairs_hook=_each_value)
    except (ValueError, RecursionError):
        return unread
    return read_form(form) if isinstance(form, dict) else unread


def _each_value(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Keep every value of a name that comes twice, so that neither is passed over."""
    fields: dict[str, object] = {}
    for name, value in pairs:
        fields[name] = [fields[name], value] if name in fields else value
    return fields


def _free_text(line: str, authorities: AuthorityRegister) -> Residence:
    """Sort the segments of a text by their labels."""
    homes: list[str] = []
    deaths: list[str] = []
    others: list[str] = []
    plain: list[str] = []
    for segment in _SEGMENTS.split(line[:MAX_TEXT]):
        folded = fold(segment)
        if not folded:
            continue
        if _PERSON.match(segment) or _ELSEWHERE.match(segment) or _STORY.search(folded):
            others.append(segment)
        elif _DEATH.match(segment):
            deaths.append(segment)
        elif _HOME.match(segment):
            homes.append(segment)
        else:
            plain.append(segment)
    if not homes and not deaths and not others:
        return Residence(address=Confidential(line[:MAX_TEXT]), basis="childs_home")
    if not homes:
        homes, plain = plain, []
    authority = next((said for said in map(_after_label, homes) if _is_designated(said, authorities)), "")
    return Residence(
        authority=Confidential(authority),
        address=_joined(homes) if not authority else NOTHING,
        alternative_address=Confidential("; ".join(others + plain)),
        place_of_death=_joined(deaths),
    )


def _after_label(segment: str) -> str:
    return fold(_HOME.sub("", segment, count=1))


def _is_designated(name: str, authorities: AuthorityRegister) -> bool:
    """Say whether a text names an authority and says that it is one ("Wycombe district", not "Wycombe")."""
    return bare(name) != name and name_index(authorities).match(name) is not None


def _joined(segments: list[str]) -> Confidential[str]:
    return Confidential("\n".join(segments)) if segments else NOTHING
