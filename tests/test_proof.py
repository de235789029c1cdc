"""Every test and file that a page of proof names exists, so that a proof cannot outlive its test."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "docs").glob("proof*.md"))
FOLDERS = ("", "tests", "tests/stages/screen")  # where a name of a file begins
_CODE = re.compile(r"`([^`]+)`")
_PATH = re.compile(r"[\w.][\w./-]*\.(?:py|toml|md|json|txt|eml|yaml)")


def place(file: str) -> Path | None:
    return next((ROOT / folder / file for folder in FOLDERS if (ROOT / folder / file).exists()), None)


@cache
def names_in(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def named(page: Path) -> list[tuple[str, str]]:
    """Return (file, test) of each name; ``::test`` alone is of the file before it on the same line."""
    found = []
    for line in page.read_text("utf-8").splitlines():
        file = ""
        for code in _CODE.findall(line):
            path, colons, test = code.partition("::")
            file = path or file
            if colons:
                found.append((file, test))
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_test_that_a_page_of_proof_names_exists(page: Path) -> None:
    names = named(page)
    assert len(names) > 50
    places = [(place(file), test) for file, test in names]
    assert [
        name for name, (path, test) in zip(names, places, strict=True) if not path or test not in names_in(path)
    ] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_file_that_a_page_of_proof_names_exists(page: Path) -> None:
    codes = [code.partition("::")[0] for code in _CODE.findall(page.read_text("utf-8"))]
    assert [code for code in codes if _PATH.fullmatch(code) and not place(code)] == []
