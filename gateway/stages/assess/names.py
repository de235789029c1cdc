"""Domain names, compared label by label.

``evilnhs.net`` ends in the letters of ``nhs.net`` and ``nhs.net.example`` begins with them; neither is it.
"""

from __future__ import annotations

import re
import unicodedata

MAX_NAME = 253  # RFC 1035 section 2.3.4, without the final dot
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")  # LDH, and the underscore that DNS itself uses
_DOTS = ("。", "．", "｡")  # RFC 3490 section 3.1: other full stops that IDNA reads as a dot


def a_label(name: str) -> str | None:
    """Return a domain name as lower-case A-labels without a final dot, or None if it is not one.

    Only names of two labels or more count: mail does not come from a top-level domain or a bare host name.
    """
    for dot in _DOTS:
        name = name.replace(dot, ".")
    name = name.removesuffix(".").lower()
    if not name.isascii():
        try:
            name = unicodedata.normalize("NFKC", name).encode("idna").decode("ascii").lower()
        except UnicodeError:
            return None
    if len(name) > MAX_NAME:
        return None
    labels = name.split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        return None
    return None if labels[-1].isdigit() else name


def within(name: str, parent: str) -> bool:
    """Say whether ``name`` is ``parent`` or below it. Both are A-labels."""
    return name == parent or name.endswith("." + parent)


def below(name: str, parent: str) -> bool:
    """Say whether ``name`` is below ``parent`` and not equal to it."""
    return name.endswith("." + parent)


# Letters that are taken for others. Enough to recognise an imitation of an ASCII name in a list; not a general
# confusables table (Unicode Technical Standard 39), because the answer never raises a grade.
_LOOKS_LIKE = str.maketrans(
    {
        "а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "у": "y", "х": "x", "ѕ": "s", "і": "i", "ј": "j",
        "һ": "h", "ԁ": "d", "ո": "n", "ѵ": "v", "ɡ": "g", "ı": "i", "ο": "o", "α": "a", "ν": "v", "ρ": "p",
        "τ": "t", "υ": "u", "κ": "k", "η": "n", "ɑ": "a", "ց": "g", "օ": "o", "ս": "u", "հ": "h", "к": "k",
        "т": "t", "п": "n", "н": "h", "ⅼ": "l", "ӏ": "l", "ł": "l", "ø": "o", "đ": "d", "ħ": "h",
        "0": "o", "1": "l", "3": "e", "5": "s",
    }
)  # fmt: skip


def skeleton(name: str) -> str:
    """Return what a hurried reader takes a domain name for. Two names with the same skeleton look alike."""
    shown = []
    for label in name.split("."):
        text = label
        if label.startswith("xn--"):
            try:
                text = label.encode("ascii").decode("idna")
            except UnicodeError:
                text = label
        text = unicodedata.normalize("NFKD", text.lower())
        text = "".join(char for char in text if not unicodedata.combining(char))
        shown.append(text.translate(_LOOKS_LIKE).replace("rn", "m").replace("vv", "w").replace("-", ""))
    return ".".join(shown)


def imitates(name: str, listed: str) -> bool:
    """Say whether ``name`` is made to be read as ``listed``: by look-alike letters, or by containing it.

    ``nhs.net.example``, ``nhs-net.example``, ``evilnhs.net``, ``nhs.net`` with a Cyrillic letter. The listed name
    itself, or one below it, is not an imitation.
    """
    if within(name, listed):
        return False
    shown, wanted = skeleton(name), skeleton(listed)
    if within(shown, wanted):
        return True
    if f".{wanted}." in f".{shown}." or shown.endswith(wanted):
        return True
    joined = wanted.replace(".", "")
    return any(label in (joined, "mail" + joined) for label in shown.split("."))
