"""The published schemas are those of the program."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway.stages.transfer.schema import PUBLISHED, published

DOCS = Path(__file__).resolve().parents[3] / "docs" / "schema"


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_schema_in_docs_is_the_one_that_is_read_and_written(name: str) -> None:
    assert json.loads((DOCS / name).read_text(encoding="utf-8")) == published(name)


def test_every_schema_in_docs_is_published() -> None:
    assert {path.name for path in DOCS.glob("*.json")} == set(PUBLISHED)
