"""The pages that say who we are; a language is chosen without leaving the site."""

from __future__ import annotations

import pytest

from tests.web.site import Visitor


async def test_the_first_page_names_the_panel_and_its_numbers(visitor: Visitor) -> None:
    html = await visitor.get("/")
    assert "Testshire Child Death Overview Panel" in html
    assert "999" in html


@pytest.mark.parametrize("page", ["privacy", "accessibility"])
async def test_texts_of_the_panel_are_pages_in_both_languages(visitor: Visitor, page: str) -> None:
    english = await visitor.get(f"/{page}")
    assert visitor.status == 200
    await visitor.get(f"/language/cy?to=/{page}")
    assert visitor.path == f"/{page}"
    assert 'lang="cy"' in visitor.html
    assert visitor.html != english


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", "/a b"])
async def test_no_choice_of_language_leads_away(visitor: Visitor, to: str) -> None:
    await visitor.get(f"/language/cy?to={to}")
    assert visitor.path == "/"


async def test_a_language_that_we_do_not_have_is_404(visitor: Visitor) -> None:
    await visitor.get("/language/xx")
    assert visitor.status == 404
