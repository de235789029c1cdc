"""Make second.jsonl and third.jsonl of the authors' texts beside them: ``python -m tests.screening.make_second``.

One message a line: subject, sender, body, with ``¶`` for a line's end; ``[[X:text]]`` is a confidential stretch.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
LABELS = {
    "N": "NAME",
    "D": "DOB",
    "I": "NHS_NUMBER",
    "A": "ADDRESS",
    "P": "PHONE",
    "R": "CASE_REF",
    "S": "ORG_SCHOOL_GP",
    "H": "HEALTH_DETAIL",
    "G": "DOB",
    "T": "DATE_OF_DEATH",
}
_MARK = re.compile(r"\[\[([A-Z]):(.*?)\]\]")


def unmarked(text: str, where: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the text without marks, and its spans."""
    plain, spans, position = "", [], 0
    for mark in _MARK.finditer(text):
        plain += text[position : mark.start()]
        label = LABELS[mark[1]]
        tier = "soft" if label in ("HEALTH_DETAIL", "ORG_SCHOOL_GP") else "hard"
        place = {"start": len(plain), "end": len(plain) + len(mark[2])}
        spans.append(place | {"label": label, "text": mark[2], "where": where, "tier": tier})
        plain += mark[2]
        position = mark.end()
    return plain + text[position:], spans


def grade(spans: list[dict[str, Any]], body: str) -> str:
    if not spans:
        return "innocent"
    if any(span["tier"] == "hard" for span in spans):
        return "marked"
    hidden = sum(span["end"] - span["start"] for span in spans) < 0.5 * len(body)
    return "buried" if hidden else "subtle"


def rows(name: str) -> list[dict[str, Any]]:
    found = []
    for kind in ("innocent", "confidential"):
        for number, line in enumerate((HERE / name / f"{kind}.txt").read_text(encoding="utf-8").splitlines()):
            subject, sender, body = line.split(" | ", 2)
            subject, spans = unmarked(subject, "subject")
            body, more = unmarked(body.replace("¶", "\n"), "body")
            spans += more
            row: dict[str, Any] = {
                "id": f"{name[0].upper()}-{kind[0].upper()}{number:03}",
                "subject": subject,
                "from_name": sender,
            }
            row |= {"body": body, "spans": spans, "confidential": bool(spans)}
            found.append(row | {"role": "varied", "grade": grade(spans, body), "tricks": []})
    return found


def main() -> int:
    for name in ("second", "third"):
        if (HERE / name).is_dir():
            lines = [json.dumps(row, ensure_ascii=False) for row in rows(name)]
            (HERE / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
