"""What is sent is what was checked: once, only by a post, and not if another tab has changed it since."""

from __future__ import annotations

from gateway.stages.extract import from_form
from tests.web.pages.visits import NAME, answer, begin, declare
from tests.web.site import Running, Visitor


async def test_the_check_page_shows_every_answer_with_a_way_to_change_it(visitor: Visitor) -> None:
    await begin(visitor)
    await answer(visitor, "child-name", NAME)
    html = await visitor.get("/notify/check")
    assert "Canary-Family" in html
    assert "/notify/p/child-name?from=check" in html


async def test_it_is_sent_once_and_the_last_page_shows_no_content(form: Running, visitor: Visitor) -> None:
    reference, _ = await begin(visitor)
    await answer(visitor, "child-name", NAME)
    await declare(visitor)
    assert form.deposit.posts == [], "looking sends nothing"
    html = await visitor.post("/notify/send", {})
    assert visitor.path == "/notify/sent"
    assert reference in html
    assert "Canary" not in html
    ((arrival, post),) = form.deposit.posts
    assert arrival.reference == reference
    assert from_form(post.values).text("family_name") == "Canary-Family"


async def test_what_was_changed_after_it_was_checked_is_checked_again(form: Running, visitor: Visitor) -> None:
    await begin(visitor)
    await answer(visitor, "child-name", NAME)
    page = await declare(visitor)
    hidden = dict(visitor.hidden())
    assert page
    await answer(visitor, "child-name", {"family_name": "Other", "given_names": "Jo"})
    await visitor.post("/notify/send", hidden)
    assert form.deposit.posts == []
    assert visitor.path.startswith("/notify/check")


async def test_a_full_disk_is_no_confirmation_and_it_can_be_sent_again(form: Running, visitor: Visitor) -> None:
    await begin(visitor)
    await answer(visitor, "child-name", NAME)
    await declare(visitor)
    form.deposit.fail = True
    await visitor.post("/notify/send", {})
    assert visitor.status >= 500
    form.deposit.fail = False
    await declare(visitor)
    await visitor.post("/notify/send", {})
    assert visitor.path == "/notify/sent"
    assert len(form.deposit.posts) == 1
