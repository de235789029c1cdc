"""Two tabs on one page: what each changed is kept, and where both changed one answer the notifier sees both."""

from __future__ import annotations

import html as entities
import re
from typing import Any

from gateway.stages.extract import from_form
from tests.web.draft.test_journey import answer, arrived, begin, send
from tests.web.site import Running, Visitor

NAME = "/notify/p/child-name"
ENTRY = f"/notify/list/professionals/{'a' * 16}"


async def tabs(visitor: Visitor, path: str) -> tuple[str, str]:
    """Open a page in two tabs and return what each got."""
    await visitor.get(path)
    first = visitor.html
    await visitor.get(path)
    return first, visitor.html


async def post_in(visitor: Visitor, tab: str, path: str, values: dict[str, Any]) -> str:
    visitor.html = tab
    return entities.unescape(await visitor.post(path, values))


async def test_two_answers_to_one_question_are_both_shown_and_the_notifier_chooses(
    form: Running, visitor: Visitor
) -> None:
    await begin(visitor)
    first, second = await tabs(visitor, NAME)
    await post_in(visitor, first, NAME, {"family_name": "Firsttab"})
    page = await post_in(visitor, second, NAME, {"family_name": "Secondtab"})
    assert visitor.path == NAME
    assert "Two tabs gave two answers. The other is: Firsttab" in page
    assert 'value="Secondtab"' in page
    checked = await visitor.get("/notify/check")
    assert "This one is not sent: Secondtab" in checked
    await post_in(visitor, page, NAME, {"family_name": "Secondtab"})
    assert visitor.path != NAME
    assert "Two tabs" not in await visitor.get("/notify/check")
    await send(visitor)
    assert arrived(form).text("family_name") == "Secondtab"


async def test_different_answers_of_one_page_changed_in_two_tabs_are_both_kept(form: Running, visitor: Visitor) -> None:
    await begin(visitor)
    await answer(visitor, "child-name", {"family_name": "Before", "given_names": "Before"})
    first, second = await tabs(visitor, NAME)
    await post_in(visitor, first, NAME, {"family_name": "After", "given_names": "Before"})
    await post_in(visitor, second, NAME, {"family_name": "Before", "given_names": "After"})
    assert visitor.path != NAME
    await send(visitor)
    assert (arrived(form).text("family_name"), arrived(form).text("given_names")) == ("After", "After")


async def test_the_same_tab_going_back_and_saving_itself_is_no_second_tab(form: Running, visitor: Visitor) -> None:
    await begin(visitor)
    await visitor.get(NAME)
    tab = visitor.html
    for values in (
        {"family_name": "A", "autosave": "1"},
        {"family_name": "Ab", "autosave": "1"},
        {"family_name": "Abc"},
    ):
        await post_in(visitor, tab, NAME, values)
        assert visitor.status in (200, 204)
        assert "Two tabs" not in visitor.html
    await send(visitor)
    assert arrived(form).text("family_name") == "Abc"


async def test_a_page_that_saves_itself_over_another_tabs_answer_is_told_and_both_are_kept(
    form: Running, visitor: Visitor
) -> None:
    await begin(visitor)
    first, second = await tabs(visitor, NAME)
    await post_in(visitor, first, NAME, {"family_name": "Firsttab"})
    await post_in(visitor, second, NAME, {"family_name": "Secondtab", "autosave": "1"})
    assert visitor.status == 409
    page = await visitor.get(NAME)  # the second tab was closed: what it had typed is still there to see
    assert 'value="Firsttab"' in page
    assert "The other is: Secondtab" in page
    await post_in(visitor, page, NAME, {"family_name": "Firsttab"})
    assert "Two tabs" not in await visitor.get(NAME)


async def test_an_entry_removed_in_one_tab_and_changed_in_another_is_asked_about(
    form: Running, visitor: Visitor
) -> None:
    await begin(visitor)
    await visitor.get(ENTRY)
    await visitor.post(ENTRY, {"agency_person": "Dr Before"})
    old, untouched = await tabs(visitor, ENTRY)
    await visitor.get(f"{ENTRY}/remove")
    await visitor.post(f"{ENTRY}/remove", {})
    await post_in(visitor, untouched, ENTRY, {"agency_person": "Dr Before"})
    assert "Nobody is on the list yet" in visitor.html
    page = await post_in(visitor, old, ENTRY, {"agency_person": "Dr After"})
    assert "removed in another tab" in page
    assert "Dr After" in page
    await post_in(visitor, page, ENTRY, {"agency_person": "Dr After"})
    await send(visitor)
    ((_, post),) = form.deposit.posts
    (entry,) = from_form(post.values).groups["agency_contacts"]
    assert entry["agency_person"].value.reveal() == "Dr After"


async def test_an_entry_changed_since_it_was_shown_is_shown_again_before_it_is_removed(
    form: Running, visitor: Visitor
) -> None:
    await begin(visitor)
    await visitor.get(ENTRY)
    await visitor.post(ENTRY, {"agency_person": "Dr Before"})
    await visitor.get(f"{ENTRY}/remove")
    ask = visitor.html
    await visitor.get(ENTRY)
    await visitor.post(ENTRY, {"agency_person": "Dr After"})
    page = await post_in(visitor, ask, f"{ENTRY}/remove", {})
    assert "changed in another tab" in page
    assert "Dr After" in page
    await post_in(visitor, page, f"{ENTRY}/remove", {})
    assert "Nobody is on the list yet" in visitor.html


async def test_what_is_typed_after_a_time_out_does_not_overwrite_another_tab(form: Running, visitor: Visitor) -> None:
    reference, code = await begin(visitor)
    first, second = await tabs(visitor, NAME)
    await post_in(visitor, first, NAME, {"family_name": "Firsttab"})
    async with Visitor(form.url) as other:
        await other.get("/notify/return")
        carried = {"kept.family_name": "Secondtab", "carry": "p/child-name"} | {
            f"kept.{name}": value for name, value in re.findall(r'name="(shown|tab|settles)" value="([^"]*)"', second)
        }
        page = entities.unescape(await other.post("/notify/return", {"reference": reference, "code": code, **carried}))
        assert other.path == NAME
        assert 'value="Firsttab"' in page
        assert "The other is: Secondtab" in page


async def test_an_answer_whose_question_is_no_longer_asked_stays_in_view_and_arrives(
    form: Running, visitor: Visitor
) -> None:
    await begin(visitor)
    await answer(visitor, "signs-of-life", {"signs_of_life": "yes"})
    await answer(visitor, "date-of-birth", {"date_of_birth-year": "2015"})
    await answer(visitor, "date-of-death", {"date_of_death-year": "2026"})
    assert "Signs of life after birth" in await visitor.get("/notify/check")
    await visitor.get("/notify/p/signs-of-life")
    await send(visitor)
    assert arrived(form).text("signs_of_life") == "yes"
