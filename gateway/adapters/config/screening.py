"""Load the words, weights and texts of screening from config/screening and config/texts."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gateway.model.content.screening import AllowList
from gateway.stages.screen import ScreenTables, allow_list
from gateway.stages.screen.read.tagger import LineWeights
from gateway.stages.screen.tables import CardTexts, Lexicon, Weights


def load_screening(config_dir: Path, language: str = "en") -> ScreenTables:
    """Return the tables in ``config_dir``/screening. OSError or ValueError if a file is missing or wrong."""
    folder = config_dir / "screening"
    words = [line.split() for line in (folder / "words.txt").read_text(encoding="utf-8").splitlines()]
    names = [line.split() for line in (folder / "names.txt").read_text(encoding="utf-8").splitlines()]
    terms = _toml(folder / "terms.toml")
    roles = _toml(folder / "roles.toml")
    lists = {key: frozenset(str(value).split()) for key, value in _toml(folder / "vocabulary.toml").items()}
    return ScreenTables(
        words=frozenset(line[0] for line in words),
        common=frozenset(line[0] for line in words if len(line) > 1),
        given=frozenset(word for word, kind in names if kind == "given"),
        family=frozenset(word for word, kind in names if kind == "family"),
        always_names=lists["names"],
        vocabulary=lists["words"],
        capitals=lists["capitals"],
        titles=lists["titles"],
        offices=lists["offices"],
        professional_domains=tuple(sorted(lists["professional_domains"])),
        strong=lexicon(terms["strong"]),
        specific=lexicon(terms["specific"]),
        texts=_texts(config_dir / "texts" / language / "screening.toml"),
        lines=line_weights(folder / "lines.json"),
        role_heads=frozenset(roles["heads"].split()),
        role_words=frozenset(roles["words"].split()),
        weights=_weights(folder) if (folder / "weights.json").exists() else None,
    )


def load_known(path: Path) -> AllowList:
    """Return the allow-list of a panel from a TOML or JSON file. OSError or ValueError."""
    text = path.read_text(encoding="utf-8")
    return allow_list(json.loads(text) if path.suffix == ".json" else tomllib.loads(text))


def lexicon(section: Mapping[str, str]) -> Lexicon:
    """Read one section of terms.toml: a line with ";" holds phrases, any other holds single words."""
    words: dict[str, str] = {}
    phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for kind, entries in section.items():
        for line in entries.splitlines():
            if ";" not in line:
                words.update(dict.fromkeys(line.split(), kind))
                continue
            for phrase in line.split(";"):
                pieces = phrase.replace("-", " ").split()
                if len(pieces) == 1:
                    words[pieces[0]] = kind
                elif pieces:
                    phrases.setdefault(pieces[0], []).append((tuple(pieces[1:]), kind))
    return Lexicon(words, {first: tuple(rest) for first, rest in phrases.items()})


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _texts(path: Path) -> CardTexts:
    texts = _toml(path)
    return CardTexts(
        card_subject=texts["card_subject"],
        card=texts["card"],
        rebuilt=texts["rebuilt"],
        no_subject=texts["no_subject"],
        no_link=texts["no_link"],
        topics=texts["topics"],
        senders=texts["senders"],
        removed=texts["removed"],
    )


def _weights(folder: Path) -> Weights:
    numbers = json.loads((folder / "weights.json").read_text(encoding="utf-8"))
    width = int(numbers["width"])
    words, vectors = read_vectors(folder / "vectors.bin", width)
    return Weights(
        bias=float(numbers["bias"]),
        terms=numbers["terms"],
        rows={word: place for place, word in enumerate(words)},
        vectors=vectors,
        width=width,
        scale=float(numbers["scale"]),
        inputs={name: tuple(values) for name, values in numbers["inputs"].items()},
        output=tuple(numbers["output"]),
        release=float(numbers["release"]),
        release_pair=float(numbers["release_pair"]),
        release_sentence=float(numbers["release_sentence"]),
        release_specific=float(numbers["release_specific"]),
        release_subject=float(numbers["release_subject"]),
    )


def line_weights(path: Path) -> LineWeights:
    """Return the numbers of the tagger of lines."""
    numbers = json.loads(path.read_text(encoding="utf-8"))
    return LineWeights(
        features={name: tuple(row) for name, row in numbers["features"].items()},
        steps=tuple(tuple(row) for row in numbers["steps"]),
        margin=float(numbers["margin"]),
    )


def read_vectors(path: Path, width: int) -> tuple[list[str], memoryview]:
    """Return the words of a vectors file and their rows. ValueError if the two do not match.

    The file: the words, a line each, then an empty line, then ``width`` signed octets for each word in that order.
    """
    head, _, body = path.read_bytes().partition(b"\n\n")
    words = head.decode("utf-8").split("\n")
    if len(body) != len(words) * width:
        raise ValueError("vectors.bin: the rows do not fit the words")
    return words, memoryview(body).cast("b")
