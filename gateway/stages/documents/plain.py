"""Text from bytes and a declared charset."""

from __future__ import annotations

import codecs


def text(content: bytes, charset: str | None) -> str:
    """Decode by the declared charset; UTF-8, then Windows-1252 where none is declared or it is unknown.

    For finding fields only: what screening releases is decoded by stricter rules.
    """
    for name in (charset, "utf-8", "cp1252"):
        if name is None:
            continue
        try:
            return content.decode(codecs.lookup(name).name)
        except (LookupError, ValueError):
            continue
    return content.decode("latin-1")
