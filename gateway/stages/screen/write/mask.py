"""Replace isolated contact details by typed tokens, the same token for the same detail throughout a thread."""

from __future__ import annotations

import re

from gateway.model.content.confidential import Confidential, ConfidentialText
from gateway.stages.screen.judge.evidence import Item

TOKENS = {
    "phone": "PHONE",
    "email": "EMAIL",
    "link": "LINK",
    "own_name": "NAME",
    "addressed": "NAME",
    "name": "NAME",
    "initials": "NAME",
    "nhs_number": "NUMBER",
}
MAX_MASKS = 4
_TYPED = re.compile(r"\[(\s{0,9}[A-Za-z]{2,12}\s{0,9}\d{0,6}\s{0,9})\]")  # looks like a token of ours


class Masks:
    """The tokens of one thread. Numbers count up by kind; nothing of the detail shows."""

    def __init__(self, given: tuple[tuple[ConfidentialText, str], ...]) -> None:
        self._tokens = {detail.reveal(): token for detail, token in given}

    def token(self, kind: str, detail: str) -> str:
        """Return the token for ``detail``; equal details but for case and punctuation have one token."""
        key = "".join(char for char in detail.lower() if char.isalnum())
        if key not in self._tokens:
            word = TOKENS[kind]
            number = 1 + sum(token.startswith(f"[{word} ") for token in self._tokens.values())
            self._tokens[key] = f"[{word} {number}]"
        return self._tokens[key]

    def pairs(self) -> tuple[tuple[ConfidentialText, str], ...]:
        """Return every detail with its token: for the sealed record only."""
        return tuple((Confidential(detail), token) for detail, token in self._tokens.items())


def apply(text: str, places: list[tuple[int, int, Item]], masks: Masks) -> str:
    """Return ``text`` with each place replaced by its token. ``places`` are in the text's own offsets."""
    pieces: list[str] = []
    position = 0
    for start, end, item in sorted(places, key=lambda place: (place[0], -place[1])):
        if start < position:
            continue
        pieces += [typed(text[position:start]), masks.token(item.kind, text[start:end])]
        position = end
    return "".join([*pieces, typed(text[position:])])


def typed(text: str) -> str:
    """Return ``text`` with square brackets round what somebody typed made round ones: square ones are ours alone."""
    return _TYPED.sub(r"(\1)", text)
