"""English and Welsh: switchable on every page; what is not translated yet is listed."""

from __future__ import annotations

from pathlib import Path

from gateway.web.catalogue import missing, translatable
from gateway.web.language import catalogue, read_po
from tests.web.site import Running, Visitor
from tests.web.test_journey import answer, begin, send

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


async def test_a_page_without_welsh_text_is_shown_in_english(form: Running, visitor: Visitor) -> None:
    await visitor.get("/language/cy")
    assert "Mae’n ddrwg iawn gennym" in await visitor.get("/families")
    assert "sections 16M to 16Q" in await visitor.get("/privacy")


def test_every_translation_belongs_to_a_text_that_exists() -> None:
    assert set(catalogue("cy")) <= set(translatable())
    assert catalogue("en") == {}


def test_what_is_not_translated_yet_is_listed() -> None:
    """Remake the list with: python -c "from gateway.web.catalogue import missing; print(*missing('cy'), sep='\\n')"."""
    assert LIST.read_text(encoding="utf-8").splitlines() == missing("cy")


def test_empty_and_fuzzy_entries_are_left_out() -> None:
    text = 'msgid "a"\nmsgstr ""\n\n#, fuzzy\nmsgid "b"\nmsgstr "c"\n\nmsgid "d"\nmsgstr "e"\n"f"\n'
    assert read_po(text) == {"d": "ef"}
