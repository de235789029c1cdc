"""How much of a document is read at most."""

from __future__ import annotations

Rows = tuple[tuple[str, ...], ...]

MAX_BYTES = 25_000_000
MAX_UNPACKED_BYTES = 60_000_000
MAX_MEMBERS = 2_000
MAX_CHARS = 2_000_000
MAX_PAGES = 60
MAX_TABLES = 200
MAX_CELLS = 20_000
MAX_DEPTH = 6  # tables in tables


class TooLarge(Exception):
    """A limit was reached; nothing of the document is used."""
