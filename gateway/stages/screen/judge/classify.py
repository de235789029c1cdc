"""Does this read like a routine query? A small network that must say yes before anything is released.

One hidden layer over what the words of a stretch mean on average (word vectors, carried through the first layer at
training time, so that a word is one row of small numbers), the kinds of evidence and of sentence in it; beside it a
linear part over words and pairs of words. bench/train_screening.py makes the numbers.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from operator import add, sub

from gateway.stages.screen.excuse.cues import marks
from gateway.stages.screen.find.names import Token
from gateway.stages.screen.judge.evidence import Found, Item
from gateway.stages.screen.tables import Weights

FEWEST_WORDS = 2  # a greeting of one word says nothing
_STOP = frozenset(("s", "t"))
_MARKS = ("date", "part_date", "day", "phone", "email", "link", "number", "reference", "misspelling", "person")
_MANY_WORDS = 40


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a text that is judged by itself: the ``whole``, a ``sentence``, a ``pair`` of them, the ``subject``."""

    kind: str
    start: int
    end: int
    first: int  # place of its first word among the words that are judged, and behind its last
    last: int
    words: tuple[str, ...]
    marks: frozenset[str]


def features(words: Sequence[str], marks: Iterable[str]) -> dict[str, float]:
    """Return the terms of the linear part: words, neighbours, kinds of evidence. Length one in all."""
    counts: dict[str, float] = {}
    previous = "^"
    for word in words:
        counts["w:" + word] = 1.0
        counts[f"p:{previous} {word}"] = 0.7
        previous = word
    counts[f"p:{previous} $"] = 0.7
    for mark in marks:
        if not mark.startswith("i:"):
            counts["f:" + mark] = 1.2
    length = sqrt(sum(value * value for value in counts.values())) or 1.0
    return {term: value / length for term, value in counts.items()}


def lengths(words: int) -> tuple[float, float]:
    """Return what the network is told of the number of words."""
    return min(words, _MANY_WORDS) / 20, 1 / (1 + words)


def vocabulary(tokens: Iterable[Token], people: frozenset[str]) -> list[str]:
    """Return the words that the classifier sees: staff and the panel's names are one word."""
    return ["@staff" if token.low in people else token.low for token in tokens]


def stretches(text: str, found: Found, *, people: frozenset[str], end: int, masked: frozenset[str]) -> list[Stretch]:
    """Return what is judged of the text up to ``end``, without the words that are masked; the whole first."""
    kept = [t for t in found.words if t.start < end and t.low not in masked and t.low not in _STOP]
    items = sorted((item for item in found.items if item.start < end), key=lambda item: item.start)
    starts, item_starts = [token.start for token in kept], [item.start for item in items]
    words = vocabulary(kept, people)

    def stretch(kind: str, first: int, last: int) -> Stretch:
        begins, ends = bisect_left(starts, first), bisect_left(starts, last)
        near = items[bisect_left(item_starts, first) : bisect_left(item_starts, last)]
        seen = marks_of(text, near, first, min(last, end))
        return Stretch(kind, first, min(last, end), begins, ends, tuple(words[begins:ends]), seen)

    parts = [part for part in found.sentences if part.start < end]
    judged = [stretch("whole", 0, end)]
    if len(parts) > 1:
        judged += [stretch("sentence", part.start, part.end) for part in parts]
        judged += [stretch("pair", first.start, second.end) for first, second in pairwise(parts)]
    return judged


def headed(subject: str, found: Found, *, people: frozenset[str], masked: frozenset[str]) -> Stretch:
    """Return the subject as a stretch."""
    kept = [token for token in found.words if token.low not in masked and token.low not in _STOP]
    seen = marks_of(subject, found.items, 0, len(subject) + 1)
    return Stretch("subject", 0, len(subject), 0, len(kept), tuple(vocabulary(kept, people)), seen)


def least_routine(judged: Sequence[Stretch], weights: Weights, *, specific: bool) -> float:
    """Return the least margin: by how much the log-odds of a routine query are above what a stretch of its kind needs.

    Below 0 some stretch does not read like one. The first is the whole; ``specific``: there are words of illness,
    death or a child, and every stretch but a subject needs more.
    """
    least = weights.release_specific if specific else 0.0
    needed = {
        "whole": max(weights.release, least),
        "pair": max(weights.release_pair, least),
        "sentence": max(weights.release_sentence, least),
        "subject": weights.release_subject,
    }
    sums = list(_sums(judged[0].words, weights))
    return min(
        _score(one, sums[one.first], sums[one.last], weights) - needed[one.kind]
        for one in judged
        if one.kind in ("whole", "subject") or len(one.words) >= FEWEST_WORDS
    )


def _sums(words: Iterable[str], weights: Weights) -> Iterator[tuple[int, list[int]]]:
    """Yield the running sum of the rows of ``words``, and of how many have one: a stretch is a difference of two."""
    number, total = 0, [0] * weights.width
    yield number, total
    for word in words:
        row = weights.row(word)
        if row is not None:
            number, total = number + 1, list(map(add, total, row))
        yield number, total


def _score(one: Stretch, before: tuple[int, list[int]], behind: tuple[int, list[int]], weights: Weights) -> float:
    number = behind[0] - before[0]
    scale = weights.scale * 2 / (sqrt(number) + 1)
    hidden = [scale * value for value in map(sub, behind[1], before[1])]
    many, few = lengths(len(one.words))
    told = [weights.inputs[mark] for mark in (*one.marks, "k:" + one.kind, "hidden") if mark in weights.inputs]
    told += [tuple(many * value for value in weights.inputs["n:many"])]
    told += [tuple(few * value for value in weights.inputs["n:few"])]
    for values in told:
        hidden = list(map(add, hidden, values))
    total: float = weights.bias
    total += sum(out * value for out, value in zip(weights.output, hidden, strict=True) if value > 0)
    for term, value in features(one.words, one.marks).items():
        total += value * weights.terms.get(term, 0.0)
    return total


def marks_of(text: str, items: Iterable[Item], start: int, end: int) -> frozenset[str]:
    """Return the kinds of sentence and of evidence between two places ("i:" before what the network alone is told)."""
    near = [item.kind for item in items if start <= item.start < end]
    kinds = {kind for kind in near if kind in _MARKS} | {"i:" + kind for kind in near}
    return frozenset(kinds | marks(text[start:end]))
