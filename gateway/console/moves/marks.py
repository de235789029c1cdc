"""What a person lets out of a held general message: the examined text, without the parts struck out.

Places are given by offsets into the text that was examined, never by the text itself. A finding is struck out unless
the person has seen the unmasked text and chosen to keep it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from gateway.model.case.rows import IntakeRow
from gateway.model.channel.assurance import Reason
from gateway.model.content.confidential import NOTHING, ConfidentialText
from gateway.model.content.screening import EvidenceMark, Removed, ScreenContext, Screened
from gateway.model.kinds import ScreenOutcome
from gateway.stages.screen.tables import CardTexts
from gateway.stages.screen.write.card import rebuilt

SUBJECT = "subject"
BODY = "body"
BY_PERSON = "removed"  # the kind of what a person struck out
RELEASED = Reason("released_by_person", "A member of staff read it and released it.")
_BORDER = re.compile(r"\n|(?<=[.!?])[ \t]+")
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place that is, or may be, struck out. ``kind`` is a finding's kind, or ``removed``."""

    where: str
    start: int
    end: int
    kind: str = BY_PERSON

    @property
    def value(self) -> str:
        """The mark as a form field carries it."""
        return f"{self.where}:{self.start}:{self.end}"


@dataclass(frozen=True, slots=True)
class Run:
    """A run of text between two borders of marks. ``mark`` is the finding it belongs to, if any."""

    text: str
    start: int
    end: int
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """One whole sentence or line with its runs: what a person strikes out in one go."""

    mark: Mark
    runs: tuple[Run, ...]
    words: tuple[tuple[Mark, str], ...]  # each word on its own, outside findings
    blank: bool


@dataclass(frozen=True, slots=True)
class Sources:
    """The two texts that were examined."""

    subject: str
    body: str

    def of(self, where: str) -> str:
        return self.subject if where == SUBJECT else self.body


def finding_marks(screened: Screened, sources: Sources) -> tuple[Mark, ...]:
    """Return the findings as marks that do not overlap. One that lies outside its text strikes all of it."""
    marks = [_bounded(finding, sources) for finding in screened.findings]
    merged: list[Mark] = []
    for mark in sorted(mark for mark in marks if mark.end > mark.start):
        last = merged[-1] if merged else None
        if last is not None and last.where == mark.where and mark.start < last.end:
            merged[-1] = replace(last, end=max(last.end, mark.end))
        else:
            merged.append(mark)
    return tuple(merged)


def _bounded(finding: EvidenceMark, sources: Sources) -> Mark:
    where = SUBJECT if finding.where == SUBJECT else BODY
    length = len(sources.of(where))
    if not 0 <= finding.start < finding.end <= length:
        return Mark(where, 0, length, finding.kind)
    return Mark(where, finding.start, finding.end, finding.kind)


def passages(text: str, where: str, findings: Iterable[Mark]) -> tuple[Passage, ...]:
    """Return the text as sentences and lines, in order, nothing left out."""
    here = [mark for mark in findings if mark.where == where]
    found = []
    for start, end in _sentences(text):
        runs = tuple(_runs(text, start, end, here))
        words = tuple(
            (Mark(where, run.start + word.start(), run.start + word.end()), word.group())
            for run in runs
            if run.mark is None
            for word in _WORD.finditer(run.text)
        )
        found.append(Passage(Mark(where, start, end), runs, words, not text[start:end].strip()))
    return tuple(found)


def quoted(found: Iterable[Passage]) -> set[str]:
    """Return the marks of the passages on lines that quote an earlier message."""
    marks = set()
    line_begins, quotes = True, False
    for passage in found:
        text = "".join(run.text for run in passage.runs)
        if line_begins:
            quotes = text.lstrip().startswith((">", "|"))
        if quotes:
            marks.add(passage.mark.value)
        line_begins = text.endswith("\n")
    return marks


def _sentences(text: str) -> list[tuple[int, int]]:
    ends = [*(match.end() for match in _BORDER.finditer(text)), len(text)]
    starts = [0, *ends]
    return [(start, end) for start, end in zip(starts, ends, strict=False) if end > start]


