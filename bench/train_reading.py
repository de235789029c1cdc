"""Train the recognition of a told death and write config/reading/weights.json.

    python bench/train_reading.py [--check] [--seed N]

The mail was written for it: bench/reading/deaths.txt and others.txt, each text filled in several times with invented
names, dates and places and dressed as mail is; and the general mail of tests/screening/training, which tells of no new
death. Logistic regression on the words (gateway/stages/extract/told/recognise.py), in the standard library only.
``--check`` leaves out a fifth of the texts in turn, says how those fare that were not seen, and writes nothing.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

from gateway.stages.extract.told.recognise import features
from gateway.stages.extract.told.zones import lines

ROOT = Path(__file__).resolve().parents[1]
MAIL = ROOT / "bench" / "reading"
GENERAL = ROOT / "tests" / "screening" / "training"
WEIGHTS = ROOT / "config" / "reading" / "weights.json"
TIMES = 8  # how often each text is filled in
EPOCHS = 14
RATE = 0.35
DECAY = 0.0015  # L2
LEAST_TEXTS = 2  # a feature must stand in so many of the texts as they were written
GENERAL_SHARE = 1_200

GIVEN = [
    "Amara",
    "Blessing",
    "Caspian",
    "Dylan",
    "Ewa",
    "Farid",
    "Grace",
    "Hamza",
    "Isla",
    "Jakub",
    "Kofi",
    "Leila",
    "Mateo",
    "Niamh",
    "Oskar",
    "Priya",
    "Quinn",
    "Rhys",
    "Saoirse",
    "Tomasz",
    "Una",
    "Viktor",
    "Wren",
    "Xanthe",
    "Yusuf",
    "Zofia",
    "Alfie",
    "Bronwen",
    "Connor",
    "Dafydd",
    "Elif",
    "Freya",
]
FAMILY = [
    "Abara",
    "Brzezinski",
    "Cartwright-Osei",
    "Doyle",
    "Ekström",
    "Farouk",
    "Gwynne",
    "Haddad",
    "Ivanova",
    "Jeyaraj",
    "Kowal",
    "Lindqvist",
    "Mbeki",
    "O'Rourke",
    "Papadakis",
    "Quartermain",
    "Rahman",
    "Szabo",
    "Thistlewood",
    "Uddin",
    "Vaszary",
    "Whitlock",
    "Yeboah",
    "Zielinska",
    "Smith",
    "Khan",
    "Patel-Hughes",
    "Van-Dyke",
    "MacLeod",
    "Nwosu",
]
TOWNS = [
    "Aylesbury",
    "Slough",
    "Reading",
    "Luton",
    "Bedford",
    "Watford",
    "Oxford",
    "Banbury",
    "Amersham",
    "Chesham",
    "Kettering",
    "Corby",
    "Swindon",
    "Harlow",
    "Marlow",
    "Leighton-Buzzard",
]
ROADS = [
    "Tannery Row",
    "Mill Lane",
    "Orchard Close",
    "Station Road",
    "Gray's Rest",
    "Weir View",
    "Foundry Mews",
    "Elm Court",
]
HOSPITALS = """Stoke Mandeville Hospital;St Aldate's Infirmary;the John Radcliffe;Wexham Park;Northgate General;
Queen's Children's Hospital;the Royal Infirmary""".replace("\n", "").split(";")
SCHOOLS = ["Wing Brook School", "St Ursula's Primary", "Fenwater Academy", "Hillside Junior School"]
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
LABELS = {
    "L_name": [
        "Name",
        "Child's name",
        "Pt",
        "Patient",
        "Patient name",
        "Full name",
        "Child",
        "Deceased",
        "Name of child",
        "Subject",
        "Baby",
    ],
    "L_dob": ["DOB", "D.O.B.", "Date of birth", "Born", "dob", "Birth date", "d.o.b"],
    "L_dod": [
        "DOD",
        "Date of death",
        "Died",
        "Date and time of death",
        "RIP",
        "Death confirmed",
        "Time of death",
        "Deceased on",
    ],
    "L_addr": [
        "Address",
        "Home address",
        "Usual address",
        "Resides",
        "Lives",
        "Home",
        "Pt home addr",
        "PLE",
        "Residence",
        "Lived at",
    ],
    "L_nhs": ["NHS", "NHS no", "NHS number", "NHS No."],
    "L_place": ["Place of death", "Where", "Died at", "Location", "Place"],
    "L_gp": ["GP", "Registered GP", "GP practice", "Surgery"],
}
GREETINGS = ("", "", "Dear CDOP,", "Hello,", "Hi all", "Good morning", "Dear team,", "Dear Sir or Madam,", "Hi Harriet")
ENDS = ("", "", "Kind regards\n{dr}", "Regards\n{dr}\nSpecialist Nurse\n{tel}", "Many thanks\n{dr}", "Thanks, {dr}")
FOOTERS = (
    *("", "", ""),
    "This message may be confidential. If you are not the intended recipient please delete it.",
    "--\n{hosp}, {road}, {town} {pc}\nFollow us on social media",
    "Sent from my iPhone",
)
BANNERS = ("", "", "", "[EXTERNAL] This email came from outside the organisation. Be careful with links.\n")
REF = ("CDOP-2026-0{n2}", "{n2}/2026", "CDR/26/1{n2}", "BK-26-0{n2}", "H7K2M9PQ4R", "case {n2}{n2}", "eCDOP 26{n2}1")


@dataclass(frozen=True)
class Text:
    """One text as it was written, with its kind."""

    told: bool
    kind: str
    subject: str
    body: str


def written(path: Path, told: bool) -> list[Text]:
    """Return the texts of a file: "@@ kind", "Subject: ...", and lines."""
    texts = []
    for block in path.read_text("utf-8").split("@@ ")[1:]:
        kind, _, rest = block.partition("\n")
        head, _, body = rest.partition("\n")
        texts.append(Text(told, kind.strip(), head.removeprefix("Subject:").strip(), body.strip()))
    return texts


def general(seed: random.Random) -> list[Text]:
    """Return general mail: none of it tells of a new death."""
    found = []
    for path in sorted(GENERAL.glob("*.txt")):
        for block in path.read_text("utf-8").split("@@ ")[1:]:
            kind, _, rest = block.partition("\n")
            rest = rest.replace("{{", "").replace("}}", "")
            head, _, body = rest.partition("\n") if rest.startswith("Subject:") else ("", "", rest)
            found.append(Text(False, kind, head.removeprefix("Subject:").strip(), body.strip()))
    return seed.sample(found, min(GENERAL_SHARE, len(found)))


def fill(text: str, seed: random.Random) -> str:
    """Return a text with its places filled in."""
    given, second, family = seed.choice(GIVEN), seed.choice(GIVEN), seed.choice(FAMILY)
    him = seed.random() < 0.5
    town = seed.choice(TOWNS)
    number = str(seed.randint(10, 99))

    def date() -> str:
        day, month, year = seed.randint(1, 28), seed.randint(1, 12), seed.randint(2009, 2026)
        return seed.choice(
            (f"{day:02d}/{month:02d}/{year}", f"{day}.{month}.{year % 100:02d}", f"{day} {MONTHS[month - 1]} {year}",
             f"{day}-{month:02d}-{year}", f"{day} {MONTHS[month - 1][:3]} {year}")
        )  # fmt: skip

    area, letters = seed.choice(("HP", "SL", "MK", "LU", "OX")), "".join(seed.choices("ABDEFGH", k=2))
    code = f"{area}{seed.randint(1, 22)} {seed.randint(1, 9)}{letters}"
    values = {
        "n": f"{given} {family}", "N": f"{family.upper()}, {given}", "g": given, "s": family, "g2": second,
        "dob": date(), "dob2": date(), "dod": date(), "dod2": date(), "date": date(),
        "t": seed.choice(("03:40", "1915", "22.41", "6am", "0312 hrs", "11:05")),
        "a": f"{seed.randint(1, 99)} {seed.choice(ROADS)}, {town}{seed.choice((', ' + code, ' ' + code, ''))}",
        "road": seed.choice(ROADS), "town": town, "pc": code, "hosp": seed.choice(HOSPITALS),
        "sch": seed.choice(SCHOOLS),
        "nhs": f"999 {seed.randint(100, 999)} {seed.randint(1000, 9999)}", "tel": f"01632 960{seed.randint(100, 999)}",
        "dr": f"{seed.choice(GIVEN)} {seed.choice(FAMILY)}", "p": f"{seed.choice(GIVEN)} {seed.choice(FAMILY)}",
        "age": str(seed.randint(1, 17)), "num": str(seed.randint(100, 99999)), "n2": number,
        "him": "him" if him else "her", "He": "He" if him else "She", "he": "he" if him else "she",
        "his": "his" if him else "her", "His": "His" if him else "Her",
        "ref": seed.choice(REF).replace("{n2}", number),
        "ref2": seed.choice(REF).replace("{n2}", str(seed.randint(10, 99))),
        **{name: seed.choice(options) for name, options in LABELS.items()},
    }  # fmt: skip
    return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], found[0]), text)


def dressed(text: Text, seed: random.Random) -> tuple[str, str]:
    """Return subject and body of one mail made of a text."""
    parts = [seed.choice(BANNERS), seed.choice(GREETINGS), text.body, seed.choice(ENDS), seed.choice(FOOTERS)]
    body = fill("\n".join(part for part in parts if part), seed)
    subject = fill(text.subject, seed)
    if seed.random() < 0.15:
        subject = seed.choice(("FW: ", "[secure] ", "Confidential: ", "URGENT ")) + subject
    if seed.random() < 0.12:
        subject = seed.choice(("", "CDOP", "Confidential", "Notification", "Hello"))
    return subject, body


def features_of(subject: str, body: str) -> frozenset[str]:
    is_reply = subject[:3].casefold() == "re:"
    return features(subject, lines([body], is_reply))


Sample = tuple[frozenset[str], float, float]  # features, 1.0 where a death is told, how much it counts


def samples(texts: list[Text], seed: random.Random) -> list[Sample]:
    found = []
    for text in texts:
        times = TIMES if text.kind.find("|") < 0 else 1
        for _ in range(times):
            subject, body = dressed(text, seed) if times > 1 else (text.subject, text.body)
            found.append((features_of(subject, body), float(text.told), 1.0 if times > 1 else 0.4))
    return found


def known_features(texts: list[Text], seed: random.Random) -> set[str]:
    """Return the features that stand in several of the texts as they were written, whatever filled them."""
    counts: Counter[str] = Counter()
    for text in texts:
        twice = [features_of(fill(text.subject, seed), fill(text.body, seed)) for _ in range(3)]
        counts.update(twice[0] & twice[1] & twice[2])
    names = {name.casefold() for name in (*GIVEN, *FAMILY, *TOWNS)}
    return {
        name for name, count in counts.items() if count >= LEAST_TEXTS and not names & set(re.split(r"[\s:]", name))
    }


def train(texts: list[Text], seed: random.Random) -> tuple[dict[str, float], float]:
    """Return the weights and the bias: AdaGrad on the logistic loss with L2."""
    wanted = known_features(texts, seed)
    data = [(sorted(found & wanted), told, counts) for found, told, counts in samples(texts, seed)]
    weights: dict[str, float] = defaultdict(float)
    squares: dict[str, float] = defaultdict(lambda: 1e-3)
    bias, bias_square = 0.0, 1e-3
    for _ in range(EPOCHS):
        seed.shuffle(data)
        for found, told, counts in data:
            total = bias + sum(weights[name] for name in found)
            error = counts * (1 / (1 + math.exp(-max(-30.0, min(30.0, total)))) - told)
            for name in found:
                slope = error + DECAY * weights[name]
                squares[name] += slope * slope
                weights[name] -= RATE * slope / math.sqrt(squares[name])
            bias_square += error * error
            bias -= RATE * error / math.sqrt(bias_square)
    return {name: round(weight, 3) for name, weight in weights.items() if abs(weight) >= 0.01}, round(bias, 3)


def total(found: frozenset[str], weights: dict[str, float], bias: float) -> float:
    return bias + sum(weights.get(name, 0.0) for name in found)


def check(texts: list[Text], seed: random.Random, folds: int = 5) -> None:
    """Say how texts fare that were not seen in training, by what share is found at each threshold."""
    order = list(texts)
    seed.shuffle(order)
    scored: list[tuple[float, Text]] = []
    for fold in range(folds):
        kept = [text for number, text in enumerate(order) if number % folds != fold]
        left_out = [text for number, text in enumerate(order) if number % folds == fold]
        weights, bias = train(kept, seed)
        for text in left_out:
            for _ in range(3 if "|" not in text.kind else 1):
                scored.append((total(features_of(*dressed(text, seed)), weights, bias), text))
    told = [found for found in scored if found[1].told]
    hard = [found for found in scored if not found[1].told and "|" not in found[1].kind]
    easy = [found for found in scored if not found[1].told and "|" in found[1].kind]
    for least in (-5, -4, -3, -2.5, -2, -1.5, -1, -0.5, 0, 1, 2):
        shares = [sum(value >= least for value, _ in part) / len(part) for part in (told, hard, easy)]
        print(f"{least:5}: told {shares[0]:.3f}  queries {shares[1]:.3f}  general {shares[2]:.3f}")
    worst = defaultdict(list)
    for value, text in scored:
        worst[(text.told, text.kind)].append(value)
    for is_told in (True, False):
        kinds = sorted(
            ((sum(v) / len(v), kind) for (was_told, kind), v in worst.items() if was_told is is_told),
            reverse=not is_told,
        )
        print("told, lowest:" if is_told else "not told, highest:", [(round(v, 1), kind) for v, kind in kinds[:14]])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--seed", type=int, default=14)
    given = parser.parse_args()
    seed = random.Random(given.seed)
    texts = [text for path in sorted(MAIL.glob("deaths*.txt")) for text in written(path, True)]
    texts += [text for path in sorted(MAIL.glob("others*.txt")) for text in written(path, False)]
    texts += general(seed)
    if given.check:
        check(texts, seed)
        return
    weights, bias = train(texts, seed)
    WEIGHTS.parent.mkdir(exist_ok=True)
    record = {"bias": bias, "possible": POSSIBLE, "sure": SURE, "of": dict(sorted(weights.items()))}
    WEIGHTS.write_text(json.dumps(record, ensure_ascii=False, indent=0) + "\n", "utf-8")
    print(len(weights), "weights, bias", bias)


POSSIBLE = -2.2
SURE = 2.0

if __name__ == "__main__":
    main()
