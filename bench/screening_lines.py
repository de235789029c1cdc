"""Train and measure the tagger of lines. ``python -m bench.screening_lines [--train]``

Mail in real dress is put together from the pieces in tests/screening/dress and the bodies in tests/screening/training,
by a fixed seed. Without --train the committed numbers are measured on ``validation.txt``, whose pieces training never
sees (that it is one author's, and the same who wrote the rules, is a limit of its figure).
"""

from __future__ import annotations

import argparse
import json
import random
import re
import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.screening import line_weights
from gateway.stages.screen.read.tagger import LABELS, LineWeights, features, tag
from tests.screening.score import HERE, rows

DRESS = HERE / "dress"
SEED, MESSAGES, ROUNDS, FEWEST = 17, 5000, 6, 3
MARGIN = 2.0  # in the unit of the averaged numbers, see ``_rounded``
_GREETING = re.compile(r"(?:dear|hi|hello|hiya|hey|morning|afternoon|good \w+)\b.{0,40}$", re.IGNORECASE)
_ENDS = re.compile(r"[.?!]$")
_HELD = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_FIRST = "Jo Sam Amina Gareth Priya Tomasz Ffion Leroy Beth Marcus Oluchi Dewi Hannah Yusuf Carys Neil".split()  # noqa: SIM905
_LAST = "Barker Tuckwell Rahim Ashdown Prewett Kowalski Okafor Llewelyn Ferris Mistry Garrod Winch Pell".split()  # noqa: SIM905
_TOWNS = "Osterby Tidewell Penhale Beckside Eskdale Castle Puddle Cressing Holm Weir Selby Nether Saxby Corve".split()  # noqa: SIM905
_KINDS = (
    "Primary", "Islamic Centre", "Road", "Mill", "Pre-school", "Moors Library", "Parish Council", "Lane branch",
    "Baths", "Maternity", "Office Machines", "Police", "Hospice", "Academy", "Surgery", "Fire Station", "Registrars",
    "Town Hall", "Health Centre", "C of E Primary",
)  # fmt: skip
_SLOTS = {
    "role": ["Service Manager", "Practice Manager", "Named Nurse", "Team Leader", "Business Support Officer",
             "Administrator", "Safeguarding Lead", "Specialist Nurse", "Bereavement Midwife", "Executive Assistant",
             "Head of Quality", "Data Analyst", "Training Co-ordinator", "Receptionist", "School Nurse"],
    "org": ["Eastmarch Hospitals NHS Foundation Trust", "Moorshire County Council", "Eastmarch Police", "Lantern Trust",
            "Cobbleside Federation", "North Fenwater ICB", "Holmgate Primary School", "Cyngor Sir Fenwy"],
    "team": ["Child Health Information Service", "Safeguarding Team", "Public Health Nursing", "Patient Safety Team",
             "Children's Services", "Learning and Development", "Bereavement Service", "Governance"],
    "house": ["Linden House", "Civic Centre", "Trust Headquarters", "Kiln House", "The Old Mill", "County Hall"],
    "street": ["14 Market Street", "Station Road", "22 Tern Close", "High Street", "1 Harbour Way", "Park Lane"],
    "town": ["Eastmarch", "Sallow Bridge", "Fenwater", "Harrowmere", "Wexmoor"],
    "postcode": ["EM1 2AB", "EM4 7QT", "FN9 9ZZ", "WX2 1AA"],
    "floor": ["2nd Floor", "Ground Floor", "Level 3"],
    "days": ["Mon, Tue and Thu", "Monday to Thursday", "Tuesday, Wednesday, Friday", "Mon-Weds 8:30-16:30"],
    "pronouns": ["She/Her", "he/him", "they/them", "she/her/hers"],
    "site": ["eastmarchhospitals.example", "moorshire.example", "lantern.example"],
    "handle": ["eastmarchnhs", "cdop-leads", "moorshire"],
    "ext": ["4417", "201", "55312"],
    "badge": ["1432", "4417", "2290"],
    "title": ["Dr", "Cllr", "Col. (retd)", "PS", "PC", "DS", "Rev", "Mrs", "Mr", "Ms", "Professor", "Sister"],
    "initial": ["B", "T", "K"],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dressed:
    """One message as rows with the label that each should have ("" for an empty row)."""

    rows: tuple[str, ...]
    labels: tuple[str, ...]
    own: frozenset[str]


def blocks(path: Path) -> dict[str, list[list[tuple[str, str]]]]:
    """Return the pieces of mail of one file by kind, each a list of (label, row)."""
    found: dict[str, list[list[tuple[str, str]]]] = defaultdict(list)
    for block in re.split(r"^@@ ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        kind, *lines = block.rstrip("\n").split("\n")
        pairs = [line.partition(": ")[::2] if line else ("", "") for line in lines]
        found[kind.split()[0]].append([(label, row) for label, row in pairs])
    return found


def bodies() -> tuple[list[list[str]], list[str]]:
    """Return what people wrote, without greeting and name, and single sentences that must be judged."""
    texts, held = [], []
    for path in sorted((HERE / "training").glob("*.txt")):
        held += [" ".join(found.split()) for found in _HELD.findall(path.read_text(encoding="utf-8"))]
    for row in rows(HERE / "training"):
        lines = [line.strip() for line in row["body"].split("\n") if line.strip()]
        while lines and _GREETING.match(lines[0]) and len(lines[0]) < 40:
            lines = lines[1:]
        while lines and not _ENDS.search(lines[-1]) and len(lines[-1]) < 60:
            lines = lines[:-1]
        if lines and all(len(line) > 24 or _ENDS.search(line) for line in lines):
            texts.append(lines)
    return texts, [sentence for sentence in held if len(sentence) < 100]


class Composer:
    """Puts messages together: the same for the same seed."""

    def __init__(self, pieces: dict[str, list[list[tuple[str, str]]]], seed: int) -> None:
        self._pieces, self._random = pieces, random.Random(seed)
        self._texts, self._held = bodies()

    def message(self) -> Dressed:
        chance, slots = self._random.random, self._person()
        out: list[tuple[str, str]] = []
        if chance() < 0.25:
            out += [*self._block("banner", slots), ("", "")]
        if chance() < 0.6:
            out += [*self._block("open", slots), *[("", "")] * (chance() < 0.8)]
        if chance() < 0.1:
            out += [*self._block("close", slots), ("", "")]
        out += self._writing(slots)
        if chance() < 0.6:
            out += [*[("", "")] * (chance() < 0.8), *self._block("close", slots), *[("", "")] * (chance() < 0.6)]
        tail = self._block("sign", slots) if chance() < 0.6 else []
        tail = tail or (self._block("one", slots) if "one" in self._pieces and chance() < 0.7 else [])
        if chance() < 0.3:
            place = len(tail) if chance() < 0.7 else self._random.randint(0, len(tail))
            after = [("", "")] * (chance() < 0.4) + self._afterthought(slots)
            tail[place:place] = after
        if out and out[-1][1] and chance() < 0.6:
            out.append(("", ""))
        out += tail
        for kind, share in (("teams", 0.08), ("foot", 0.35), ("foot", 0.12)):
            if kind in self._pieces and chance() < share:
                out += [("", ""), *self._block(kind, slots)]
        own = frozenset(slots["name"].lower().split()) if chance() < 0.8 else frozenset()
        return Dressed(
            tuple(row.strip() for _, row in out), tuple(label if row.strip() else "" for label, row in out), own
        )

    def _person(self) -> dict[str, str]:
        pick = self._random.choice
        first, last = pick(_FIRST), pick(_LAST)
        slots = {name: pick(values) for name, values in _SLOTS.items()}
        site, other = slots["site"], (pick(_FIRST), pick(_LAST))
        slots |= {"place": f"{pick(_TOWNS)} {pick(_KINDS)}", "first2": pick(_FIRST)}
        slots |= {"first": first, "last": last, "name": f"{first} {last}", "name2": " ".join(other)}
        slots |= {"email": f"{first}.{last}@{site}".lower(), "email2": f"{'.'.join(other)}@{site}".lower()}
        slots |= {
            "phone": f"01632 960{self._random.randint(100, 999)}",
            "mobile": f"07700 900{self._random.randint(100, 999)}",
        }
        return slots

    def _block(self, kind: str, slots: dict[str, str]) -> list[tuple[str, str]]:
        return [(label, row.format(**slots)) for label, row in self._random.choice(self._pieces[kind])]

    def _writing(self, slots: dict[str, str]) -> list[tuple[str, str]]:
        lines = list(self._random.choice(self._texts))
        if self._random.random() < 0.35:
            lines = [piece for line in lines for piece in textwrap.wrap(line, self._random.choice((60, 72, 76)))]
        out: list[tuple[str, str]] = []
        for line in lines:
            out += [("body", line), *[("", "")] * (self._random.random() < 0.3)]
        if "list" in self._pieces and self._random.random() < 0.2:
            out += [("", ""), *self._block("list", slots)]
        return out

    def _afterthought(self, slots: dict[str, str]) -> list[tuple[str, str]]:
        if self._random.random() < 0.5:
            return self._block("after", slots)
        sentence = self._random.choice(self._held)
        form = self._random.choice(("{}", "PS {}", "P.S. {}", "({})", "NB {}", "{}"))
        return [("body", form.format(sentence if self._random.random() < 0.6 else sentence.rstrip(".")))]


def train() -> LineWeights:
    """Return the numbers of an averaged structured perceptron. The same for the same data and seed."""
    composer = Composer(blocks(DRESS / "train.txt"), SEED)
    messages = [_told(composer.message()) for _ in range(MESSAGES)]
    counts = Counter(name for told, _ in messages for names in told for name in names)
    kept = {name for name, number in counts.items() if number >= FEWEST}
    table: dict[str, list[float]] = {name: [0.0] * len(LABELS) for name in kept}
    late: dict[str, list[float]] = {name: [0.0] * len(LABELS) for name in kept}
    kinds = range(len(LABELS))
    steps, late_steps = [[0.0] * len(LABELS) for _ in kinds], [[0.0] * len(LABELS) for _ in kinds]
    turn = 1
    for _ in range(ROUNDS):
        for told, right in messages:
            said = _guess(told, table, steps)
            for place, (good, bad) in enumerate(zip(right, said, strict=True)):
                before = (right[place - 1], said[place - 1]) if place else None
                if good != bad:
                    for name in told[place]:
                        if name in kept:
                            for label, way in ((good, 1.0), (bad, -1.0)):
                                table[name][label] += way
                                late[name][label] += way * turn
                if before and (good, before[0]) != (bad, before[1]):
                    for old, new, way in ((before[0], good, 1.0), (before[1], bad, -1.0)):
                        steps[old][new] += way
                        late_steps[old][new] += way * turn
            turn += 1
    averaged = {name: [now - old / turn for now, old in zip(table[name], late[name], strict=True)] for name in kept}
    mean_steps = [
        [now - old / turn for now, old in zip(*pair, strict=True)] for pair in zip(steps, late_steps, strict=True)
    ]
    return _rounded(averaged, mean_steps)


def _told(message: Dressed) -> tuple[list[list[str]], list[int]]:
    places = [number for number, row in enumerate(message.rows) if row]
    gaps = [place > 0 and not message.rows[place - 1] for place in places]
    told = features([message.rows[place] for place in places], gaps, message.own, ends=True)
    return told, [LABELS.index(message.labels[place]) for place in places]


def _guess(told: list[list[str]], table: dict[str, list[float]], steps: list[list[float]]) -> list[int]:
    from gateway.stages.screen.read.tagger import _best, _scores  # the very search that runs

    weights = LineWeights(table, steps, 0.0)  # type: ignore[arg-type]
    return _best([_scores(names, weights) for names in told], weights)


def _rounded(table: dict[str, list[float]], steps: list[list[float]]) -> LineWeights:
    kept = {name: tuple(round(value, 1) for value in row) for name, row in sorted(table.items())}
    kept = {name: row for name, row in kept.items() if any(abs(value) >= 0.3 for value in row)}
    return LineWeights(kept, tuple(tuple(round(value, 1) for value in row) for row in steps), MARGIN)


def write(weights: LineWeights, path: Path) -> None:
    said = [f"{json.dumps(name, ensure_ascii=False)}:{json.dumps(list(row))}" for name, row in weights.features.items()]
    head = f'{{"margin": {weights.margin}, "steps": {json.dumps(weights.steps)},\n"features": {{\n'
    path.write_text(head + ",\n".join(said) + "\n}}\n", encoding="utf-8")


def measure(weights: LineWeights, pieces: Path, seed: int, number: int) -> Counter[tuple[str, str]]:
    """Return how often a line of one label was given another."""
    composer, found = Composer(blocks(pieces), seed), Counter[tuple[str, str]]()
    for _ in range(number):
        message = composer.message()
        said = tag(message.rows, message.own, weights)
        found.update((right, label) for right, label in zip(message.labels, said, strict=True) if right)
    return found


def table(found: Counter[tuple[str, str]]) -> Iterator[str]:
    for right in LABELS:
        row = {said: found[right, said] for said in LABELS if found[right, said]}
        total = sum(row.values())
        if total:
            wrong = ", ".join(f"{said} {count}" for said, count in row.items() if said != right)
            yield f"{right:12}{total:6}  right {row.get(right, 0) / total:6.1%}  {wrong}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", action="store_true", help="train anew and write config/screening/lines.json")
    path = packaged_config() / "screening" / "lines.json"
    if parser.parse_args().train:
        write(train(), path)
    weights = line_weights(path)
    for name, seed in (("train.txt", 101), ("validation.txt", 102)):
        print(f"{name}, messages put together anew")
        print("\n".join(table(measure(weights, DRESS / name, seed, 400))))


if __name__ == "__main__":
    main()
