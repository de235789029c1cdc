"""Words that may be somebody's name: out of every dictionary, in a list of names, or where a name stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.stages.screen.find.closed_words import (
    AFTER_SURNAME,
    ALSO_SOMEBODY,
    BEFORE_NO_FAMILY,
    BEFORE_SOMEBODY,
    BEGINNINGS,
    CHILDREN,
    COMPOUND_TAILS,
    CONTRACTED,
    ENDINGS,
    FIXED_PAIRS,
    FUNCTION,
    LETTER_LABELS,
    NOUN_TAILS,
    PLACE_TAILS,
    PREPOSITIONS,
    THINGS,
    TITLE_TAILS,
    TITLES_ALWAYS,
    VENUES,
    WITHOUT_APOSTROPHE,
)
from gateway.stages.screen.tables import ScreenTables

_WORD = re.compile(r"(?<![^\W_])[^\W\d_]+(?:'[^\W\d_]+)*")
MAX_LETTERS = 24  # of a word that is worth comparing with others
_CAPITAL_PIECE = re.compile(r"[A-Z][a-z]+")
_SMALL_BEGINNING = re.compile(r"[ei](?=[A-Z])")
_NUMBERED = re.compile(r"[\-/ ]?\d")
_OPENING = re.compile(r"(?:^|[.!?:;\"(\[•*>|\t]|[-*]\s|\n)\s{0,3}$")
_LAST_WORD = re.compile(r"(\w+) $")
_SMALL_INITIALS = re.compile(
    r"(?<![\w.])(?!e\.\s?g|i\.\s?e|a\.\s?m|p\.\s?m|p\.\s?s|n\.\s?b|d\.\s?o|a\.\s?k|w\.\s?e|c\.\s?c)[a-z][./]\s?[a-z]\.(?!\w)"
)
_POSTSCRIPT = re.compile(
    r"(?:^|(?<=[.!?] ))(?:P\.){1,2}S\.(?!\s?(?:is|was|has|had|died|aged?|born)\b)[ :\-]", re.MULTILINE
)
_INITIALS = re.compile(r"(?<![\w.])(?:[A-Z]\.[\s\-]{0,2}){2,4}[A-Z]?\.?(?!\w)|(?<!\w)[A-Z]\.\s?(?=[A-Z][a-z])")


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a text. ``low`` has no possessive ending; ``opens`` at the start of a sentence or line."""

    text: str
    low: str
    start: int
    end: int
    opens: bool

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()


@dataclass(frozen=True, slots=True)
class Allowed:
    """The panel's own words in a form to look up: single words, and the telephone digits and domains."""

    words: frozenset[str]
    people: frozenset[str]  # words of staff names
    phones: frozenset[str]
    domains: frozenset[str]
    addressed: frozenset[str] = frozenset()


def tokens(text: str) -> list[Token]:
    """Return the words of ``text``, in order. Linear."""
    found = []
    for match in _WORD.finditer(text):
        word = match.group()
        if len(word) <= 3 and word.isupper() and _NUMBERED.match(text, match.end()):
            continue  # part of a reference, which has its own detector
        low = word.lower()
        if low.endswith("'s"):
            low = low[:-2]
        elif low.endswith("'"):
            low = low[:-1]
        opens = _OPENING.search(text, max(0, match.start() - 6), match.start()) is not None
        found.append(Token(word, low or word.lower(), match.start(), match.end(), opens))
    return found


def is_known(low: str, tables: ScreenTables, allowed: Allowed) -> bool:
    """Say whether a word is ordinary, of the field, or this panel's own."""
    if (
        low in tables.words
        or low in tables.vocabulary
        or low in tables.capitals
        or low in allowed.words
        or len(low) == 1
    ):
        return True
    if low in WITHOUT_APOSTROPHE or low in tables.strong.words or low in tables.specific.words:
        return True
    if "'" in low:
        return all(piece in tables.words or piece in CONTRACTED for piece in low.split("'"))
    if low.endswith("s") and (low[:-1] in tables.vocabulary or low[:-1] in tables.capitals or low[:-1] in tables.words):
        return True
    return any(low.endswith(tail) and low.removesuffix(tail) in tables.words for tail in COMPOUND_TAILS)


def derived(low: str, tables: ScreenTables) -> bool:
    """Say whether a small-letter word is made from an ordinary one by an ending ("facilitator" from "facilitate")."""
    if len(low) > MAX_LETTERS:
        return False
    for ending in ENDINGS:
        stem = low.removesuffix(ending)
        if (
            stem != low
            and len(stem) >= 4
            and any(form in tables.words for form in (stem, stem + "e", stem + "y", stem[:-1]))
        ):
            return True
    return any(low.startswith(head) and low.removeprefix(head) in tables.words for head in BEGINNINGS)


