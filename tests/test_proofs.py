"""The page that says what shows each demand on the channel names tests that are there, and modules that are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/proof_channel.md").read_text("utf-8")


def named_tests() -> list[tuple[str, str]]:
    """Return (file, test) of each name; ``::test`` alone is of the file before it on the same line."""
    found = []
    for line in PAGE.splitlines():
        file = ""
        for code in re.findall(r"`([^`]+)`", line):
            path, colons, test = code.partition("::")
            file = path or file
            if colons:
                found.append((file, test))
    return found


def test_every_test_that_is_named_is_there() -> None:
    named = named_tests()
    assert len(named) > 150
    missing = [(file, test) for file, test in named if f"def {test}(" not in text_of(file)]
    assert missing == []


def text_of(file: str) -> str:
    path = ROOT / "tests" / file
    return path.read_text("utf-8") if path.is_file() else ""


def test_every_module_and_file_that_is_named_is_there() -> None:
    codes = re.findall(r"`([^`\s:]+/[^`\s:]+)", PAGE)
    assert [code for code in codes if not (ROOT / code).exists() and not (ROOT / "tests" / code).exists()] == []
