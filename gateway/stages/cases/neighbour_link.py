"""The neighbour's page: a one-time link and a code, both inside the encrypted message, and what a post there proves.

Whoever posts the right token with the right code has opened the message. The token alone is not enough: scanners
follow links, and some fill in forms. Only hashes are stored; the public side cannot tell right tokens from wrong ones.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import reduce
from typing import Any

from gateway.model.case.rows import HandoverRow
from gateway.model.content.confidential import NOTHING, ConfidentialText
from gateway.model.ids import CASE_NUMBER_LENGTH, ENTROPY_BYTES, PanelId, case_number
from gateway.model.residence.panels import PanelRegister
from gateway.stages.cases.handover import Event, Fact, record

FORM = "neighbour"  # the form id of a post from the page
PATH = "/handover"
TOKEN_BYTES = 32
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_MAX_TEXT = 200


@dataclass(frozen=True, slots=True)
class Link:
    """What goes into the encrypted message, and nowhere else."""

    token: str = field(repr=False)
    code: str = field(repr=False)

    def address(self, base_url: str) -> str:
        """Return the address of the page."""
        return f"{base_url.rstrip('/')}{PATH}/{self.token}"

    @property
    def shown_code(self) -> str:
        """The code as people read it: "ABCD-EFGH"."""
        half = CASE_NUMBER_LENGTH // 2
        return f"{self.code[:half]}-{self.code[half:]}"


def make(token_entropy: bytes, code_entropy: bytes) -> Link:
    """Return a new link from 32 and 16 random bytes."""
    if len(token_entropy) != TOKEN_BYTES or len(code_entropy) != ENTROPY_BYTES:
        raise ValueError("a link takes 32 and 16 bytes of entropy")
    return Link(base64.urlsafe_b64encode(token_entropy).decode().rstrip("="), case_number(code_entropy))


def with_link(row: HandoverRow, link: Link) -> HandoverRow:
    """Return a hand-over that can be answered by this link. The token has 256 bits, so a plain hash hides both."""
    return replace(row, link_hash=_link_hash(link.token), code_hash=_code_hash(link.token, link.code), link_tries=0)


def _link_hash(token: str) -> str:
    return hashlib.sha256(b"cdop handover link v1\x1f" + token.encode()).hexdigest()


def _code_hash(token: str, code: str) -> str:
    return hashlib.sha256(b"cdop handover code v1\x1f" + token.encode() + b"\x1f" + code.encode()).hexdigest()


class Choice(StrEnum):
    """What the neighbour can say on the page."""

    ACKNOWLEDGE = "acknowledge"
    ACCEPT = "accept"
    DECLINE = "decline"


@dataclass(frozen=True, slots=True)
class PanelAnswer:
    """One post from the page, not yet judged."""

    token: str = field(repr=False)
    code: str = field(repr=False)
    choice: Choice
    declined_to: ConfidentialText = NOTHING  # in the neighbour's words
    name: ConfidentialText = NOTHING  # who answered


def plain_code(typed: str) -> str:
    """Return a code as it is hashed: capitals, without blanks and hyphens."""
    return re.sub(r"[\s-]", "", typed[:40]).upper()


def description(answer: PanelAnswer, language: str) -> dict[str, Any]:
    """Return a post as it is sealed (``gateway.model.form.form_post``)."""
    values = {
        "token": answer.token,
        "code": answer.code,
        "choice": answer.choice.value,
        "declined_to": answer.declined_to.reveal(),
        "name": answer.name.reveal(),
    }
    fields = {name: {"value": value, "state": "known"} for name, value in values.items() if value}
    return {"form": FORM, "language": language, "fields": fields, "groups": {}, "files": []}


def read(values: Mapping[str, Any]) -> PanelAnswer | None:
    """Read the description of a post; None where it is not one of this page's.

    A compromised intake may write anything, so nothing about its form is assumed.
    """
    if values.get("form") != FORM:
        return None
    token, code, choice = (_text(values, name) for name in ("token", "code", "choice"))
    if not TOKEN.fullmatch(token) or choice not in set(Choice):
        return None
    declined_to, name = (ConfidentialText(_text(values, field)) for field in ("declined_to", "name"))
    return PanelAnswer(token, plain_code(code), Choice(choice), declined_to, name)


def _text(values: Mapping[str, Any], name: str) -> str:
    fields = values.get("fields")
    entry = fields.get(name) if isinstance(fields, dict) else None
    value = entry.get("value") if isinstance(entry, dict) else None
    return value[:_MAX_TEXT].strip() if isinstance(value, str) else ""


class Verdict(StrEnum):
    """The verdict on a post."""

    TAKEN = "taken"
    REPEATED = "repeated"  # it says nothing new
    UNKNOWN = "unknown"  # no hand-over has this link
    WRONG_CODE = "wrong_code"
    LOCKED = "locked"  # too many wrong codes: by telephone only
    EXPIRED = "expired"
    USED_UP = "used_up"  # accepted, declined or agreed already: people deal with a change of mind


@dataclass(frozen=True, slots=True)
class LinkPolicy:
    """How long a link is valid, and how many wrong codes it allows."""

    valid_for: timedelta = timedelta(days=60)  # from the making of the hand-over
    max_tries: int = 5


def find(answer: PanelAnswer, handovers: Sequence[HandoverRow]) -> HandoverRow | None:
    """Return the hand-over that a post is about, or None."""
    wanted = _link_hash(answer.token)
    found = [row for row in handovers if row.link_hash is not None and hmac.compare_digest(row.link_hash, wanted)]
    return found[0] if found else None


def judge(
    answer: PanelAnswer, row: HandoverRow | None, at: datetime, policy: LinkPolicy, register: PanelRegister
) -> tuple[Verdict, HandoverRow | None]:
    """Judge a post that was received ``at``. The row is the one to commit: with the new facts, or one more try.

    None if there is nothing to write. Any answer acknowledges.
    """
    if row is None or row.code_hash is None or find(answer, [row]) is None:
        return Verdict.UNKNOWN, None
    if row.link_tries >= policy.max_tries:
        return Verdict.LOCKED, None
    if not hmac.compare_digest(row.code_hash, _code_hash(answer.token, answer.code)):
        return Verdict.WRONG_CODE, replace(row, link_tries=row.link_tries + 1)
    verdict = Verdict.EXPIRED if at >= row.created_at + policy.valid_for else _news(answer, row)
    if verdict is not Verdict.TAKEN:
        return verdict, None
    return verdict, reduce(record, _events(answer, at, register), row)


def _news(answer: PanelAnswer, row: HandoverRow) -> Verdict:
    """Say whether the answer adds anything to what the neighbour has said."""
    if answer.choice is Choice.ACKNOWLEDGE:
        return Verdict.TAKEN if row.acknowledged_at is None else Verdict.REPEATED
    if not any((row.accepted_at, row.declined_at, row.agreed_at)):
        return Verdict.TAKEN
    said = Choice.DECLINE if row.declined_at is not None else Choice.ACCEPT if row.accepted_at is not None else None
    return Verdict.REPEATED if said is answer.choice else Verdict.USED_UP


def _events(answer: PanelAnswer, at: datetime, register: PanelRegister) -> tuple[Event, ...]:
    acknowledged = Event(Fact.ACKNOWLEDGED, at)
    if answer.choice is Choice.ACCEPT:
        return acknowledged, Event(Fact.ACCEPTED, at)
    if answer.choice is Choice.DECLINE:
        return acknowledged, Event(Fact.DECLINED, at, panel_named(answer.declined_to, register))
    return (acknowledged,)


def panel_named(said: ConfidentialText, register: PanelRegister) -> PanelId | None:
    """Return the panel that a neighbour's words name exactly, by id, name, or name with "CDOP"; None otherwise."""
    words = " ".join(said.reveal().split()).casefold()
    found = [
        panel.id
        for panel in register.panels.values()
        if words in (panel.id.casefold(), panel.name.casefold(), panel.display.casefold())
    ]
    return found[0] if len(found) == 1 else None
