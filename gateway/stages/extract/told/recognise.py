"""Does a message tell of a child's death? A linear function of the words, pure and in one pass.

The weights are trained by bench/train_reading.py on mail written for it (bench/reading/). The score is the logarithm of
the odds that a death is told. Recall comes first: between ``possible`` and ``sure`` a person decides, with one click.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from gateway.stages.extract.told.classes import CLASS_OF
from gateway.stages.extract.told.zones import Line, Zone

MAX_WORDS = 4_000  # of one message: what is told of a death stands before

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_TOKEN = re.compile(
    r"(?P<mail>[\w.+-]{1,64}@[\w.-]{1,80})"
    rf"|(?P<date>\b\d{{1,2}}\s?[./-]\s?\d{{1,2}}\s?[./-]\s?\d{{2,4}}\b|\b\d{{4}}-\d\d-\d\d\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?(?:\sof)?[\s-]{_MONTH},?[\s-]\d{{2,4}}\b)"
    rf"|(?P<day>\b\d{{1,2}}(?:st|nd|rd|th)?\s{_MONTH}\b|\b\d{{1,2}}/\d{{1,2}}\b)"
    r"|(?P<time>\b\d{1,2}[:.]\d\d(?:\s?[ap]m)?\b|\b\d{4}\s?hrs\b|\b\d{1,2}\s?[ap]m\b)"
    r"|(?P<nhs>\b\d{3}[ -]?\d{3}[ -]?\d{4}\b)"
    r"|(?P<tel>\b0\d{2,4}[ -]?\d{3,4}[ -]?\d{3,4}\b)"
    r"|(?P<pc>\b[a-z]{1,2}\d[a-z\d]?\s?\d[a-z]{2}\b)"
    r"|(?P<weeks>\b\d\d\s?\+\s?\d\b)"
    r"|(?P<ref>\b[a-z]{2,8}[-/ ]?\d{2,4}[-/]\d{2,6}\b|\b(?=[a-z]{0,9}\d)(?=\d{0,9}[a-z])[a-z\d]{10}\b)"
    r"|(?P<num>\b\d{1,12}\b)"
    r"|(?P<word>[^\W\d_]{1,30}(?:'[a-z]{1,3})?)"
    r"|(?P<ask>\?)",
    re.IGNORECASE,
)
_UNSEEN = {ord("’"): "'", **dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF)), 0xA0: " ", 0x202F: " "}
_KINDS = {zone: "q:" if zone is Zone.QUOTED else "" for zone in Zone}


@dataclass(frozen=True, slots=True)
class Weights:
    """What each feature adds to the score; no feature stands for a name."""

    of: Mapping[str, float] = field(default_factory=dict)
    bias: float = -9.0
    possible: float = -1.0
    sure: float = 2.0
    form: float = -6.0  # where the labels of a form gave a child


def features(subject: str, lines: Iterable[Line]) -> frozenset[str]:
    """Return what a message has of words, pairs of words and kinds of numbers; the subject's stand apart as well."""
    found: set[str] = set()
    dates, budget = 0, MAX_WORDS
    head = list(_tokens(subject[:400]))
    found.update(f"s:{word}" for word in head)
    found.update(_pairs(head, ""))
    kinds = set(_kinds(head))
    found.update(f"s:{kind}" for kind in kinds)
    for line in lines:
        if line.zone is Zone.SIGNATURE:
            continue
        words = list(_tokens(line.words))
        budget -= len(words)
        if budget < 0:
            break
        dates += words.count("<date>")
        mark = _KINDS[line.zone]
        found.update(_pairs(words, mark))
        here = set(_kinds(words))
        found.update(f"l:{mark}{one}+{other}" for one in here for other in here if one < other)
        kinds.update(mark + kind for kind in here)
    found.update(f"d:{one}+{other}" for one in kinds for other in kinds if one < other)
    found.update(f"d:{kind}" for kind in kinds)
    found.update(f"dates>{least}" for least in (0, 1, 2) if dates > least)
    return frozenset(found)


def score(subject: str, lines: Iterable[Line], weights: Weights) -> float:
    """Return the logarithm of the odds that the message tells of a death."""
    of = weights.of
    return weights.bias + sum(of.get(feature, 0.0) for feature in features(subject, lines))


def _tokens(text: str) -> Iterator[str]:
    for found in _TOKEN.finditer(text if text.isascii() else text.translate(_UNSEEN)):
        kind = found.lastgroup
        if kind == "word":
            yield found[0].casefold()
        else:
            yield "?" if kind == "ask" else f"<{kind}>"


def _kinds(words: Iterable[str]) -> Iterator[str]:
    for word in words:
        kind = word if word[0] in "<?" else CLASS_OF.get(word)
        if kind is not None:
            yield kind


def _pairs(words: list[str], mark: str) -> Iterator[str]:
    """Yield each word, each pair, and each pair with a word's kind in its place."""
    before = kind_before = "^"
    for word in words:
        kind = CLASS_OF.get(word, word)
        yield mark + word
        yield f"{mark}{before} {word}"
        if kind is not word or kind_before is not before:
            yield f"{mark}{kind_before} {kind}"
        before, kind_before = word, kind
