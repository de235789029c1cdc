"""What is known and allowed: the panel's list, and the words of the sender's own name."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gateway.model.content.message import Mail
from gateway.model.content.screening import AllowList
from gateway.stages.screen.find.names import Allowed
from gateway.stages.screen.read.text import view
from gateway.stages.screen.tables import ScreenTables

_WORD = re.compile(r"[^\W\d_]+")
_NOT_OWN = re.compile(  # from here on a display name is no longer the sender's name: "Jo Barker (Kieron Maddox)"
    r"[(\[{<|/;:@\"+&]|\s-|-\s|\b(?:via|re|for|on behalf|and|about|regarding|cc|fao|the|at|from|of|with|parent|mother"
    r"|father|mum|dad)\b",
    re.IGNORECASE,
)
MOST_OWN_WORDS = 4


def allowed_of(known: AllowList) -> Allowed:
    """Return the list in a form to look up."""
    people = _words(known.staff)
    sites = tuple(domain.partition(".")[0] for domain in known.domains)
    return Allowed(
        words=people | _words((known.panel, *known.places, *known.organisations, *known.vocabulary, *sites)),
        people=people,
        phones=frozenset("".join(char for char in phone if char.isdigit()) for phone in known.phones),
        domains=frozenset(domain.lower() for domain in known.domains),
    )


def _words(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word.lower() for text in texts for word in _WORD.findall(text))


def allow_list(known: Mapping[str, object]) -> AllowList:
    """Read an allow-list from a mapping like the packaged known.toml or a JSON file of it. ValueError if wrong."""
    names = {"panel": "panel", "staff": "staff", "phones": "phones", "domains": "domains", "places": "places"}
    names |= {"orgs": "organisations", "organisations": "organisations", "vocabulary": "vocabulary"}
    unknown = set(known) - set(names)
    if unknown:
        raise ValueError("unknown entry in the allow-list")
    panel = known.get("panel", "")
    if not isinstance(panel, str):
        raise ValueError("panel is a text")  # noqa: TRY004 - callers catch ValueError for a wrong file
    lists: dict[str, tuple[str, ...]] = {}
    for key, value in known.items():
        if key == "panel":
            continue
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            raise ValueError("an entry of the allow-list is a list of texts")
        lists[names[key]] = lists.get(names[key], ()) + tuple(value)
    return AllowList(panel=panel, **lists)


def sender_words(mail: Mail, tables: ScreenTables) -> frozenset[str]:
    """Return the words of the sender's display name that can only be a name, in small letters.

    What stands in brackets or behind a mark or a little word is not the sender's name, and is no excuse for anything.
    """
    found = set()
    for name in mail.author_names:
        shown = view(name.reveal()).text
        other = _NOT_OWN.search(shown, 1)
        for word in _WORD.findall(shown[: other.start() if other else len(shown)])[:MOST_OWN_WORDS]:
            low = word.lower()
            ordinary = low in tables.words and low not in tables.given and low not in tables.family
            if (
                len(low) > 1
                and not ordinary
                and low not in tables.vocabulary
                and low not in tables.titles
                and low not in tables.capitals
            ):
                found.add(low)
    return frozenset(found)
