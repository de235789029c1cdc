"""Score screening strictly: every significant character of a confidential span gone from subject and text."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from gateway.model.content.message import Mail
from gateway.model.content.screening import AllowList, ScreenContext, Screened
from gateway.model.kinds import MailboxName, ScreenOutcome
from gateway.stages.mime import MimeLimits, parse
from gateway.stages.screen import ScreenTables, screen
from tests.screening import marked

HERE = Path(__file__).parent


def context(known: AllowList, **changes: Any) -> ScreenContext:
    """Return the context of a message from an unknown sender."""
    given: dict[str, Any] = {
        "mailbox": MailboxName.GENERAL,
        "received_at": datetime(2025, 3, 4, 9, 30, tzinfo=UTC),
        "reference": "K7MPQ2XRTW",
        "allowed": known,
    }
    return ScreenContext(**(given | changes))


def rows(path: Path) -> list[dict[str, Any]]:
    """Return the messages of a set: a file of JSON lines, or a folder of files in the authors' form."""
    if path.is_dir():
        return [row for part in sorted(path.glob("*.txt")) for row in marked.read(part)]
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def mail_of(row: dict[str, Any]) -> Mail:
    """Wrap one row of a set as the plainest message."""
    message = EmailMessage()
    message["From"] = f'"{row["from_name"]}" <sender@outside.example>'
    message["Subject"] = row["subject"]
    message.set_content(row["body"], charset="utf-8", cte="base64")
    mail = parse(message.as_bytes(), MimeLimits())
    assert isinstance(mail, Mail)
    return mail


@dataclass(frozen=True)
class Scored:
    id: str
    confidential: bool
    outcome: ScreenOutcome
    left: tuple[str, ...]  # labels of spans of which something is left
    whole: bool
    codes: tuple[str, ...]


def significant(text: str) -> str:
    return "".join(char for char in text.lower() if char.isalnum())


def remains(span: str, shown: str, words: set[str]) -> bool:
    """Say whether the span, or any word of it of three characters or more, can still be read."""
    pieces = {significant(word) for word in re.split(r"\W+", span)}
    return significant(span) in shown or any(len(piece) > 2 and piece in words for piece in pieces)


def lost_lines(row: dict[str, Any], screened: Screened) -> list[str]:
    """Return the lines of an innocent message that did not arrive."""
    text = significant(screened.text.reveal())
    return [line for line in row["body"].split("\n") if significant(line) and significant(line) not in text]


def score(row: dict[str, Any], known: AllowList, tables: ScreenTables) -> Scored:
    screened = screen(mail_of(row), context(known), tables)
    released = screened.outcome is not ScreenOutcome.CARD
    shown = significant(screened.subject.reveal() + " " + screened.text.reveal()) if released else ""
    words = {significant(word) for word in re.split(r"\W+", screened.subject.reveal() + " " + screened.text.reveal())}
    left = tuple(span["label"] for span in row["spans"] if released and remains(span["text"], shown, words))
    return Scored(
        row["id"],
        row["confidential"],
        screened.outcome,
        left,
        released,
        tuple(reason.code for reason in screened.reasons),
    )
