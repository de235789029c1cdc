"""Every test that a page of proof names exists, so that a proof cannot outlive its test."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "docs").glob("proof*.md"))
_TEST = re.compile(r"`((?:tests/[\w/]+/)?\w+\.py)::(\w+)`")
_PATH = re.compile(r"`((?:gateway|config|docs|tests|bench)/[\w./-]+)`")
_USUAL = "tests/stages/screen"  # of a test named without its folder


def named(page: Path) -> set[tuple[str, str]]:
    found = _TEST.findall(page.read_text("utf-8"))
    return {(file if "/" in file else f"{_USUAL}/{file}", name) for file, name in found}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_test_and_path_that_a_page_of_proof_names_exists(page: Path) -> None:
    for file, name in sorted(named(page)):
        tree = ast.parse((ROOT / file).read_text("utf-8"))
        functions = (ast.FunctionDef, ast.AsyncFunctionDef)
        assert name in {node.name for node in tree.body if isinstance(node, functions)}, f"{file}::{name}"
    for path in _PATH.findall(page.read_text("utf-8")):
        assert (ROOT / path).exists(), path


def test_there_are_pages_of_proof_and_they_name_tests() -> None:
    assert sum(len(named(page)) for page in PAGES) > 50
