"""A case page leads to its intakes and dispatches; what does not exist is not there."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.console.conftest import Browser, Office


async def test_a_case_shows_its_number_and_the_hand_over(office: Office, ada: Browser) -> None:
    case = await office.store.case(office.samples.forwarded_case)
    assert case is not None
    answer = await ada.get(f"/cases/{case.id}")
    assert answer.status == 200
    assert str(office.samples.forwarded) in answer.text


async def test_a_held_dispatch_says_why(office: Office, ada: Browser) -> None:
    answer = await ada.get(f"/dispatches/{office.samples.held_dispatch}")
    assert answer.status == 200
    assert "held" in answer.text.lower()


@pytest.mark.parametrize("what", ["cases", "dispatches"])
async def test_what_does_not_exist_is_404(ada: Browser, what: str) -> None:
    assert (await ada.get(f"/{what}/{uuid4()}")).status == 404
    assert (await ada.get(f"/{what}/x")).status == 404
