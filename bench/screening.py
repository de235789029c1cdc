"""Measure screening: what is left, what arrives whole, what it costs. ``python bench/screening.py [--presidio]``

--presidio compares with Presidio on a small spaCy model in the same run: it needs presidio-analyzer and a spaCy
model package importable in the environment that runs this (they are not dependencies of the gateway).
"""

from __future__ import annotations

import argparse
import importlib
import re
import resource
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.screening import load_known, load_screening
from gateway.model.content.screening import AllowList
from gateway.stages.screen import ScreenTables, screen
from tests.screening.score import HERE, context, mail_of, remains, rows, score, significant

SOFT = {"HEALTH_DETAIL", "ORG_SCHOOL_GP"}
LISTED = 15  # so many innocent messages that were held are listed one by one
HOSTILE = (
    "1.1.1.", "a@", "<", "<a '\"", "(", "&#", "> ", "nine ", "A.", "1 2 ", "Mr ", "a-\n", "http://a", "he ",
    "999 dash ", "two mill ", "form for 3 May ", "the year 4 ", "baby hope's ",
)  # fmt: skip


def limit(count: int, total: int) -> str:
    """Return a share with its upper 95 % limit: the rule of three at 0, else the normal approximation."""
    if total == 0:
        return "-"
    if count == 0:
        return f"0 of {total} (under {min(1.0, 3 / total):.1%})"
    share = count / total
    return (
        f"{count} of {total} ({share:.1%}, under {min(1.0, share + 1.96 * (share * (1 - share) / total) ** 0.5):.1%})"
    )


def figures(name: str, known: AllowList, tables: ScreenTables) -> None:
    scored = [score(row, known, tables) for row in rows(HERE / name)]
    confidential = [one for one in scored if one.confidential]
    innocent = [one for one in scored if not one.confidential]
    hard = [one for one in confidential if set(one.left) - SOFT]
    soft = [one for one in confidential if set(one.left) & SOFT]
    cards = [one for one in innocent if not one.whole]
    print(f"\n{name}: {len(confidential)} confidential, {len(innocent)} innocent")
    print("  identifiers left:               ", limit(len(hard), len(confidential)))
    print("  circumstances left:             ", limit(len(soft), len(confidential)), *[one.id for one in soft])
    print("  confidential not held:          ", limit(sum(one.whole for one in confidential), len(confidential)))
    print(
        f"  innocent that arrive:            {len(innocent) - len(cards)} of {len(innocent)} ({1 - len(cards) / len(innocent):.1%})"  # noqa: E501
    )
    unsure = [one for one in cards if one.codes == ("not_routine",)]
    print("    of those held, because the classifier is not sure enough:", len(unsure))
    for one in cards if len(cards) <= LISTED else []:
        print("    held:", one.id, ", ".join(one.codes))


def cost(known: AllowList, tables: ScreenTables) -> None:
    mails = [mail_of(row) for name in ("development.jsonl", "heldout.jsonl", "ninth") for row in rows(HERE / name)]
    times = []
    for _ in range(3):
        for mail in mails:
            started = time.process_time()
            screen(mail, context(known), tables)
            times.append((time.process_time() - started) * 1000)
    times.sort()
    print(
        f"\nprocessor milliseconds a message: median {times[len(times) // 2]:.2f}, p99 {times[int(len(times) * 0.99)]:.2f}, worst {times[-1]:.2f}"  # noqa: E501
    )
    print(f"memory of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def growth(known: AllowList, tables: ScreenTables) -> None:
    """Draw time against length, the cap on length taken away: twice the length is twice the time."""
    unlimited = replace(tables, max_characters=10**9)
    print("\nhostile text: ms at 25, 50 and 100 kB without the cap; at 100 kB with it (a card, unexamined)")
    for piece in HOSTILE:
        taken = []
        for length, used in ((25_000, unlimited), (50_000, unlimited), (100_000, unlimited), (100_000, tables)):
            text = (piece * (length // len(piece) + 1))[:length]
            mail = mail_of({"from_name": "Pat", "subject": "Agenda", "body": text})
            started = time.process_time()
            screen(mail, context(known), used)
            taken.append((time.process_time() - started) * 1000)
        bar = "#" * min(60, int(taken[2] / 25))
        print(f"  {piece!r:12} {taken[0]:8.0f} {taken[1]:8.0f} {taken[2]:8.0f} | {taken[3]:6.0f}  {bar}")


def presidio(model: str) -> Callable[[str], str]:
    """Return find-and-mask as Presidio does it with its recognisers for the United Kingdom."""
    analyzer: Any = importlib.import_module("presidio_analyzer")
    provider: Any = importlib.import_module("presidio_analyzer.nlp_engine")
    setting = {"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": model}]}
    engine = analyzer.AnalyzerEngine(nlp_engine=provider.NlpEngineProvider(nlp_configuration=setting).create_engine())

    def mask(text: str) -> str:
        for found in sorted(engine.analyze(text=text, language="en"), key=lambda one: -one.start):
            text = text[: found.start] + "*" + text[found.end :]
        return text

    return mask


def compare(model: str) -> None:
    mask = presidio(model)
    confidential = [row for row in rows(HERE / "heldout.jsonl") if row["confidential"]]
    left = hard = 0
    started = time.process_time()
    for row in confidential:
        masked = mask(row["subject"]) + " " + mask(row["body"])
        words = {significant(word) for word in re.split(r"\W+", masked)}
        remaining = {span["label"] for span in row["spans"] if remains(span["text"], significant(masked), words)}
        left += bool(remaining)
        hard += bool(remaining - SOFT)
    each = (time.process_time() - started) * 1000 / len(confidential)
    print(f"\nPresidio with {model}, find and mask, on the confidential of heldout.jsonl:")
    print("  messages with an identifier left:", limit(hard, len(confidential)))
    print("  messages with anything left:     ", limit(left, len(confidential)), f"; {each:.0f} ms a message")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--presidio", metavar="SPACY_MODEL")
    parser.add_argument("--config", type=Path, default=None)
    args = parser.parse_args()
    tables = load_screening(args.config or packaged_config())
    known = load_known(HERE / "development_known.json")
    print("kept apart from training:")
    for name in ("heldout.jsonl", "ninth"):
        figures(name, known, tables)
    ordinals = ("fourth", "fifth", "sixth", "seventh", "eighth")
    print("\npart of the training, so these only show that nothing is broken:")
    for name in ("development.jsonl", "second.jsonl", "third.jsonl", *ordinals):
        figures(name, known, tables)
    cost(known, tables)
    growth(known, tables)
    if args.presidio:
        compare(args.presidio)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
