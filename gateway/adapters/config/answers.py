"""Read config/texts/LANGUAGE/answers.toml: the fixed answers that staff can choose."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gateway.model.case.answer_template import AnswerTemplate
from gateway.ports import Permanent


def load_answers(config_dirs: Sequence[Path], language: str = "en") -> tuple[AnswerTemplate, ...]:
    """Return the templates; one in a later folder replaces one with the same id. Permanent("bad_text")."""
    found: dict[str, AnswerTemplate] = {}
    for folder in config_dirs:
        path = folder / "texts" / language / "answers.toml"
        if not path.is_file():
            continue
        try:
            content: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
            entries = content["answer"]
            found.update({item["id"]: AnswerTemplate(item["id"], item["title"], item["text"]) for item in entries})
        except (tomllib.TOMLDecodeError, KeyError, TypeError):
            raise Permanent("bad_text") from None
    return tuple(found.values())
