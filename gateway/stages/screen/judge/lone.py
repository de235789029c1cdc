"""The one identifier of a message that has nothing else: it becomes a token where the readers are surer than usual."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from gateway.stages.screen.judge.evidence import Item
from gateway.stages.screen.tables import ScreenTables

KINDS = frozenset(("name", "initials", "nhs_number"))
SURER = 1.5  # by so much every stretch must be above what it needs where there are words of illness
_CAPITAL_BEHIND = re.compile(r"(?:'s)?[ \-]([A-Z][\w'\-]{0,30})")
_CAPITAL_BEFORE = re.compile(r"([A-Z][\w'\-]{0,30}\.?)[ \-]$")
_OF_AN_ORDER = re.compile(
    r"\b(?:order|purchase order|po|invoice)(?:\s(?:no\.?|number|ref))?[\s:#.]{1,3}$", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]{2,}")


def lone(items: Sequence[Item], text: str, tables: ScreenTables) -> list[Item]:
    """Return the places of the one identifier among ``items`` (all the strong ones of ``text``); [] if a card is due.

    A name takes in the words with a capital beside it, and none of its words may stand elsewhere: of a name that is
    half seen the other half would show.
    """
    if any(item.kind not in KINDS or item.end <= item.start for item in items):
        return []
    if any(
        item.kind == "nhs_number" and not _OF_AN_ORDER.search(text, max(0, item.start - 30), item.start)
        for item in items
    ):
        return []
    found = _merged([_whole(item, text) for item in items])
    said = {text[item.start : item.end].lower().removesuffix("'s") for item in found}
    words = {word.lower() for one in said for word in _WORD.findall(one)} - tables.titles
    rest = "".join(
        char if not any(item.start <= place < item.end for item in found) else " " for place, char in enumerate(text)
    )
    elsewhere = words & {word.lower() for word in _WORD.findall(rest) if word[0].isupper()}
    return found if len(said) == 1 and not elsewhere else []


def _whole(item: Item, text: str) -> Item:
    """Return a name with the words with a capital on both sides of it."""
    if item.kind == "nhs_number":
        return item
    start, end = item.start, item.end
    while (behind := _CAPITAL_BEHIND.match(text, end)) is not None:
        end = behind.end()
    while (before := _CAPITAL_BEFORE.search(text, max(0, start - 33), start)) is not None:
        start = before.start()
    return replace(item, start=start, end=end)


def _merged(items: list[Item]) -> list[Item]:
    found: list[Item] = []
    for item in sorted(items, key=lambda item: (item.start, -item.end)):
        if found and item.start < found[-1].end:
            found[-1] = replace(found[-1], end=max(found[-1].end, item.end))
        else:
            found.append(item)
    return found