def misspelt(low: str, tables: ScreenTables) -> bool:
    """Say whether a small-letter word is one slip away from a much-used word of six letters or more."""
    if len(low) < 6 or len(low) > MAX_LETTERS or not low.isascii():
        return False
    for place in range(1, len(low)):
        if low[:place] + low[place + 1 :] in tables.common:
            return True
        if place + 1 < len(low) and low[:place] + low[place + 1] + low[place] + low[place + 2 :] in tables.common:
            return True
    for place in range(1, len(low) + 1):
        head, tail, rest = low[:place], low[place:], low[place + 1 :]
        for letter in "aeioustrnlcdmp":
            if head + letter + tail in tables.common or (place < len(low) and head + letter + rest in tables.common):
                return True
    return low + "s" in tables.common


def names(
    words: list[Token], tables: ScreenTables, allowed: Allowed, *, capitals_mean_nothing: bool
) -> Iterator[tuple[int, int, str, bool]]:
    """Yield (start, end, kind, strong) of what may be a name. ``kind``: name, misspelling, perhaps_name."""
    for number, word in enumerate(words):
        before = words[number - 1] if number else None
        after = words[number + 1] if number + 1 < len(words) else None
        kind = _judge(word, before, after, tables, allowed, capitals_mean_nothing=capitals_mean_nothing)
        if kind and not _is_of_a_thing(word, words, number, tables):
            yield word.start, word.end, kind, kind in ("name", "initials")


def _is_of_a_thing(word: Token, words: list[Token], number: int, tables: ScreenTables) -> bool:
    """A product, a day, a measure, a title or the name of a file: what looks like a name and is a thing's."""
    before = words[number - 1] if number else None
    after = words[number + 1] if number + 1 < len(words) else None
    if is_product(word.text, tables) or (word.text.islower() and after is not None and after.text in NOUN_TAILS):
        return True
    if before is None:
        return False
    if (before.low, word.text) in FIXED_PAIRS:
        return True
    ordinary = word.low in WITHOUT_APOSTROPHE or (word.low in tables.words and word.low not in tables.given)
    if word.low in tables.always_names:
        return False
    if before.low in ("called", "named"):
        return ordinary and any(earlier.low in THINGS for earlier in words[max(0, number - 4) : number - 1])
    return ordinary and _ends_a_title(word, before, after, tables)


def is_product(text: str, tables: ScreenTables) -> bool:
    """Say whether a word is two or three ordinary words with a capital each, not all of them names ("TidyMinutes")."""
    text = _SMALL_BEGINNING.sub("", text, count=1) if text[0].islower() else text
    pieces = [piece.lower() for piece in _CAPITAL_PIECE.findall(text)]
    if not 2 <= len(pieces) <= 3 or sum(map(len, pieces)) != len(text):
        return False
    if not all(len(piece) > 1 and piece in tables.words for piece in pieces):
        return False
    if pieces[-1] in PLACE_TAILS:
        return False
    said = (tables.always_names, tables.strong.words, tables.specific.words)
    if any(piece in listed for piece in pieces for listed in said):
        return False
    plain = tables.capitals - ALSO_SOMEBODY
    return any(piece in plain or (piece not in tables.given and piece not in tables.family) for piece in pieces)


def _ends_a_title(word: Token, before: Token, after: Token | None, tables: ScreenTables) -> bool:
    """An ordinary word between another with a capital and what such titles are of: "Be Bright campaign"."""
    if after is None or after.low not in TITLE_TAILS or after.start - word.end != 1:
        return False
    plain = before.low in tables.words and before.low not in tables.given and before.low not in tables.titles
    return before.capital and plain and before.low not in tables.family and word.start - before.end == 1


def _judge(
    word: Token,
    before: Token | None,
    after: Token | None,
    tables: ScreenTables,
    allowed: Allowed,
    *,
    capitals_mean_nothing: bool,
) -> str:
    low = word.low
    if low in allowed.people and (word.capital or low not in tables.words):
        return _staff(word, before, after, tables, allowed)
    if (low in allowed.words and low not in tables.words) or _is_venue(word, after, tables):
        return ""
    if (low in tables.always_names and not _is_verb_like(word, before)) or _titled(word, before, tables):
        return "name"
    if not is_known(low, tables, allowed):
        return _unknown(word, tables)
    return "" if capitals_mean_nothing else _by_capital(word, before, after, tables, allowed)


def _by_capital(word: Token, before: Token | None, after: Token | None, tables: ScreenTables, allowed: Allowed) -> str:
    if not word.capital:
        return ""
    if len(word.text) <= 3 and word.text.isupper():
        return _short_capitals(word, before, tables, allowed)
    return _capital(word, before, after, tables, allowed)


def _is_venue(word: Token, after: Token | None, tables: ScreenTables) -> bool:
    """ "Willow Suite": an ordinary word, then what a meeting room is called."""
    return after is not None and after.low in VENUES and after.capital and word.low in tables.words


