"""The words and weights that screening looks things up in: made once by the loader, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words and phrases by the kind of evidence they are."""

    words: Mapping[str, str]
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]  # first word: the rest, and the kind


@dataclass(frozen=True, slots=True)
class Weights:
    """A linear classifier over words, pairs of words and pieces of words: docs/screening.md says how it was made."""

    bias: float
    words: Mapping[str, float]  # from how a word is used in general (word vectors, folded)
    terms: Mapping[str, float]  # "w:word", "p:first second", "f:feature"
    release: float  # a message with less is a card
    sentence: float  # a message with one sentence of less is a card
    pair: float  # a message with two neighbouring sentences of less is a card


@dataclass(frozen=True, slots=True)
class CardTexts:
    """The fixed texts of the general inbox in one language. Placeholders are str.format names."""

    card_subject: str
    card: str
    rebuilt: str
    no_subject: str
    no_link: str
    topics: Mapping[str, str]
    senders: Mapping[str, str]
    removed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ScreenTables:
    """Everything that screening knows besides the message and its context."""

    words: frozenset[str]  # ordinary English, lower case
    common: frozenset[str]  # the most used of them
    given: frozenset[str]  # ordinary words that are also given names
    family: frozenset[str]
    always_names: frozenset[str]
    vocabulary: frozenset[str]
    capitals: frozenset[str]
    titles: frozenset[str]
    offices: frozenset[str]
    professional_domains: tuple[str, ...]
    strong: Lexicon
    specific: Lexicon
    texts: CardTexts
    weights: Weights | None = None  # None: nothing is ever released
    max_characters: int = 16_000  # a longer text is a card, unexamined
