"""Show text written by others: nothing in it may hide, reorder or imitate its surroundings."""

from __future__ import annotations

import unicodedata

from gateway.model.content.confidential import ConfidentialText

_HIDING = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"})
_KEPT = frozenset("\n\t")


def visible(text: str) -> str:
    """Return ``text`` with every control, direction or zero-width character written out as its code point."""
    if text.isascii() and text.isprintable():
        return text
    plain = text.replace("\r\n", "\n")
    return "".join(
        f"⟨U+{ord(character):04X}⟩"
        if character not in _KEPT and unicodedata.category(character) in _HIDING
        else character
        for character in plain
    )


def content(text: ConfidentialText | str) -> str:
    """Reveal a piece of a message on a page: the only way for confidential text to get into the HTML."""
    return visible(text if isinstance(text, str) else text.reveal())
