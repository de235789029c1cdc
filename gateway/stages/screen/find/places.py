"""Where somebody lives, told without a figure or in small letters: "twelve mill lane", "the flat above the bakery"."""

from __future__ import annotations

import re
from collections.abc import Iterator

_COUNT = (
    r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    r"|eighteen|nineteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
    r"(?:[ \-](?:one|two|three|four|five|six|seven|eight|nine))?|\d{1,3}[a-e]?)"
)
_NUMBER = rf"(?:{_COUNT}|one)"
_STREET = r"(?:street|road|lane|avenue|crescent|terrace|grove|cottages|mews|villas)"
_STREET_TOO = r"(?:close|drive|way|walk|gardens|square|parade|court|rise|row)"  # ordinary words as well
_NO_HOUSE = (
    r"(?!\s(?:closures?|closed|works?|safety|users?|signs?|markings?|accidents?|deaths?|traffic|names?|lights|crossings?"
    r"|side|car|parking|collisions?|map|maps|surveys?|casualt\w{1,5}|library|entrance|office|offices|surgery)\b)"
)
_NO_NAME = (  # words that stand before "road" where no road is named
    r"(?!(?:a|an|the|this|that|any|each|every|no|one|same|other|main|busy|next|back|front|public|private|cycle|bus"
    r"|fast|slow|ring|trunk|side|for|on|of|in|at|and|or|by|to|with|from|about|is|are|was|its|our|your|their|my|rail"
    r"|off|down|up|across|which|what|long|rough|dirt|local|whole|minute|hour|day|mile|metre|shared|network|hard|usb"
    r"|pen|flash|disk|only|best|easy|easier|quick|quicker|better|first|second|last|way|blank|empty|extra)\s)"
)
_WORD = rf"{_NO_NAME}[a-z][a-z'\-]{{1,15}}\s"
_ENDS = r"(?=\s{0,2}(?:[.,;:?!)\n]|$)|\s(?:when|please|in|near|is|has|and)\b)"
_HOME = (
    r"(?:house|flats?|bungalow|cottage|caravan|maisonette|lodge|gatehouse|rectory|vicarage|farmhouse|houseboat|bedsit"
    r"|lives?|lived|living|corner|terrace)"
)
_FILE = r"(?:forms?|notifications?|reports?|reviews?|case|family|families|child|baby|one|neighbours?|people|paperwork)"
_PLACE_OF = r"(?:above|over|behind|next (?:door )?to|opposite|beside|by|near|at the (?:end|back|top|bottom|corner) of)"
_OLD = (
    r"(?:rectory|vicarage|mill|schoolhouse|school house|forge|bakery|chapel|smithy|barn|stables"
    r"|post office|coach house)"
)

_STREET_WORDS_TEXT = """
street road lane avenue crescent terrace grove cottages mews villas close drive way walk gardens square parade court
rise row
"""
_STREET_WORDS = frozenset(_STREET_WORDS_TEXT.split())
_HOUSE_WORDS_TEXT = """
house houses flat flats bungalow bungalows caravan caravans cottage cottages maisonette maisonettes houseboat
houseboats bedsit bedsits above over travellers traveller travelers traveler gypsy rectory vicarage croft farm lodge
old apartment apt plot pitch no number next upstairs downstairs neighbour neighbours estate
"""
_HOUSE_WORDS = frozenset(_HOUSE_WORDS_TEXT.split())

