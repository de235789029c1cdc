"""Cut a message into lines with labels: what is new writing, and what of the rest each line is.

Only new writing is ever judged and shown. A label never makes a line safe: a line that is not new writing is left out
and counted, so the worst that a wrong label can do is to leave out too much, or to hold a message.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from gateway.stages.screen.find.cases import cases
from gateway.stages.screen.read.layout import (
    is_attribution,
    is_form_line,
    is_forward,
    is_header,
    is_header_block,
    is_parting,
    is_split_attribution,
)
from gateway.stages.screen.read.tagger import LineWeights, tag


class Label(StrEnum):
    """What a line of a message is."""

    BLANK = "blank"
    SALUTATION = "salutation"
    BODY = "body"
    ANSWER = "answer"  # new writing between or below quoted lines
    CLOSING = "closing"
    WHO = "who"  # a name, a role, an organisation
    CONTACT = "contact"
    ADDRESS = "address"
    FOOTER = "footer"  # a disclaimer, working days, a standing notice
    BANNER = "banner"  # put in by a mail system: EXTERNAL, a marking
    QUOTED = "quoted"
    FORWARDED = "forwarded"


_STOPS = re.compile(r"[.?!,;:)\"*]$")
_TELLS = re.compile(  # a line with one of these tells something: it is no name, role or organisation
    r"(?<![\w/])(?:is|was|are|were|has|had|have|will|would|can|saw|said|told|went|came|rang|asked|died|left|took|got|gave"
    r"|wants?|needs?|he|she|they|you|my|his|her|their)(?![\w/])"
)
_WORD = re.compile(r"[^\W\d_]+")
WRITING = frozenset((Label.SALUTATION, Label.BODY, Label.ANSWER, Label.CLOSING))
SIGNATURE = frozenset((Label.WHO, Label.CONTACT, Label.ADDRESS))
STANDING = frozenset((Label.FOOTER, Label.BANNER))
EARLIER = frozenset((Label.QUOTED, Label.FORWARDED))


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its label and its place in the text, without the line end."""

    label: Label
    start: int
    end: int


def label_lines(text: str, own: frozenset[str], weights: LineWeights) -> tuple[Line, ...]:
    """Return every line of ``text`` with its label. ``own`` are the words of the sender's name. Linear."""
    places = _places(text)
    rows = [text[start:end].strip() for start, end in places]
    labels: list[Label | None] = [None if row else Label.BLANK for row in rows]
    _mark_earlier(rows, labels)
    first_earlier = next((number for number, label in enumerate(labels) if label in EARLIER), len(rows))
    for first, last in _runs(labels):
        said = tag(rows[first:last], own, weights, ends=last == len(rows) or labels[last] in EARLIER)
        for number, label in enumerate(_guarded(rows[first:last], list(map(Label, said)), own), first):
            labels[number] = Label.ANSWER if label is Label.BODY and number > first_earlier else label
    return tuple(Line(label or Label.BODY, *place) for label, place in zip(labels, places, strict=True))


def _guarded(rows: Sequence[str], labels: list[Label], own: frozenset[str]) -> list[Label]:
    """Take back a label that would leave out what goes on from the line before, a form's line or a case number."""
    for number, row in enumerate(rows):
        if not row:
            labels[number] = Label.BLANK
        elif labels[number] in SIGNATURE:
            goes_on = number > 0 and labels[number - 1] is Label.BODY and not _STOPS.search(rows[number - 1])
            mine = any(word.lower() in own for word in _WORD.findall(row))
            tells = labels[number] is Label.WHO and _TELLS.search(row) is not None
            if ((goes_on or tells or is_parting(row)) and not mine) or is_form_line(row) or any(cases(row)):
                labels[number] = Label.BODY
    if Label.BODY not in labels:  # a notice and nothing else: then the notice is the message
        labels = [Label.BODY if label in STANDING else label for label in labels]
    return labels


def writing_only(text: str, lines: Sequence[Line]) -> str:
    """Return the text with every line that is not new writing blanked: places stay what they were."""
    pieces: list[str] = []
    position = 0
    for line in lines:
        if line.label not in WRITING:
            pieces += [text[position : line.start], " " * (line.end - line.start)]
            position = line.end
    return "".join([*pieces, text[position:]])


def _places(text: str) -> list[tuple[int, int]]:
    found, position = [], 0
    for row in text.split("\n"):
        found.append((position, position + len(row)))
        position += len(row) + 1
    return found


def _runs(labels: Sequence[Label | None]) -> list[tuple[int, int]]:
    """Return the stretches of lines between quoted ones."""
    runs, first = [], None
    for number, label in enumerate([*labels, Label.QUOTED]):
        if label in EARLIER:
            if first is not None:
                runs.append((first, number))
            first = None
        elif first is None:
            first = number
    return [run for run in runs if any(labels[number] is None for number in range(*run))]


def _mark_earlier(rows: Sequence[str], labels: list[Label | None]) -> None:
    """Mark quoted and forwarded lines. Where what a line opens is marked ">", lines without the mark are new."""
    number = 0
    while number < len(rows):
        row = rows[number]
        opening = _opens(rows, number)
        if row.startswith(">"):
            labels[number] = Label.QUOTED
        elif opening:
            label = (
                Label.FORWARDED if is_forward(row) or any(map(is_forward, rows[number : number + 2])) else Label.QUOTED
            )
            marked = label is Label.QUOTED and _has_marks(rows, number + opening)
            last = number + opening if marked else len(rows)
            labels[number:last] = [label if rows[place] else Label.BLANK for place in range(number, last)]
            if not marked:
                return
            number = last - 1
        number += 1


def _opens(rows: Sequence[str], number: int) -> int:
    """Return how many lines open a quotation here; 0 if none does."""
    if is_attribution(rows[number]):
        return 1
    if is_split_attribution(rows[number], rows[number + 1 : number + 2]):
        return 2
    return 1 if is_header(rows[number]) and is_header_block(rows[number + 1 : number + 5]) else 0


def _has_marks(rows: Sequence[str], number: int) -> bool:
    """Say whether the first line with text from here on is marked ">": then only marked lines are quoted."""
    following = next((row for row in rows[number : number + 4] if row), "")
    return following.startswith(">")


def count(lines: Sequence[Line], labels: frozenset[Label]) -> int:
    """Return how many lines have one of ``labels``."""
    return sum(line.label in labels for line in lines)


def has_postscript(lines: Sequence[Line]) -> bool:
    """Say whether something is written below a signature: few words, out of all context, that no reader judges well."""
    written = signed = False
    for line in lines:
        if line.label is Label.BODY and signed:
            return True
        if line.label in EARLIER:
            written = signed = False
        written = written or line.label in (Label.BODY, Label.ANSWER)
        signed = signed or (written and line.label in SIGNATURE)
    return False
