"""Write one panel's pinned fingerprint into the deployment's own register, DIR/config/panels.toml."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from gateway.model.ids import Fingerprint, PanelId
from gateway.ports import Permanent

_PANEL = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_TABLE = re.compile(r"^\s*\[")


def pin(path: Path, panel: PanelId, fingerprint: Fingerprint, key: str = "fingerprint") -> None:
    """Set the fingerprint of ``panel``, or its ``smime_fingerprint`` if that is the ``key``.

    Everything else in the file stays as it is, comments too.
    Permanent("panels_unreadable") if the file is not a register or the change would not have the intended effect.
    """
    if not _PANEL.fullmatch(panel):
        raise Permanent("panels_unreadable")
    try:
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        wanted = tomllib.loads(before)
        wanted.setdefault("panels", {}).setdefault(panel, {})[key] = str(fingerprint)
        after = _with_pin(before, panel, key, f'{key} = "{fingerprint}"')
        if tomllib.loads(after) != wanted:
            raise Permanent("panels_unreadable")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, AttributeError, TypeError):
        raise Permanent("panels_unreadable") from None
    waiting = path.with_suffix(".new")
    waiting.write_text(after, encoding="utf-8")
    if path.exists():
        waiting.chmod(path.stat().st_mode & 0o777)
    waiting.replace(path)


def _with_pin(text: str, panel: PanelId, key: str, line: str) -> str:
    lines = text.splitlines()
    head = next(
        (place for place, found in enumerate(lines) if found.split("#")[0].strip() == f"[panels.{panel}]"), None
    )
    if head is None:
        return "\n".join([*lines, "", f"[panels.{panel}]", line, ""])
    end = next((place for place in range(head + 1, len(lines)) if _TABLE.match(lines[place])), len(lines))
    kept = [found for found in lines[head + 1 : end] if not re.match(rf"\s*{key}\s*=", found)]
    return "\n".join([*lines[: head + 1], line, *kept, *lines[end:], ""])
