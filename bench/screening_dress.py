"""Measure screening in real dress: innocent messages under signatures, banners and above or below quotations, and
confidential sentences as postscripts. ``python -m bench.screening_dress``

The messages are those of tests/screening (development and validation by now); the dress is written for this measure and
never trained on. It is one author's, so the figures say what dress costs, not how many strangers' mail arrive.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.screening import load_known, load_screening
from gateway.model.content.confidential import Confidential
from gateway.model.content.screening import AllowList, Screened
from gateway.model.kinds import ScreenOutcome
from gateway.stages.screen import ScreenTables, screen
from tests.screening.score import HERE, context, mail_of, rows, significant

SETS = ("sixth", "seventh", "ninth")
DRESS = HERE / "dress" / "measure.txt"
_SENDER = ("Jo Barker", "jo.barker@fenwater.example")
_HELD = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)


def dresses(path: Path) -> dict[str, str]:
    """Return each dress by name: a text with {body} in it."""
    found = {}
    for block in re.split(r"^@@ ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        name, _, text = block.partition("\n")
        found[name.strip()] = text.strip("\n")
    return found


def screened(body: str, subject: str, known: AllowList, tables: ScreenTables) -> Screened:
    mail = mail_of({"from_name": _SENDER[0], "subject": subject, "body": body})
    mail = replace(mail, authors=(Confidential(_SENDER[1]),))
    asked = context(known, authenticated=True, author_domain="fenwater.example", partner=True)
    return screen(mail, asked, tables)


def bare(row: dict[str, Any]) -> str:
    """Return a body without the name that its author gave it, where that stands in lines of its own."""
    lines = row["body"].strip().split("\n")
    while len(lines) > 1 and not re.search(r"[.?!]$", lines[-1].strip()):
        lines = lines[:-1]
    return "\n".join(lines).strip()


def main() -> None:
    tables, known = load_screening(packaged_config()), load_known(HERE / "development_known.json")
    found = [row for name in SETS for row in rows(HERE / name) if not row["confidential"]]
    bodies = [(bare(row), row["subject"]) for row in found]
    plain = [one for one in bodies if screened(*one, known, tables).outcome is not ScreenOutcome.CARD]
    print(f"innocent, bare: {len(plain)} of {len(bodies)} arrive; of these, dressed:")
    for name, dress in dresses(DRESS).items():
        results = [screened(dress.replace("{body}", body), subject, known, tables) for body, subject in plain]
        held = [one for one in results if one.outcome is ScreenOutcome.CARD]
        short = sum(
            significant(body) not in significant(one.text.reveal())
            for one, (body, _) in zip(results, plain, strict=True)
            if one.outcome is ScreenOutcome.PASS
        )
        reasons = Counter(reason.code for one in held for reason in one.reasons)
        print(f"  {name:24} {len(plain) - len(held)} arrive, {short} of them not whole; {dict(reasons.most_common(5))}")
    _postscripts(known, tables)


def _postscripts(known: AllowList, tables: ScreenTables) -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted((HERE / "ninth").glob("*.txt")))
    said = list(dict.fromkeys(" ".join(part.split()) for part in _HELD.findall(text) if len(part) < 110))
    for form in ("PS {}", "{}", "({})"):
        shown = dropped = 0
        for sentence in said:
            body = "Hello,\n\nPlease could you send us fifty more leaflets?\n\nKind regards\n\nJo Barker\nNurse\n"
            one = screened(body + form.format(sentence), "Leaflets", known, tables)
            if one.outcome is not ScreenOutcome.CARD:
                visible = significant(sentence) in significant(one.text.reveal())
                shown, dropped = shown + visible, dropped + (not visible)
                if visible:
                    print("   shown:", sentence)
        print(
            f"confidential as {form!r} under a signature: {shown} of {len(said)} shown, {dropped} left out and counted"
        )


if __name__ == "__main__":
    main()
