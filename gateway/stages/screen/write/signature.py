"""Say who writes: of a proved sender's signature the own name, the role and the organisation, and nothing else.

Nothing here weighs words. A line is shown only if every piece of it is of a closed form: the own name, a role made of
the words in config/screening/roles.toml, or an organisation on the panel's list. Whatever else stands in a signature
is left out and counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from gateway.model.content.message import Mail
from gateway.model.content.screening import AllowList
from gateway.stages.screen.tables import ScreenTables

MOST_LINES = 4
MOST_WORDS = 14  # of a line
_ALLOWED_MARKS = re.compile(r"[^\W\d_]+(?:['\-][^\W\d_]+)*|[ ,.|/()&\-]")
_PIECES = re.compile(r"\s*[,|/()]\s*|\s+-\s+")
_WORD = re.compile(r"[^\W\d_]+")
_LOCAL_PIECE = re.compile(r"[^\W\d_]+")
_SMALL = frozenset(("of", "for", "and", "the", "to", "in", "a", "with"))
_TITLES = frozenset(("dr", "mr", "mrs", "ms", "miss", "mx", "prof", "professor", "rev", "cllr"))
_PRONOUNS = frozenset(("she", "her", "hers", "he", "him", "his", "they", "them", "theirs"))


def attested(mail: Mail, own: Iterable[str]) -> frozenset[str]:
    """Return the words of the display name that the proved address itself bears out: "jo", "barker" of jo.barker@.

    The address is proved; the display name beside it is only what somebody typed.
    """
    locals_ = [author.reveal().partition("@")[0].lower() for author in mail.authors]
    pieces = {piece for local in locals_ for piece in _LOCAL_PIECE.findall(local)}
    own = frozenset(own)
    found = {word for word in own if word in pieces}
    for piece in pieces:
        for first in own:
            for last in own - {first}:
                if piece in (first + last, first[0] + last, last + first, last + first[0]):
                    found |= {first, last}
    if found:  # "j.barker": the initial of a name whose surname is there
        found |= {word for word in own if word[0] in pieces}
    return frozenset(found)


def who_writes(lines: Iterable[str], own: frozenset[str], allowed: AllowList, tables: ScreenTables) -> list[str]:
    """Return the lines that say nothing but who the sender is. ``own``: words the address bears out."""
    organisations = {_plain(name) for name in (*allowed.organisations, allowed.panel) if name.strip()}
    found = [line.strip() for line in lines if _says_who(line.strip(), own, organisations, tables)]
    return list(dict.fromkeys(found))[:MOST_LINES]


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))


def _says_who(line: str, own: frozenset[str], organisations: set[str], tables: ScreenTables) -> bool:
    if not line or not line[0].isupper() or len(line.split()) > MOST_WORDS or _ALLOWED_MARKS.sub("", line):
        return False
    pieces = [piece for piece in _PIECES.split(line) if piece.strip(" .")]
    if not pieces:
        return False
    return all(
        _is_own(piece, own) or _plain(piece) in organisations or _is_role(piece, tables) for piece in pieces
    ) and (not all(_is_pronoun(piece) for piece in pieces))


def _is_own(piece: str, own: frozenset[str]) -> bool:
    words = [word.lower() for word in _WORD.findall(piece)]
    if _is_pronoun(piece):
        return True
    named = [word for word in words if word not in _TITLES]
    return bool(named) and all(word in own for word in named)


def _is_pronoun(piece: str) -> bool:
    words = _WORD.findall(piece.lower())
    return bool(words) and all(word in _PRONOUNS for word in words)


def _is_role(piece: str, tables: ScreenTables) -> bool:
    """A role has a noun of somebody who holds one, and no word that is not of a role."""
    words = _WORD.findall(piece)
    low = [word.lower() for word in words]
    if not any(word in tables.role_heads for word in low):
        return False
    capitals = all(word[0].isupper() for word, small in zip(words, low, strict=True) if small not in _SMALL)
    return capitals and all(word in tables.role_heads or word in tables.role_words or word in _SMALL for word in low)
