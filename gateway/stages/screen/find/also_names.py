"""Names that are ordinary words too, where only a person's can stand: "Grace is on", "the khan form", "Child A"."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Given and family names of people in the United Kingdom. What an office mostly has another use for is left out.
_PEOPLE_TEXT = """
frank miles clay dale dean drake earl guy heath lance mark pat ray mason hunter grace aria rose amber pearl faith hope
joy dawn eve iris gale dolly crystal oliver albert jack harry jasper max robin nick rob roger sandy terry tony victor
warren wade chester connor ivy lily willow daisy poppy phoebe harper ruby bonnie violet holly jasmine hazel heather jade
penny olive carol sally melody summers smith brown walker wright turner cooper baker bell miller cook cox carter parker
khan shah fisher palmer hunt mills fox knight barker potter butler archer weaver sharp sharpe berry bird bishop pope
burton hart reid saunders wells wheeler porter pearson poole brooks briggs bacon barber bond bull bush cole crane cross
farmer fleming foster frost fuller glover graves griffin hardy hicks holmes lamb leach lord lynch marsh mead mercer monk
moss noble parry parsons peacock pearce peck pike preston reed rich rogers savage sawyer sears shepherd skinner slater
sparrow swan swift tanner thorne tucker underwood vaughan waller walters warner watts welch winters wolf wren lee
martin begum bolton doyle drew flynn gill hale harding hayes hobbs horne hyde lacey mann mays nunn pitt pratt quill rowe
sage sands sharman stark stokes tate vane wade webb wilde wise
"""
_PEOPLE = rf"(?:{'|'.join(dict.fromkeys(_PEOPLE_TEXT.split()))})"
_CAPITALS = rf"(?:{'|'.join(name.capitalize() for name in dict.fromkeys(_PEOPLE_TEXT.split()))})"
_FILE = (
    r"(?:forms?|notifications?|reports?|reviews?|referral|case|file|records?|paperwork|notes|chronology|inquest|p\.?m\.?"
    r"|post-?mortem|death|funeral|meeting|family|twins?|baby|boy|girl|child|parents)"
)
_ENDS = r"(?=\s{0,2}(?:[.,;:?!)\n]|$)|\s(?:when|please|back|yet|again|has|have|is|was|and|who|attached|form|late)\b)"
_STATE = (
    r"(?:is|was|has|had|isn't|wasn't|hasn't|will be|won't be|appears?|comes? up|died|attends|attended|lives|lived|went"
    r"|turned|left|came|got|needs|shows? up)"
)
_PATTERNS = (
    re.compile(rf"(?:^|(?<=[.!?:;\n(] )|(?<=[\n\"'(*\-]))\s{{0,3}}{_CAPITALS} {_STATE}\b(?! (?:a|an) )", re.MULTILINE),
    re.compile(rf"\b(?:baby|child|infant|twin|little|wee|master|toddler) {_PEOPLE}{_ENDS}", re.IGNORECASE),
    re.compile(rf"\bthe {_PEOPLE} {_FILE}\b", re.IGNORECASE),
    re.compile(rf"\b{_PEOPLE}(?:'s|s') {_FILE}\b", re.IGNORECASE),
    re.compile(rf"\b{_PEOPLE}s {_FILE} (?:is|was|has|are|were)\b", re.IGNORECASE),
    re.compile(rf"\b(?:names?|child|surname|patient|pt|re|subject)\s?[:=]\s{{0,2}}{_PEOPLE}\b", re.IGNORECASE),
    re.compile(
        rf"\b(?:{_FILE}|it|this|that|one|is|letter|card|call|message) (?:is |was )?"
        rf"(?:for|about|re|regarding|concerning) (?:the )?{_PEOPLE}{_ENDS}",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:[Cc]hild|[Bb]aby|[Ii]nfant|[Tt]win|[Pp]atient|[Ff]amily|[Mm]other|[Ff]ather) [A-HJ-Z](?![\w&'+/])"
    ),
)


def also_names(text: str) -> Iterator[tuple[int, int]]:
    """Yield where such a word, or a letter for a child, stands as somebody's name. Linear."""
    for pattern in _PATTERNS:
        yield from (match.span() for match in pattern.finditer(text))
