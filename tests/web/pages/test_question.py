"""A page of questions keeps what was typed, leads on, and goes back to the check page where it came from there."""

from __future__ import annotations

from tests.web.pages.visits import NAME, answer, begin
from tests.web.site import Running, Visitor


async def test_what_was_typed_is_there_again_and_the_next_page_follows(visitor: Visitor) -> None:
    await begin(visitor)
    await answer(visitor, "child-name", NAME)
    assert visitor.path == "/notify/p/date-of-birth"
    assert "Canary-Family" in await visitor.get("/notify/p/child-name")


async def test_an_answer_that_is_emptied_is_gone(visitor: Visitor) -> None:
    await begin(visitor)
    await answer(visitor, "child-name", NAME)
    await answer(visitor, "child-name", {"family_name": "", "given_names": "Jo"})
    assert "Canary-Family" not in await visitor.get("/notify/p/child-name")


async def test_from_the_check_page_one_comes_back_to_it(visitor: Visitor) -> None:
    await begin(visitor)
    await visitor.get("/notify/p/child-name?from=check")
    await visitor.post("/notify/p/child-name?from=check", NAME)
    assert visitor.path == "/notify/check"


async def test_a_page_that_does_not_exist_is_404_and_without_a_draft_nothing_is_shown(
    form: Running, visitor: Visitor
) -> None:
    await begin(visitor)
    await visitor.get("/notify/p/no-such-page")
    assert visitor.status == 404
    async with Visitor(form.url) as other:
        await other.get("/notify/p/child-name")
        assert other.path.startswith("/notify/return")
