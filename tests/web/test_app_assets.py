"""What is committed is what its hashes say, and bears nothing that is not ours to use."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from gateway.adapters.config.packaged import packaged_config
from gateway.model.form.fields import FIELDS

ROOT = Path(__file__).parents[2]
FORM_TESTS = sorted((ROOT / "tests" / "web").rglob("test_*.py"))
STATIC = ROOT / "gateway" / "web" / "static"


@pytest.mark.parametrize("folder", [STATIC, ROOT / "tests" / "web" / "vendor"])
def test_vendored_files_have_their_hashes(folder: Path) -> None:
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split()
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name


def test_style_sheet_has_no_crown_no_gds_font_and_fetches_nothing() -> None:
    style = (STATIC / "app.css").read_text()
    assert "GDS Transport" not in style
    assert "url(" not in style
    assert "crown" not in style.casefold()


def syllables(word: str) -> int:
    groups = len(re.findall(r"[aeiouy]+", word.casefold()))
    return max(1, groups - (word.casefold().endswith("e") and groups > 1))


def grade(text: str) -> float:
    """Return the Flesch-Kincaid grade (1975): about the reading age minus five."""
    sentences = [one for one in re.split(r"[.!?:\n]+", text) if one.strip()]
    words = re.findall(r"[A-Za-z’']+", text)
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def test_reading_age_of_the_families_page_is_at_most_12_and_of_the_others_at_most_14() -> None:
    pages = {file.stem: grade(file.read_text()) for file in (packaged_config() / "texts" / "en").glob("web_*.md")}
    assert pages["web_families"] <= 7
    assert all(found <= 9 for found in pages.values()), pages
    questions = "\n".join(f"{field.question}\n{field.hint}" for field in FIELDS if field.page)
    assert grade(questions) <= 9


def test_every_test_that_the_page_about_the_form_names_exists() -> None:
    page = (ROOT / "docs" / "form.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_\w+)`", page))
    written = "\n".join(file.read_text(encoding="utf-8") for file in FORM_TESTS)
    assert named
    assert {name for name in named if f"def {name}(" not in written} == set()
