"""The panel's own texts: paragraphs, "## " headings, "- " lists, and ``{site.phone}`` from the configuration."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_NAME = re.compile(r"\{site\.([a-z_]{1,40})\}")


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a text: "p", "h2" or "ul". ``lines`` are plain text, escaped when rendered."""

    kind: str
    lines: tuple[str, ...]


def blocks(text: str, values: Mapping[str, Any]) -> list[Block]:
    """Split a text into blocks and fill in the site's values. Lines that begin with "#!" are comments."""

    def fill(found: re.Match[str]) -> str:
        return str(getattr(values["site"], found[1], ""))

    result = []
    for piece in re.split(r"\n\s*\n", text.strip()):
        lines = [_NAME.sub(fill, line.strip()) for line in piece.splitlines() if not line.startswith("#!")]
        if not lines:
            continue
        if lines[0].startswith("## "):
            result.append(Block("h2", (lines[0][3:],)))
            lines = lines[1:]
        if lines and all(line.startswith("- ") for line in lines):
            result.append(Block("ul", tuple(line[2:] for line in lines)))
        elif lines:
            result.append(Block("p", (" ".join(lines),)))
    return result