def _runs(text: str, start: int, end: int, findings: list[Mark]) -> Iterable[Run]:
    position = start
    for mark in findings:
        if mark.end <= position or mark.start >= end:
            continue
        if mark.start > position:
            yield Run(text[position : mark.start], position, mark.start)
        upto = min(mark.end, end)
        yield Run(text[max(mark.start, position) : upto], max(mark.start, position), upto, mark)
        position = upto
    if position < end:
        yield Run(text[position:end], position, end)


def parse_marks(values: Iterable[str], sources: Sources) -> tuple[Mark, ...]:
    """Read marks from form fields. ValueError if one is not a place in the texts."""
    marks = []
    for value in values:
        where, start, end = value.split(":")
        mark = Mark(where, int(start), int(end))
        if where not in (SUBJECT, BODY) or not 0 <= mark.start < mark.end <= len(sources.of(where)):
            raise ValueError("no such place")
        marks.append(mark)
    return tuple(marks)


def released(screened: Screened, sources: Sources, struck: Iterable[Mark]) -> Screened:
    """Return what goes to the general inbox once ``struck`` is gone: what the person sees and agrees to.

    A finding becomes its kind and a number, the same for the same text; what a person struck out becomes
    ``[REMOVED]``. Nothing of the source is carried along.
    """
    marks = sorted(set(struck))
    numbers: dict[tuple[str, str], int] = {}
    subject = _without(sources.subject, [mark for mark in marks if mark.where == SUBJECT], numbers)
    body = _without(sources.body, [mark for mark in marks if mark.where == BODY], numbers)
    counts: dict[tuple[str, str], int] = {}
    for mark in marks:
        counts[mark.kind, mark.where] = counts.get((mark.kind, mark.where), 0) + 1
    removed = tuple(Removed(kind, where, count) for (kind, where), count in sorted(counts.items()))
    carried_over = tuple(item for item in screened.removed if item.where not in (SUBJECT, BODY))
    return replace(
        screened,
        outcome=ScreenOutcome.MASKED if marks else ScreenOutcome.PASS,
        subject=ConfidentialText(" ".join(subject.split())),
        text=ConfidentialText(body),
        removed=(*carried_over, *removed),
        reasons=(*screened.reasons, RELEASED),
        findings=(),
        source=NOTHING,
        source_subject=NOTHING,
        masks=(),
    )


def framed(screened: Screened, texts: CardTexts, row: IntakeRow) -> Screened:
    """Return what was released, in the frame of every message to the general inbox: sender class, time, count."""
    context = ScreenContext(row.mailbox, row.received_at, row.reference)
    sender = texts.senders[screened.sender_class.value]
    text = rebuilt(context, texts, sender, screened.text.reveal(), screened.removed)
    return replace(screened, text=ConfidentialText(text))


def _without(text: str, marks: list[Mark], numbers: dict[tuple[str, str], int]) -> str:
    """Return ``text`` with a token for each run of overlapping marks."""
    kept = []
    position = 0
    for start, end, kind in _spans(marks):
        kept.append(text[position:start])
        kept.append(_token(text[start:end], kind, numbers))
        position = end
    return "".join([*kept, text[position:]])


def _spans(marks: list[Mark]) -> list[tuple[int, int, str]]:
    spans: list[tuple[int, int, str]] = []
    for mark in sorted(marks):
        if spans and mark.start < spans[-1][1]:
            start, end, kind = spans[-1]
            spans[-1] = (start, max(end, mark.end), kind if kind == mark.kind else BY_PERSON)
        else:
            spans.append((mark.start, mark.end, mark.kind))
    return spans


def _token(struck: str, kind: str, numbers: dict[tuple[str, str], int]) -> str:
    trailing = struck[len(struck.rstrip()) :]  # a struck line keeps its line end
    if kind == BY_PERSON:
        return "[REMOVED]" + trailing
    key = (kind, " ".join(struck.split()).casefold())
    if key not in numbers:
        numbers[key] = 1 + sum(1 for known, _ in numbers if known == kind)
    return f"[{kind.replace('_', ' ').upper()} {numbers[key]}]" + trailing