def _staff(word: Token, before: Token | None, after: Token | None, tables: ScreenTables, allowed: Allowed) -> str:
    """A staff name is allowed by itself or with its own surname: never half of somebody else's, nor a child's."""
    if before is not None and before.low in CHILDREN:
        return "name"
    for near in (before, after):
        if near is None or near.low in allowed.people or not near.capital:
            continue
        gap = near.start - word.end if near is after else word.start - near.end
        stranger = not is_known(near.low, tables, allowed) or near.low in tables.given
        if gap <= 1 and stranger and near.low not in tables.capitals and near.low not in tables.titles:
            return "name"
    return ""


def _is_verb_like(word: Token, before: Token | None) -> bool:
    """ "to wade", "we will rob": a name's word in small letters after to, will, can."""
    return (
        word.text.islower() and before is not None and before.low in ("to", "will", "can", "would", "not", "a", "the")
    )


def _unknown(word: Token, tables: ScreenTables) -> str:
    if word.text.islower() and derived(word.low, tables):
        return ""
    if word.text.islower() and misspelt(word.low, tables):
        return "misspelling"
    return "name"


def _titled(word: Token, before: Token | None, tables: ScreenTables) -> bool:
    if before is None or word.start - before.end > 2 or word.low in FUNCTION or word.low in tables.titles:
        return False
    if before.low == "surname" and word.low in AFTER_SURNAME:
        return False
    if before.low in ("called", "named"):
        return word.capital and word.low not in tables.capitals
    if before.text == "MS" and word.low in tables.words:
        return False  # "MS Teams"
    if before.low in TITLES_ALWAYS:
        return word.low not in tables.capitals or word.capital
    return before.low in tables.titles and word.capital and not before.opens and _only_a_name(word, tables)


def _only_a_name(word: Token, tables: ScreenTables) -> bool:
    return (word.low in tables.given or word.low in tables.family) and word.low not in tables.capitals


def _short_capitals(word: Token, before: Token | None, tables: ScreenTables, allowed: Allowed) -> str:
    if word.low in tables.vocabulary or word.low in allowed.words or word.text in ("A", "I"):
        return ""
    if word.low in tables.specific.words:
        return ""  # "CPR"
    if len(word.text) == 1:
        labelled = before is not None and before.low in LETTER_LABELS
        return "" if labelled or word.opens or word.text in "QVX" else "initials"
    return "" if word.low in FUNCTION or word.low in tables.capitals else "initials"


def _capital(word: Token, before: Token | None, after: Token | None, tables: ScreenTables, allowed: Allowed) -> str:
    low = word.low
    if _given_and_family(word, after, tables):
        return "name"
    if _is_somebody(word, before, after, tables) and low not in allowed.words:
        return "name"
    if low in tables.capitals or low in allowed.words or low in FUNCTION or low in tables.vocabulary:
        return ""
    if low in WITHOUT_APOSTROPHE and word.text.isupper():
        return ""
    given, family = low in tables.given, low in tables.family
    if low.endswith("s") and before is not None and before.low == "the":
        family = family or low[:-1] in tables.family
    if (given or family) and (not word.opens or (given and _stands_as_name(word, after))):
        return "name"
    return "perhaps_name" if given else ""


def _is_somebody(word: Token, before: Token | None, after: Token | None, tables: ScreenTables) -> bool:
    """A given name that is an ordinary word too, with a capital, alone in the middle of a sentence: "move Hope to"."""
    if word.opens or before is None or word.low not in tables.given or word.low not in ALSO_SOMEBODY:
        return False
    alone = not before.capital and (after is None or not after.capital or after.opens)
    return alone and before.low in BEFORE_SOMEBODY


def _stands_as_name(word: Token, after: Token | None) -> bool:
    """At the start of a sentence: "Joy's ashes", or a second capital right after it."""
    if word.text.lower().endswith("'s"):
        return True
    return after is not None and after.capital and not after.opens and after.start - word.end == 1


def _given_and_family(word: Token, after: Token | None, tables: ScreenTables) -> bool:
    """Two capitals in a row, the first also a given name and the second also a family name ("Summer Field")."""
    if after is None or not after.capital or after.opens or after.start - word.end != 1 or word.low not in tables.given:
        return False
    if word.low in PREPOSITIONS:
        return False
    return after.low in tables.family and after.low not in BEFORE_NO_FAMILY


def initials(text: str) -> Iterator[tuple[int, int]]:
    """Yield initials written with points ("R.T.-B.", "J. Smith", "j.t.")."""
    yield from (match.span() for match in _SMALL_INITIALS.finditer(text))
    for match in _INITIALS.finditer(text):
        if _POSTSCRIPT.match(text, match.start()):
            continue
        before = _LAST_WORD.search(text, max(0, match.start() - 12), match.start())
        if before is None or before[1].lower() not in LETTER_LABELS:  # "column F. Please ..."
            yield match.span()
