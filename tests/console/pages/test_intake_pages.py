"""An intake is shown to who may look, every look is in the audit, and the original only after a post."""

from __future__ import annotations

import pytest

from gateway.model.kinds import MoveKind
from tests.console.conftest import Browser, Office


async def looks(office: Office) -> int:
    return len([link async for link in office.store.audit() if link.move is MoveKind.LOOK])


async def test_a_look_is_in_the_audit_before_the_page_is_shown(office: Office, ada: Browser) -> None:
    before = await looks(office)
    answer = await ada.get(f"/intakes/{office.samples.secure_query}")
    assert answer.status == 200
    assert await looks(office) == before + 1


async def test_asking_for_the_original_shows_nothing_of_it_yet(office: Office, ada: Browser) -> None:
    path = f"/intakes/{office.samples.secure_query}/original"
    asked = await ada.get(path)
    before = await looks(office)
    shown = await ada.post(path, {"reason": "to answer it"})
    assert (asked.status, shown.status) == (200, 200)
    assert await looks(office) == before + 1
    assert len(shown.text) != len(asked.text)


@pytest.mark.parametrize("number", ["00000000-0000-7000-8000-000000000007", "x", "..%2fkeys"])
async def test_what_does_not_exist_is_404(ada: Browser, number: str) -> None:
    assert (await ada.get(f"/intakes/{number}")).status == 404


async def test_without_the_token_of_the_session_nothing_is_shown(office: Office, ada: Browser) -> None:
    answer = await ada.post(f"/intakes/{office.samples.secure_query}/original", {"reason": "x"}, csrf="wrong")
    assert answer.status == 403
