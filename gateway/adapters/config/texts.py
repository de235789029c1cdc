"""Read config/texts/LANGUAGE/NAME.txt. A text that must not be sent stops the start."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gateway.ports import Permanent
from gateway.stages.answers.texts import LANGUAGES, BadText, Texts, check_template


def load_texts(config_dirs: Sequence[Path]) -> Texts:
    """Return every text; one in a later folder replaces one of the same name in an earlier folder.

    Permanent("bad_text") if one has no subject line or an unknown placeholder.
    """
    found: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    for folder in config_dirs:
        for language in LANGUAGES:
            for path in sorted((folder / "texts" / language).glob("*.txt")):
                template = path.read_text("utf-8")
                try:
                    check_template(template)
                except BadText:
                    raise Permanent("bad_text") from None
                found[language][path.stem] = template
    return Texts(found)
