"""The words and weights that screening looks things up in: made once by the loader, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.stages.screen.read.tagger import LineWeights


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words and phrases by the kind of evidence they are."""

    words: Mapping[str, str]
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]  # first word: the rest, and the kind


@dataclass(frozen=True, slots=True)
class Weights:
    """The classifier of stages/screen/judge/classify.py, as numbers. Log-odds are of a routine query."""

    bias: float
    terms: Mapping[str, float]  # of the linear part: "w:word", "p:first second", "f:mark"
    rows: Mapping[str, int]  # word: its row in ``vectors``
    vectors: memoryview  # signed octets, ``width`` a row: what the word adds to each hidden unit, times 1 / ``scale``
    width: int
    scale: float
    inputs: Mapping[str, tuple[float, ...]]  # what a mark, a kind of stretch or the length adds to each hidden unit
    output: tuple[float, ...]  # of each hidden unit
    release: float  # a message that is less as a whole is a card
    release_pair: float  # the same for two neighbouring sentences
    release_sentence: float  # the same for one sentence: it says least of what it is about
    release_specific: float  # at least this for every part where there are words of illness, death or a child
    release_subject: float  # the same for a subject: it has few words, and routine ones are plain

    def row(self, word: str) -> memoryview | None:
        """Return the numbers of a word; None if it has none."""
        place = self.rows.get(word)
        return None if place is None else self.vectors[place * self.width : (place + 1) * self.width]


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
    lines: LineWeights  # of the tagger of lines
    role_heads: frozenset[str] = frozenset()  # of job titles: "manager"; config/screening/roles.toml
    role_words: frozenset[str] = frozenset()  # what may stand beside one: "service"
    weights: Weights | None = None  # None: nothing is ever released
    max_characters: int = 16_000  # a longer text is a card, unexamined
