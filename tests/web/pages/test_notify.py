"""The start page begins nothing by itself: a scanner that opens it leaves no draft."""

from __future__ import annotations

from tests.web.site import Running, Visitor


async def test_opening_the_page_makes_no_draft(form: Running, visitor: Visitor) -> None:
    html = await visitor.get("/notify")
    assert visitor.status == 200
    assert "/notify/start" in html
    await visitor.get("/notify/tasks")
    assert visitor.path.startswith("/notify/return")
    assert form.deposit.calls == 0
