"""Entries of a list are added, shown, and removed only after a question and by a post."""

from __future__ import annotations

from tests.web.pages.visits import ENTRY, begin
from tests.web.site import Visitor

LIST = "/notify/list/professionals"
WHO = {"agency_kind": "gp", "agency_person": "Dr Canary"}


async def add(visitor: Visitor) -> None:
    await visitor.get(f"{LIST}/{ENTRY}")
    await visitor.post(f"{LIST}/{ENTRY}", WHO)


async def test_an_entry_is_added_and_shown(visitor: Visitor) -> None:
    await begin(visitor)
    await add(visitor)
    assert visitor.path == LIST
    assert "Dr Canary" in visitor.html


async def test_an_empty_entry_is_none(visitor: Visitor) -> None:
    await begin(visitor)
    await visitor.get(f"{LIST}/{ENTRY}")
    await visitor.post(f"{LIST}/{ENTRY}", {"agency_person": ""})
    assert ENTRY not in visitor.html


async def test_looking_removes_nothing_and_a_post_does(visitor: Visitor) -> None:
    await begin(visitor)
    await add(visitor)
    await visitor.get(f"{LIST}/{ENTRY}/remove")
    assert "Dr Canary" in await visitor.get(LIST)
    await visitor.get(f"{LIST}/{ENTRY}/remove")
    await visitor.post(f"{LIST}/{ENTRY}/remove", {})
    assert visitor.path == LIST
    assert "Dr Canary" not in visitor.html


async def test_what_is_no_list_or_no_entry_is_404(visitor: Visitor) -> None:
    await begin(visitor)
    for path in ("/notify/list/nobody", f"{LIST}/not-an-id", f"{LIST}/{ENTRY}x"):
        await visitor.get(path)
        assert visitor.status == 404, path
