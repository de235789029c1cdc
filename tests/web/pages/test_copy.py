"""The copy is fetched by the browser that sent the notification, and by nobody else."""

from __future__ import annotations

from tests.web.pages.visits import NAME, answer, begin, declare
from tests.web.site import Running, Visitor


async def test_only_who_sent_it_gets_the_copy(form: Running, visitor: Visitor) -> None:
    await begin(visitor)
    await answer(visitor, "child-name", NAME)
    async with visitor.session.get(form.url + "/notify/copy.pdf", allow_redirects=False) as early:
        assert early.content_type != "application/pdf"
    await declare(visitor)
    await visitor.post("/notify/send", {})
    async with visitor.session.get(form.url + "/notify/copy.pdf") as mine:
        assert (mine.status, mine.content_type) == (200, "application/pdf")
        assert (await mine.read()).startswith(b"%PDF-")
    async with Visitor(form.url) as other, other.session.get(form.url + "/notify/copy.pdf") as theirs:
        assert theirs.content_type != "application/pdf"
