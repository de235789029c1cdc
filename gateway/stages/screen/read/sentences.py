"""Cut a text into sentences; a hard-wrapped line is not an end."""

from __future__ import annotations

import re
from dataclasses import dataclass

_END = re.compile(r"[.!?]+[\"')\]]{0,2}(?=\s)|\n[ \t]*\n|\n(?=\s{0,4}(?:[-*•>]|\d{1,2}[.)]\s))|\n")
_WRAP_WIDTH = 56


@dataclass(frozen=True, slots=True)
class Sentence:
    start: int
    end: int


def sentences(text: str) -> list[Sentence]:
    """Return the stretches of ``text`` that are sentences or lines of their own, in order."""
    found: list[Sentence] = []
    start = line_start = 0
    for match in _END.finditer(text):
        if match.group() == "\n":
            wrapped = match.start() - line_start >= _WRAP_WIDTH
            line_start = match.end()
            if wrapped:
                continue
        elif match.group().startswith("\n"):
            line_start = match.end()
        if text[start : match.end()].strip():
            found.append(Sentence(start, match.end()))
        start = match.end()
    if text[start:].strip():
        found.append(Sentence(start, len(text)))
    return found
