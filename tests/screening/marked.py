"""Read mail in the authors' own form: a header line, a subject, a body with {{ }} round what is confidential.

    @@ C | family | quiet narrative
    Subject: question
    Is there a leaflet? {{I only went to answer the door.}} Thanks.

``I`` is innocent, ``C`` confidential; then who writes, and of what kind it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_MESSAGE = re.compile(r"^@@ ", re.MULTILINE)
_MARK = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_IDENTIFIER = re.compile(r"\d|(?<![.!?\"(]\s)(?<!^)\b[A-Z][a-z]")  # a figure, or a capital that opens no sentence
_JOB = re.compile(r"[,|(@;]| - |\s{2,}")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_CLOSING = re.compile(
    r"^(?:(?:(?:kind|best|warm|many|with) )*(?:regards|wishes|thanks)|thank you|thanks|cheers|ta|yours \w+|best|love"
    r"|sincerely|sent from my \w+)\b[ ,.!x-]*",
    re.IGNORECASE,
)
_GREETING = re.compile(r"(?:dear|hi|hello|hiya|all|good (?:morning|afternoon))\b", re.IGNORECASE)
_PARTICLES = frozenset(("of", "the", "and", "&", "de", "van"))


def read(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the messages of one file as rows of a set (tests/screening/score.py)."""
    for number, message in enumerate(_MESSAGE.split(path.read_text(encoding="utf-8"))[1:]):
        header, _, rest = message.partition("\n")
        kind, role, grade = (part.strip() for part in header.split("|"))
        first, _, body = rest.partition("\n")
        subject, spans = _unmarked(first.removeprefix("Subject:").strip(), "subject")
        body, more = _unmarked(body.strip("\n") + "\n", "body")
        yield {
            "id": f"{path.parent.name}/{path.stem}:{number}",
            "subject": subject,
            "from_name": _author(body),
            "body": body,
            "spans": spans + more,
            "confidential": kind == "C",
            "role": role,
            "grade": grade,
            "tricks": [],
        }


def _unmarked(text: str, where: str) -> tuple[str, list[dict[str, Any]]]:
    plain, spans, position = "", [], 0
    for mark in _MARK.finditer(text):
        plain += text[position : mark.start()]
        label = "IDENTIFIER" if _IDENTIFIER.search(mark[1]) else "HEALTH_DETAIL"
        place = {"start": len(plain), "end": len(plain) + len(mark[1])}
        spans.append(place | {"label": label, "text": mark[1], "where": where})
        plain += mark[1]
        position = mark.end()
    return plain + text[position:], spans


def _author(body: str) -> str:
    """Return the name under the message, as its display name would be; a stranger's where there is none."""
    lines = [line.strip() for line in body.split("\n") if line.strip()]
    last = _SENTENCE.split(lines[-1])[-1] if lines else ""
    for line in (*reversed(lines[1:][-4:]), last):
        name = _JOB.split(_CLOSING.sub("", line))[0].strip(" .!")
        words = name.split()
        capitals = all(word[0].isupper() or word in _PARTICLES for word in words)
        if words and capitals and len(words) <= 4 and not re.search(r"[?:0-9]", name) and not _GREETING.match(name):
            return name
    return "Somebody Else"
