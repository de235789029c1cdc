"""Notices on disk, one small file for each reference: the worker writes, intake only reads."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from gateway.model.case.notice import Notice, NoticeState
from gateway.model.ids import is_reference


class Notices:
    """The folder DIR/var/notices."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, reference: str, notice: Notice) -> None:
        """Write or replace one notice, whole or not at all."""
        content = {"state": notice.state.value, "panel": notice.panel, "at": notice.at.isoformat()}
        part = self._folder / f".{reference}.part"
        part.write_text(json.dumps(content), encoding="utf-8")
        part.chmod(0o640)
        part.rename(self._folder / f"{reference}.json")

    def read(self, reference: str) -> Notice | None:
        """Return the notice of a reference; None if there is none, or if the text is not a reference."""
        if not is_reference(reference):
            return None
        try:
            content = json.loads((self._folder / f"{reference}.json").read_text(encoding="utf-8"))
            return Notice(NoticeState(content["state"]), content["panel"], datetime.fromisoformat(content["at"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None
