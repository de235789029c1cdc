"""A draft is begun by a post, left, and opened again with its reference and code only."""

from __future__ import annotations

import pytest

from tests.web.pages.visits import NAME, answer, begin
from tests.web.site import Running, Visitor


async def test_a_draft_that_was_left_is_opened_with_reference_and_code(form: Running, visitor: Visitor) -> None:
    reference, code = await begin(visitor)
    await answer(visitor, "child-name", NAME)
    await visitor.post("/notify/leave", {})
    await visitor.get("/notify/tasks")
    assert visitor.path.startswith("/notify/return")
    async with Visitor(form.url) as elsewhere:
        await elsewhere.get("/notify/return")
        await elsewhere.post("/notify/return", {"reference": reference, "code": code})
        assert elsewhere.path == "/notify/tasks"
        assert "Canary-Family" in await elsewhere.get("/notify/p/child-name")


@pytest.mark.parametrize("wrong", [{"code": "WRONG-CODE"}, {"reference": "AAAAAAAAAA"}, {"reference": "", "code": ""}])
async def test_nothing_opens_without_both_and_the_answer_is_the_same(visitor: Visitor, wrong: dict[str, str]) -> None:
    reference, code = await begin(visitor)
    await answer(visitor, "child-name", NAME)
    await visitor.post("/notify/leave", {})
    await visitor.get("/notify/return")
    html = await visitor.post("/notify/return", {"reference": reference, "code": code} | wrong)
    assert visitor.path == "/notify/return"
    assert visitor.status == 403
    assert "Canary" not in html


async def test_tries_of_a_code_run_out(visitor: Visitor) -> None:
    reference, code = await begin(visitor)
    await visitor.post("/notify/leave", {})
    for _ in range(5):
        await visitor.get("/notify/return")
        await visitor.post("/notify/return", {"reference": reference, "code": "WRONG-CODE"})
    await visitor.get("/notify/return")
    await visitor.post("/notify/return", {"reference": reference, "code": code})
    assert visitor.path == "/notify/return", "the right code, too late"
