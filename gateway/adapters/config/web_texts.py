"""Read the panel's own texts for the public pages: ``texts/LANGUAGE/web_PAGE.md`` of both folders."""

from __future__ import annotations

from pathlib import Path

LANGUAGES = ("en", "cy")
MAX_TEXT_BYTES = 100_000


def load_web_texts(packaged: Path, own: Path | None = None) -> dict[str, dict[str, str]]:
    """Return language: page: text. A file in ``own`` replaces the packaged one of the same name."""
    texts: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    for folder in (packaged, own) if own is not None else (packaged,):
        for language in LANGUAGES:
            for file in sorted((folder / "texts" / language).glob("web_*.md")):
                texts[language][file.stem] = file.read_bytes()[:MAX_TEXT_BYTES].decode("utf-8")
    return texts
