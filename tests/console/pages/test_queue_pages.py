"""The first page lists what waits for a person, and nothing of what it says."""

from __future__ import annotations

import pytest

from tests.console.conftest import Browser, Office


async def test_what_is_held_waits_on_the_first_page_and_what_is_done_does_not(office: Office, ada: Browser) -> None:
    text = (await ada.get("/")).text
    samples = office.samples
    assert str(samples.held_notification) in text
    assert str(samples.general_query) in text
    assert str(samples.closed) not in text


@pytest.mark.parametrize("path", ["/intakes", "/cases"])
async def test_the_lists_lead_to_everything(office: Office, ada: Browser, path: str) -> None:
    answer = await ada.get(path)
    wanted = office.samples.closed if path == "/intakes" else office.samples.closed_case
    assert answer.status == 200
    assert str(wanted) in answer.text


async def test_a_reference_is_found_and_anything_else_is_not(office: Office, ada: Browser) -> None:
    intake = await office.store.intake(office.samples.closed)
    assert intake is not None
    found = await ada.post("/find", {"reference": str(intake.reference)})
    assert found.status in (200, 303)
    assert str(intake.id) in found.location + found.text
    nothing = await ada.post("/find", {"reference": "AAAAAAAAAA"})
    assert str(intake.id) not in nothing.location + nothing.text


@pytest.mark.parametrize("path", ["/", "/intakes", "/cases", "/keys", "/near-misses"])
async def test_nobody_sees_a_list_without_signing_in(browser: Browser, path: str) -> None:
    answer = await browser.get(path)
    assert (answer.status, answer.location.partition("?")[0]) == (303, "/sign-in")
