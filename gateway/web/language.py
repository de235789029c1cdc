"""English and Welsh. The catalogue is a gettext .po file; what is not in it yet is shown in English."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

LANGUAGES = {"en": "English", "cy": "Cymraeg"}
_FOLDER = Path(__file__).parent / "locale"


def translate(text: str, language: str) -> str:
    """Return ``text`` in a language."""
    return catalogue(language).get(text) or text


@cache
def catalogue(language: str) -> dict[str, str]:
    """Return English: translation; an entry that is empty or marked fuzzy is left out."""
    file = _FOLDER / f"{language}.po"
    return read_po(file.read_text(encoding="utf-8")) if language in LANGUAGES and file.exists() else {}


def read_po(content: str) -> dict[str, str]:
    """Read the msgid and msgstr of a .po file without plural forms, as the catalogue is."""
    entries: dict[str, str] = {}
    for block in content.split("\n\n"):
        texts = {"msgid": "", "msgstr": ""}
        kind, fuzzy = "", False
        for line in block.splitlines():
            fuzzy = fuzzy or (line.startswith("#,") and "fuzzy" in line)
            word, _, quoted = line.partition(" ")
            if word in texts:
                kind = word
                texts[kind] += ast.literal_eval(quoted)
            elif line.startswith('"') and kind:
                texts[kind] += ast.literal_eval(line)
        if texts["msgid"] and texts["msgstr"] and not fuzzy:
            entries[texts["msgid"]] = texts["msgstr"]
    return entries
