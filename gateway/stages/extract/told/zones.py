"""The lines of a message, each with the part in which it stands: who wrote what.

A line of a forwarded chain is as good as one of the sender's own; one that is quoted under a reply was written before,
perhaps by us; a signature and a footer say nothing of the child.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

MAX_LINES = 5_000  # of one message
MAX_LINE = 2_000


class Zone(StrEnum):
    """Whose words a line has."""

    OWN = "own"
    FORWARDED = "forwarded"
    QUOTED = "quoted"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """One line without its quote marks: characters ``start`` to ``end`` of text number ``text``."""

    text: int
    start: int
    end: int
    words: str
    zone: Zone


_MARKS = re.compile(r"[>|\s*•·_]{0,12}")
_QUOTED = re.compile(r"\s{0,4}[>|]\s?")
_CHAIN = re.compile(
    r"[-_=\s*>]{0,30}(?:original|forwarded|earlier|weitergeleitete)\s?(?:message|mail|e-mail)|"
    r"begin forwarded message|[-_]{3,60}\s?(?:forwarded|original)|on .{6,120}wrote:\s{0,3}$",
    re.IGNORECASE,
)
_HEADER = re.compile(r"(?:from|sent|to|cc|date|subject|importance|attachments)\s?:", re.IGNORECASE)
_SIGN_OFF = re.compile(
    r"(?:--\s{0,3}|_{5,80}|(?:(?:kind|best|warm|with|many|kindest)\s)?(?:regards|wishes|thanks)[,.!]?|"
    r"yours (?:sincerely|faithfully|truly)[,.]?|sent from my .{0,40}|rgds[,.]?)$",
    re.IGNORECASE,
)
_OF_A_CHILD = re.compile(
    r"(?:(?:child|patient|pt|baby|full|deceased)?'?s?\s?name|surname|d\.?o\.?b|d\.?o\.?d|date of "
    r"(?:birth|death)|nhs n)",
    re.IGNORECASE,
)
_FOOTER = re.compile(
    r"(?:this (?:e-?mail|message)(?: and any)?.{0,80}(?:confidential|intended|privileged)|disclaimer\b|"
    r"if you (?:are not the|have received this)|\[?(?:caution|external|warning)\b.{0,60}(?:outside|external|sender)|"
    r"please consider the environment|follow us on|registered (?:office|charity|in england)|"
    r"unless otherwise stated)",
    re.IGNORECASE,
)


def lines(texts: Sequence[str], is_reply: bool = False) -> Iterator[Line]:
    """Yield the lines that say something. ``is_reply``: what follows "original message" was quoted, not forwarded."""
    left = MAX_LINES
    for number, text in enumerate(texts):
        zone, at = Zone.OWN, 0
        for raw in text.splitlines(keepends=True):
            start, at = at, at + len(raw)
            line = raw[:MAX_LINE].rstrip()
            skip = _MARKS.match(line)
            begin = skip.end() if skip is not None else 0
            words = line[begin:].rstrip(" |*_\t")
            if not words:
                continue
            left -= 1
            if left < 0:
                return
            quoted = _QUOTED.match(line) is not None and line.lstrip()[:1] == ">"
            if _CHAIN.match(words):
                zone = Zone.QUOTED if is_reply else Zone.FORWARDED
                continue
            if _HEADER.match(words) and zone is Zone.SIGNATURE:
                zone = Zone.QUOTED if is_reply else Zone.FORWARDED
            elif _SIGN_OFF.match(words) and not quoted and zone is Zone.OWN:
                zone = Zone.SIGNATURE
            elif zone is Zone.SIGNATURE and _OF_A_CHILD.match(words):
                zone = Zone.OWN  # somebody went on below the name
            here = Zone.QUOTED if quoted and zone is not Zone.FORWARDED else zone
            if _FOOTER.match(words):
                here = Zone.SIGNATURE
            yield Line(number, start + begin, start + begin + len(words), words, here)
