"""Does this read like a routine query? A linear classifier that must say yes before anything is released."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

from gateway.stages.screen.cues import marks
from gateway.stages.screen.evidence import Found, Item
from gateway.stages.screen.names import Token
from gateway.stages.screen.tables import Weights

FEWEST_WORDS = 2  # a greeting of one word says nothing
UNDECIDED = 99.0
_STOP = frozenset(("s", "t"))
_MARKS = ("date", "part_date", "day", "phone", "email", "link", "number", "reference", "misspelling", "person")


def features(words: Iterable[str], marks: Iterable[str]) -> dict[str, float]:
    """Return the terms of one stretch of text: words, neighbours, and kinds of evidence. Length one in all."""
    counts: dict[str, float] = {}
    previous = "^"
    for word in words:
        counts["w:" + word] = 1.0
        counts[f"p:{previous} {word}"] = 0.7
        previous = word
    counts[f"p:{previous} $"] = 0.7
    for mark in marks:
        counts["f:" + mark] = 1.2
    length = sqrt(sum(value * value for value in counts.values())) or 1.0
    return {term: value / length for term, value in counts.items()}


def vocabulary(tokens: Iterable[Token], people: frozenset[str]) -> list[str]:
    """Return the words that the classifier sees: staff and the panel's names are one word."""
    return ["@staff" if token.low in people else token.low for token in tokens if token.low not in _STOP]


def score(words: list[str], marks: Iterable[str], weights: Weights) -> float:
    """Return the log-odds that the words are of a routine query."""
    total = weights.bias
    for term, value in features(words, marks).items():
        total += value * weights.terms.get(term, 0.0)
    if words:
        known = [weights.words[word] for word in words if word in weights.words]
        total += sum(known) / (len(known) + 1)
    return total


@dataclass(frozen=True, slots=True)
class Judged:
    """Log-odds of a routine query: of the whole, of the least routine sentence, of the least routine neighbours."""

    whole: float
    sentence: float
    pair: float

    def is_routine(self, weights: Weights) -> bool:
        enough = self.sentence >= weights.sentence and self.pair >= weights.pair
        return enough and self.whole >= weights.release


def judge(
    text: str, found: Found, weights: Weights, *, people: frozenset[str], end: int, masked: frozenset[str]
) -> Judged:
    """Judge the text up to ``end``, without the words that are masked."""
    kept = [token for token in found.words if token.start < end and token.low not in masked]
    items = sorted((item for item in found.items if item.start < end), key=lambda item: item.start)
    word_starts, item_starts = [token.start for token in kept], [item.start for item in items]

    def between(first: int, last: int) -> float:
        inside = kept[bisect_left(word_starts, first) : bisect_left(word_starts, last)]
        if len(inside) < FEWEST_WORDS:
            return UNDECIDED
        near = items[bisect_left(item_starts, first) : bisect_left(item_starts, last)]
        return score(vocabulary(inside, people), marks_of(text, near, first, min(last, end)), weights)

    parts = [part for part in found.sentences if part.start < end]
    whole = score(vocabulary(kept, people), marks_of(text, items, 0, end), weights)
    sentence = min((between(part.start, part.end) for part in parts), default=whole)
    pair = min((between(first.start, second.end) for first, second in pairwise(parts)), default=whole)
    return Judged(whole, sentence, pair)


def marks_of(text: str, items: Iterable[Item], start: int, end: int) -> frozenset[str]:
    """Return the kinds of evidence and of sentence between two places, for the classifier."""
    kinds = {item.kind for item in items if item.kind in _MARKS and start <= item.start < end}
    return frozenset(kinds | marks(text[start:end]))