_STREETS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # "twelve mill lane", "no 4 the crescent", "four church close."
        rf"\b{_COUNT},?\s(?:{_WORD}){{1,2}}{_STREET}\b{_NO_HOUSE}",
        rf"\b(?:no\.?|number)\s?{_NUMBER},?\sthe\s(?:{_STREET}|{_STREET_TOO})\b",
        rf"\b(?:at|to|of|from|for)\s\d{{1,3}}[a-e]?,?\sthe\s(?:{_STREET}|{_STREET_TOO}|green){_ENDS}",
        rf"\b(?:no\.?|number)\s?{_NUMBER},?\s(?:{_WORD}){{1,2}}(?:{_STREET}|{_STREET_TOO})\b",
        rf"\b(?:at|to|for|from|of)\s{_COUNT},?\s(?:{_WORD}){{1,2}}{_STREET_TOO}{_ENDS}",
        # "the house on mill lane", "they live in church street", "the form for weir street"
        rf"\b{_HOME}\b[a-z', ]{{1,30}}\s{_WORD}{_STREET}\b{_NO_HOUSE}",
        rf"\b{_HOME}\s(?:in|on|at)\s{_WORD}{_STREET_TOO}{_ENDS}",
        rf"\b(?:lodge|cottage|house|mill|rectory|vicarage|farm),\s{_WORD}(?:{_STREET}|{_STREET_TOO})\b{_NO_HOUSE}",
        rf"\b{_FILE}\s(?:for|about|from|in|on|at|of)\s(?:the\s(?:\w{{2,10}}\s){{1,2}}(?:in|on|at|of)\s)?"
        rf"{_WORD}{_STREET}\b{_NO_HOUSE}",
        rf"\b{_WORD}(?:{_STREET}|{_STREET_TOO})\s(?:estate|flats)\b",
    )
)
_HOUSES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # "the flat above the bakery", "the end house", "above the chip shop"
        rf"\b(?:house|flat|bungalow|caravan|cottage|maisonette|houseboat|bedsit)s?\s(?:is\s)?{_PLACE_OF}\s(?:the|a)\s",
        r"\b(?:the|that|this)\s(?:end|corner|middle|last|top|bottom|basement|upstairs|downstairs|white|red|blue|green)"
        r"\s(?:house|flat|bungalow|cottage|caravan)\b",
        r"\b(?:above|over)\sthe\s(?:bakery|baker'?s|butcher'?s|chip shop|chippy|takeaway|bookie'?s|pub|chemist'?s"
        r"|hairdresser'?s|launderette|corner shop|newsagent'?s|off-?licen[cs]e|shops?)\b",
        r"\b(?:travell?ers'?s?|gypsy)\s(?:site|park)\b",
        r"\bhouse\swith\sthe\s(?:\w{3,8}\s)?(?:door|gate|roof|shutters|fence|hedge)\b",
        r"\b(?:form|notification|report|review)\s(?:for|about|from|on)\s(?:next\sdoor|upstairs|downstairs|the\sneighbours?)\b",
        r"\bthe\s(?:new\s|old\s)?estate\s(?:behind|by|near|off|past|opposite|next\sto)\s",
        # "rose cottage", "the old rectory", "flat two", "flat b, mill house", "the house at number nine"
        rf"\b{_NO_NAME}(?!holiday|thatched|lovely|little)[a-z']{{3,14}}\s(?:cottage|bungalow|rectory|vicarage|croft)\b",
        rf"\b(?!(?:wind|pig|fruit|egg|sheep|poultry|sea|travel|server|city|solar|fish|dairy|working|local|health|children's)\s){_NO_NAME}[a-z']{{3,14}}"
        r"\s(?:farm|lodge)(?=\s{0,2}(?:[.,;?!)\n]|$))",
        rf"\bthe\sold\s{_OLD}{_ENDS}",
        rf"\b(?:flat|apartment|apt|caravan|plot|pitch|bedsit)\s(?:no\.?\s|number\s)?(?:{_NUMBER}|[b-h]|a(?=[,.;?!\n]))\b",
        rf"\b(?:house|flat|home|family|neighbours?|one|lives?|lived)\s(?:at|in)\s(?:no\.?|number)\s?{_NUMBER}\b",
        rf"\b(?:form|notification|report|review|family)\s(?:for|from|about)\s(?:no\.?|number)\s?{_NUMBER}{_ENDS}",
    )
)
_SPACED_POSTCODE = re.compile(
    r"(?:\b(?:in|from|at|near|around|for|of|the|area|postcode)\s[a-z]|(?<![\w'.])[b-hj-wyz])\s[a-z]\s\d{1,2}"
    r"(?![\d:.]?\d)(?:\s\d\s?[a-z]\s?[a-z]\b)?",
    re.IGNORECASE,
)


def homes(text: str, words: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Yield places that tell where somebody lives, in words. Each pattern looks at a bounded stretch: linear.

    ``words`` are those of ``text``, in small letters: without one that matters nothing is looked for.
    """
    for needed, patterns in ((_STREET_WORDS, _STREETS), (_HOUSE_WORDS, _HOUSES)):
        if not words.isdisjoint(needed):
            for pattern in patterns:
                yield from (match.span() for match in pattern.finditer(text))


def spaced_postcodes(text: str) -> Iterator[tuple[int, int]]:
    """Yield postcodes, or the first half of one, with spaces between the letters ("f n 9")."""
    return (match.span() for match in _SPACED_POSTCODE.finditer(text))
