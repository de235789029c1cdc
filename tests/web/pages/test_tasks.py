"""The list of tasks says what is begun and leads to every page of the form."""

from __future__ import annotations

from tests.web.pages.visits import NAME, answer, begin
from tests.web.site import Visitor


async def test_what_was_answered_is_marked_and_nothing_of_it_is_shown(visitor: Visitor) -> None:
    reference, _ = await begin(visitor)
    before = await visitor.get("/notify/tasks")
    await answer(visitor, "child-name", NAME)
    after = await visitor.get("/notify/tasks")
    assert reference in after
    assert before != after
    assert "Canary" not in after
    for way in ("/notify/files", "/notify/check", "/notify/p/child-name"):
        assert way in after
