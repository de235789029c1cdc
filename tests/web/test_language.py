"""English and Welsh: switchable on every page; what is not translated yet is listed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gateway.web.catalogue import missing, translatable
from gateway.web.language import catalogue, read_po
from gateway.web.texts import blocks
from tests.web.draft.test_journey import answer, begin, send
from tests.web.site import Running, Visitor, invented_site, running

TEXTS = Path(__file__).parents[2] / "config" / "texts"
LIST = Path(__file__).parents[2] / "docs" / "welsh-missing.txt"


async def test_welsh_is_kept_through_the_journey_and_travels_with_the_post(form: Running, visitor: Visitor) -> None:
    await visitor.get("/language/cy?to=/notify")
    assert visitor.path == "/notify"
    assert '<html lang="cy"' in visitor.html
    assert "Dechrau nawr" in visitor.html
    await begin(visitor)
    await answer(visitor, "date-of-birth", {"date_of_birth-month": "Mawrth", "date_of_birth-year": "2025"})
    assert "Mawrth 2025" in await visitor.get("/notify/check")
    await send(visitor)
    ((arrival, post),) = form.deposit.posts
    assert arrival.web is not None
    assert arrival.web.language == "cy"
    assert post.values["fields"]["date_of_birth"]["value"] == "2025-03"


async def test_switching_language_goes_back_to_our_own_pages_only(form: Running, visitor: Visitor) -> None:
    for to in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        await visitor.get(f"/language/cy?to={to}")
        assert visitor.path == "/"
    await visitor.get("/language/xx")
    assert visitor.status == 404


async def test_pages_of_the_panel_are_in_welsh(form: Running, visitor: Visitor) -> None:
    await visitor.get("/language/cy")
    assert "Mae’n ddrwg iawn gennym" in await visitor.get("/families")
    assert "adrannau 16M i 16Q" in await visitor.get("/privacy")


async def test_a_panels_own_english_page_is_shown_where_it_has_no_welsh_one(tmp_path: Path) -> None:
    texts = {"en": {"web_privacy": "Our own words."}, "cy": {}}
    async with running(tmp_path, site={"texts": texts}) as form, Visitor(form.url) as visitor:
        await visitor.get("/language/cy")
        assert "Our own words." in await visitor.get("/privacy")


@pytest.mark.parametrize("page", sorted(file.name for file in (TEXTS / "en").glob("web_*.md")))
def test_a_page_says_the_same_in_both_languages(page: str) -> None:
    """As many headings, list entries, paragraphs, telephone numbers and values of the configuration."""

    def outline(language: str) -> list[object]:
        text = (TEXTS / language / page).read_text(encoding="utf-8")
        values = {"site": invented_site()}
        found = blocks(text, values)
        return [[(one.kind, len(one.lines)) for one in found], re.findall(r"\{site\.\w+\}|\b\d{3}\b", text)]

    assert outline("cy") == outline("en")


async def test_welsh_pages_and_faults_show_no_english_sentence(form: Running, visitor: Visitor) -> None:
    await visitor.get("/language/cy")
    for path in ("/", "/notify", "/enquire", "/emergency", "/nothing-here", "/notify/return", "/notify/one-page"):
        html = await visitor.get(path)
        words = re.findall(r"[a-z]+", re.sub(r"<[^>]*>", " ", html).lower())
        assert not {"the", "and", "with", "you", "is"} & set(words), path


def test_every_translation_belongs_to_a_text_that_exists() -> None:
    assert set(catalogue("cy")) <= set(translatable())
    assert catalogue("en") == {}


def test_what_is_not_translated_yet_is_listed() -> None:
    """Remake the list with: python -c "from gateway.web.catalogue import missing; print(*missing('cy'), sep='\\n')"."""
    lines = LIST.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == missing("cy")
    assert any("native speaker" in line for line in lines)


def test_empty_and_fuzzy_entries_are_left_out() -> None:
    text = 'msgid "a"\nmsgstr ""\n\n#, fuzzy\nmsgid "b"\nmsgstr "c"\n\nmsgid "d"\nmsgstr "e"\n"f"\n'
    assert read_po(text) == {"d": "ef"}
