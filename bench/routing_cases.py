"""Score routing on its validation cases: ``python -m bench.routing_cases [--verbose]``.

``tests/stages/route/cases/texts.csv`` holds texts as ``gateway geo explain --batch`` takes them, ``mails.toml`` whole
mails. Expected: R route to the panel named, H hold, RH either (if routed, then to the panel named), O outside England.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests" / "stages" / "route" / "cases"
HEAD = "From: Dr Test <test@trust.example>\r\nTo: secure@panel.example\r\nSubject: {subject}\r\n"
PLAIN = "MIME-Version: 1.0\r\nContent-Type: {type}; charset=utf-8\r\nDate: Mon, 30 Nov 2026 10:00:00 +0000\r\n"


def verdict(expect: str, panel: str, outcome: str, routed: str | None) -> str:
    """Return "right", "wrong" (left for a wrong panel, or where a person should look) or "held"."""
    if outcome == "route":
        return "right" if expect in ("R", "RH") and routed == panel else "wrong"
    if expect == "O":
        return "right" if outcome == "outside" else "held"
    return "held" if expect == "R" else "right"


def texts() -> list[dict[str, str]]:
    """Return the cases of bare texts."""
    with (CASES / "texts.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def mails() -> list[dict[str, str]]:
    """Return the cases of whole mails."""
    return list(tomllib.loads((CASES / "mails.toml").read_text(encoding="utf-8"))["mail"])


def _gateway(*arguments: str, lines: str = "") -> list[dict[str, object]]:
    done = subprocess.run(
        [sys.executable, "-m", "gateway", *arguments], input=lines, capture_output=True, text=True, check=True, cwd=ROOT
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def _score(title: str, rows: list[tuple[str, str, str, str, str | None, str | None]], verbose: bool) -> int:
    counts: Counter[str] = Counter()
    plain = right_first = 0
    for name, expect, panel, outcome, routed, why in rows:
        found = verdict(expect, panel, outcome, routed)
        counts[found] += 1
        plain += expect == "R"
        right_first += bool(panel) and routed == panel
        if verbose and found != "right":
            print(f"  {found:<6} {name!r}: expected {expect} {panel}, got {outcome} {routed} ({why})")
    named = sum(1 for row in rows if row[2])
    print(f"{title}: {len(rows)} cases, wrong {counts['wrong']}, plain {plain} of which held {counts['held']},")
    print(f"  first proposal right in {right_first} of {named} that have a panel")
    return counts["wrong"]


def score_texts(verbose: bool) -> int:
    """Print the score of ``gateway geo explain``; return how many are wrong."""
    cases = texts()
    lines = "\n".join(case["input"] for case in cases) + "\n"
    answers = _gateway("geo", "explain", "--assume-confirmed", "--batch", "-", lines=lines)
    rows = [
        (c["input"], c["expect"], c["panel"], str(a["outcome"]), a["panel"], str(a["reasons"])[:160])
        for c, a in zip(cases, answers, strict=True)
    ]
    return _score("texts", rows, verbose)  # type: ignore[arg-type]


def score_mails(verbose: bool) -> int:
    """Print the score of ``gateway explain``; return how many are wrong."""
    cases = mails()
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number, case in enumerate(cases):
            files.append(Path(folder) / f"{number:04}.eml")
            head = HEAD.format(subject=case.get("subject", "Notification"))
            body = case["body"].replace("\n", "\r\n")
            kind = PLAIN.format(type=case.get("type", "text/plain"))
            files[-1].write_bytes(f"{head}{kind}\r\n{body}".encode())
        options = ("--json", "--authenticated", "--assume-confirmed", "--mailbox", "secure")
        answers = _gateway("explain", *options, *map(str, files))
    rows: list[tuple[str, str, str, str, str | None, str | None]] = []
    for case, answer in zip(cases, answers, strict=True):
        route = answer["route"]
        assert isinstance(route, dict)
        rows.append((case["name"], case["expect"], case["panel"], str(route["outcome"]), route["panel"], _codes(route)))
    return _score("mails", rows, verbose)


def _codes(route: dict[str, list[dict[str, str]]]) -> str:
    return " ".join(reason["code"] for reason in route["reasons"])


def main() -> int:
    """Score both. 1 where anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--verbose", action="store_true", help="show every case that is not right")
    args = parser.parse_args()
    return 1 if score_texts(args.verbose) + score_mails(args.verbose) else 0


if __name__ == "__main__":
    raise SystemExit(main())
