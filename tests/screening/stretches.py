"""A message as the classifier of screening sees it, each stretch with what its author says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gateway.model.content.screening import AllowList
from gateway.stages.screen import ScreenTables
from gateway.stages.screen.judge.classify import Stretch, headed, stretches
from gateway.stages.screen.read.source import choose
from gateway.stages.screen.screen import Read, evidence_of, own_details, read_message
from tests.screening.score import context, mail_of


@dataclass(frozen=True)
class Labelled:
    stretches: tuple[Stretch, ...]
    labels: tuple[int | None, ...]  # 1: confidential, 0: not, None: nobody has said
    confidential: bool
    stopped: str  # "by nothing", "by words alone" (the classifier has the last word), "by a rule"


def labelled(row: dict[str, Any], known: AllowList, tables: ScreenTables) -> Labelled:
    mail, asked = mail_of(row), context(known)
    read = read_message(mail, choose(mail), asked, tables)
    text = read.fresh.text
    masked = own_details(read, tables)
    hidden = frozenset(text[item.start : item.end].lower() for item in masked)
    people = read.allowed.people
    body = stretches(text, read.in_fresh, people=people, end=len(text), masked=hidden)
    labels = _labels(row, read, body)
    if read.subject.text.strip():
        body.append(headed(read.subject.text, read.in_subject, people=people, masked=hidden))
        labels.append(_label_of_subject(row, labels))
    evidence = evidence_of(read, tables)
    words_alone = all(specific for _, specific in evidence)
    stopped = "by nothing" if not evidence else "by words alone" if words_alone else "by a rule"
    return Labelled(tuple(body), tuple(labels), row["confidential"], stopped)


def _label_of_subject(row: dict[str, Any], labels: list[int | None]) -> int | None:
    if not row["confidential"]:
        return 0
    if any(span["where"] == "subject" for span in row["spans"]):
        return 1
    return 0 if any(labels) and row["spans"] else None


def _labels(row: dict[str, Any], read: Read, body: list[Stretch]) -> list[int | None]:
    if not row["confidential"]:
        return [0] * len(body)
    places = [place for span in row["spans"] if span["where"] == "body" for place in _places(span, read.body.text)]
    found: list[int | None] = [int(any(_overlap(one, place) > 1 for place in places)) for one in body]
    if any(found):
        return found
    if any(span["where"] == "subject" for span in row["spans"]):
        return [0] * len(body)
    return [1] + [None] * (len(body) - 1)  # confidential as a whole: nobody has said which sentence


def _overlap(one: Stretch, place: tuple[int, int]) -> int:
    return min(one.end, place[1]) - max(one.start, place[0])


def _places(span: dict[str, Any], text: str) -> list[tuple[int, int]]:
    """Return where a span stands in the normalised text."""
    if text[span["start"] : span["end"]] == span["text"]:
        return [(span["start"], span["end"])]
    start = text.find(span["text"][:20])
    return [(start, start + len(span["text"]))] if start >= 0 else []
