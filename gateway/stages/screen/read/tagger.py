"""Say of each line of new mail what it is: writing, or part of a greeting, a signature, a footer, a banner.

A linear chain over the layout and the words of each line and of its neighbours, with rules among its features;
bench/screening_lines.py makes the numbers. A line of any other kind than writing must win by a margin.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from gateway.stages.screen.read.layout import is_closing, is_footer

LABELS = ("body", "salutation", "closing", "who", "contact", "address", "footer", "banner")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_PHONE = re.compile(r"\+?\(?\d(?:[\s.()\-]{0,2}\d){8,13}|\b(?:ext|x)\.?\s?\d{3,6}\b", re.IGNORECASE)
_ADDRESS = re.compile(r"\S@\S+\.\S")
_LINK = re.compile(r"https?://|www\.|\.(?:gov|nhs|police|org|ac)\.uk\b|\[cid:|mailto:", re.IGNORECASE)
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")
_LABELLED = re.compile(
    r"(?:t|m|e|w|a|tel|telephone|phone|mob|mobile|cell|direct|direct line|ddi|ext|extension|fax|e-?mail|web|website"
    r"|teams|twitter|linkedin|facebook|office|address|ffôn|ebost|switchboard|bleep|secretary|pa|internal|x)"
    r"\s?[:.|]",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"(?:dear|hi|hello|hiya|hey|morning|afternoon|evening|good (?:morning|afternoon|evening)|annwyl|helo|bore da"
    r"|prynhawn da|all|team|colleagues)\b[^.?!]{0,40}[,!:.\-]?$",
    re.IGNORECASE,
)
_POSTSCRIPT = re.compile(r"\(?(?:p\.?\s?p?\.?\s?s\.?|n\.?b\.?)(?![a-z])", re.IGNORECASE)
_RULE = re.compile(r"[\W_]{3,}$")
_ENDS = re.compile(r"[.?!][\")]?$")
_DAYS = re.compile(r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri)(?:day)?s?\b", re.IGNORECASE)
_PIECE = re.compile(r"[,|]|\s[-–]\s")
MOST_WORDS = 14  # at the beginning of a line that are looked at
MOST_LINES = 400  # the rest of a longer text is writing


@dataclass(frozen=True, slots=True)
class LineWeights:
    """The numbers of the tagger: of each feature a number a label, of each pair of neighbouring labels one."""

    features: Mapping[str, tuple[float, ...]]
    steps: tuple[tuple[float, ...], ...]  # [before][this]
    margin: float  # by so much any other label than writing must win


def tag(rows: Sequence[str], own: frozenset[str], weights: LineWeights, *, ends: bool = True) -> list[str]:
    """Return the label of each line; of an empty one that of the line before. Linear in the lines.

    ``ends``: nothing but an earlier message follows.
    """
    places = [number for number, row in enumerate(rows) if row][:MOST_LINES]
    told = features([rows[place] for place in places], _gaps(rows, places), own, ends=ends)
    best = _best([_scores(names, weights) for names in told], weights)
    found = dict(zip(places, best, strict=True))
    labels, last = [], LABELS[0]
    for number, row in enumerate(rows):
        last = LABELS[found[number]] if number in found else (LABELS[0] if row else last)
        labels.append(last)
    return labels


def _gaps(rows: Sequence[str], places: Sequence[int]) -> list[bool]:
    """Say of each line whether an empty one stands before it."""
    return [place > 0 and not rows[place - 1] for place in places]


def _scores(names: Sequence[str], weights: LineWeights) -> list[float]:
    total = [0.0] * len(LABELS)
    total[0] = weights.margin
    for name in names:
        row = weights.features.get(name)
        if row is not None:
            total = [first + second for first, second in zip(total, row, strict=True)]
    return total


def _best(scores: Sequence[Sequence[float]], weights: LineWeights) -> list[int]:
    """Return the best chain of labels (Viterbi)."""
    if not scores:
        return []
    kinds = range(len(LABELS))
    total, ways = list(scores[0]), []
    for row in scores[1:]:
        way = [max(kinds, key=lambda old, new=new: total[old] + weights.steps[old][new]) for new in kinds]  # type: ignore[misc]
        total = [total[way[new]] + weights.steps[way[new]][new] + row[new] for new in kinds]
        ways.append(way)
    chain = [max(kinds, key=total.__getitem__)]
    for way in reversed(ways):
        chain.append(way[chain[-1]])
    return chain[::-1]


def features(rows: Sequence[str], gaps: Sequence[bool], own: frozenset[str], *, ends: bool) -> list[list[str]]:
    """Return the names of the features of each line: its own, and the most telling ones of its neighbours."""
    alone = [_alone(row, own) for row in rows]
    shapes = [_shape(row, own) for row in rows]
    closed = _since(rows, is_closing)
    told = []
    for number, names in enumerate(alone):
        left = len(rows) - number
        more = [
            *names,
            f"back={min(left, 6) if ends else 9}",
            f"at={min(number, 3)}",
            f"gap={gaps[number]}",
            f"closed={closed[number]}",
            f"closed={closed[number]}&{shapes[number]}",
            f"back={'few' if left < 12 and ends else 'many'}&{shapes[number]}",
            "before=" + (shapes[number - 1] if number else "^"),
            "after=" + (shapes[number + 1] if number + 1 < len(rows) else "$"),
            f"footed={any(map(is_footer, rows[max(0, number - 3) : number]))}&gap={gaps[number]}",
        ]
        told.append(more)
    return told


def _since(rows: Sequence[str], is_it: Callable[[str], bool]) -> list[str]:
    """Say of each line how far behind a closing it stands."""
    found, since = [], -1
    for row in rows:
        found.append("no" if since < 0 else str(min(since, 4)))
        since = 0 if is_it(row) else since + 1 if since >= 0 else -1
    return found


def _shape(row: str, own: frozenset[str]) -> str:
    """Return what a line looks like in one word."""
    words = _WORD.findall(row)
    ends = _ENDS.search(row) is not None
    capitals = sum(word[0].isupper() for word in words)
    for name, said in (
        ("postscript", _POSTSCRIPT.match(row)),
        ("rule", _RULE.match(row)),
        ("closing", is_closing(row)),
        ("contact" if len(words) <= 10 else "contact_in_text", _PHONE.search(row) or _ADDRESS.search(row)),
        ("postcode", _POSTCODE.search(row)),
        ("link", _LINK.search(row)),
        ("footer", is_footer(row)),
        ("greeting", _GREETING.match(row)),
        ("own", len(words) <= 6 and any(word.lower() in own for word in words)),
        ("long", len(words) > 14),
        ("title", words and capitals >= 0.6 * len(words) and not ends),
    ):
        if said:
            return name
    return "sentence" if ends else "words"


def _alone(row: str, own: frozenset[str]) -> list[str]:
    words = _WORD.findall(row)
    low = [word.lower() for word in words]
    capitals = sum(word[0].isupper() for word in words)
    small = sum(word[0].islower() and len(word) > 3 for word in words)
    kept = low[:MOST_WORDS]
    names = [
        "bias",
        "shape=" + _shape(row, own),
        f"first={kept[0] if kept else row[:1]}",
        f"last={low[-1] if low else '-'}",
    ]
    names += ["w=" + word for word in dict.fromkeys(kept)]
    names += [f"p={first} {second}" for first, second in pairwise(kept)]
    names += [f"words={min(len(words), 16) // 2}", f"capitals={round(4 * capitals / max(1, len(words)))}"]
    names += [f"small={min(small, 4)}", f"pieces={min(len(_PIECE.findall(row)), 3)}"]
    for name, said in (
        ("labelled", _LABELLED.match(row)),
        ("ends", _ENDS.search(row)),
        ("question", row.endswith("?")),
        ("digits", any(char.isdigit() for char in row)),
        ("days", _DAYS.search(row)),
        ("bar", "|" in row),
        ("shouted", len(row) > 4 and row.isupper()),
        ("opens_small", row[:1].islower()),
        ("marks", row[:1] in "*[<_=-~#!"),
        ("bracket", row[:1] == "("),
        ("own", any(word in own for word in low)),
        ("postcode", _POSTCODE.search(row)),
        ("link", _LINK.search(row)),
        ("footer", is_footer(row)),
    ):
        if said:
            names.append(name)
    return names
