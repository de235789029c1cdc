"""Words that no address is made of. An address that tells a story is read by a person."""

from __future__ import annotations

import re

from gateway.stages.route.read.names import fold


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_WORDS = _listed(
    """
    was were is are be been being am isnt wasnt used live lives lived living not until till since evicted moved
    moving leaves near nearby nearest approx approximately around somewhere possibly probably perhaps maybe
    unconfirmed confirmed confirm tbc unsure unclear believed thought temp temporary temporarily currently staying
    stays stayed visiting visitor visited with respite or address addresses location located found died called sent
    only employer employers workplace billing mailing correspondence previous previously former formerly pending
    contact weekend weekends placement placed fostered foster kinship his her hers their they them who whom that
    this which when where because but has had have might could should would gave given says said states stated told
    reported registered recorded guess guessed mum mums mummy mother mothers dad dads father fathers parent parents
    grandparents grandparent grandmother grandmothers grandfather grans nans aunt aunts auntie uncle uncles sibling
    siblings cousins relative relatives neighbour neighbours childminder childminders carer carers solicitor
    solicitors informant informants tourist tourists family familys child baby deceased deceaseds estranged absent
    alternate unknown unsafe separated divorced weekdays travelling homeless nfa ambulance gp incorrect wrong
    invalid ordinarily resident residing same about postcode
    """
)
_HARMLESS = re.compile(
    r"^(?:(?:the |his |her |their )?(?:child|baby|patient|family|deceased)?'?s? ?(?:home|usual|normal|permanent|"
    r"current|"
    r"main|family)? ?(?:home )?(?:address|postcode|post code|p/?code|pc|residence|home)?(?: is| was)?"
    r"\s*[:=-]?\s*)?|"
    r"\b(?:child )?(?:lives?|lived|living|resident|resides?|residing) (?:at|in)\b|"
    r"\blives? with (?:(?:his|her|their) )?(?:parents|family|mother and father|mum (?:and|\+|&) dad|both parents)\b|"
    r"\((?:home|home address|confirmed|family home)\)",
    re.IGNORECASE,
)
_ORGANISATIONS = re.compile(
    r"\b(?:nhs|nhsft|hospitals?|healthcare|trust|icb|pct|infirmary|picu|nicu|scbu|hdu|mbu|a and e|maternity|inpatient|"
    r"camhs|tier 4|hospice|detention|irc|yoi|hmp|barracks|embassy|consulate|industrial estate|business park|pru|"
    r"po box|p o box|pobox|safe house|women ?s shelter|shelter|womens shelter|emergency housing|temp accom|yot|"
    r"student hall|halls?|encampment|on the verge|lay ?by|c o|verge|council offices|civic centre|town hall|mortuary|"
    r"police station|fire station|headley way|john radcliffe|stoke mandeville|wexham park|special care|intensive care|"
    r"mother and baby unit|secure unit|childrens unit|assessment unit|unit [0-9]+ industrial)\b(?! (?:road|rd|lane|ln|"
    r"street|st|close|cl|way|walk|drive|avenue|ave|court|place|view|row|gardens|terrace|crescent|mews|square|cottages?|"
    r"house|farm|estate|hill|park|green|grove)\b)"
)
_OLD = re.compile(
    r"\b(?:left (?:in|on|last|for)|left [a-z]{1,2}[0-9][0-9a-z]?|work address|works? at|"
    r"no longer|old address|new address|care of|may be|last known)\b"
)
_MARKS = re.compile(r"\?|\bc/o\b|\bP\.?\s?O\.?\s?Box\b", re.IGNORECASE)


def says_more(address: str) -> bool:
    """Say whether an address holds words that change what it means ("used to live at", "near", "c/o")."""
    if _MARKS.search(address):
        return True
    folded = fold(_HARMLESS.sub(" ", address))
    return bool(_WORDS & set(folded.split())) or _OLD.search(folded) is not None


def is_institution(address: str) -> bool:
    """Say whether an address names an organisation or a unit where nobody has a home."""
    return _ORGANISATIONS.search(fold(address)) is not None
