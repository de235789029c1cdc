"""The list of near misses: what the information-governance lead needs, and nothing of a message."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.model.case.rows import Move
from gateway.model.kinds import MoveKind
from tests.console.conftest import NOW, Browser, Office
from tests.console.samples import FAMILY_NAME
from tests.planted import plant


@pytest.fixture
async def rhea(browser: Browser) -> Browser:
    """A browser with a reader signed in."""
    await browser.sign_in("rhea")
    return browser


async def test_near_misses_are_listed_with_reference_time_mailbox_and_grade_in_words(
    office: Office, rhea: Browser
) -> None:
    near = [row for row in await office.store.intakes() if row.near_miss]
    others = [row for row in await office.store.intakes() if not row.near_miss]
    assert near
    assert others
    text = (await rhea.get("/near-misses")).text
    for row in near:
        assert row.reference in text
    assert "General mailbox" in text
    assert "Not secure" in text or "Claimed, not proved" in text
    for row in others:
        assert row.reference not in text
    assert FAMILY_NAME not in text


async def test_months_are_counted_for_a_year_and_the_nav_leads_to_the_page(office: Office, rhea: Browser) -> None:
    near = [row for row in await office.store.intakes() if row.near_miss]
    extra = [row for row in await office.store.intakes() if not row.near_miss][:2]
    dates = (NOW - timedelta(days=40), NOW - timedelta(days=400))
    changed = tuple(replace(row, near_miss=True, received_at=at) for row, at in zip(extra, dates, strict=True))
    assert await plant(office.store, Move(MoveKind.DECIDE, "worker", NOW, changed=changed))
    answer = await rhea.get("/")
    assert 'href="/near-misses"' in answer.text
    text = (await rhea.get("/near-misses")).text
    months = text.split("By month")[1]
    assert f'<th scope="row">March 2026</th><td>{len(near)}</td>' in months
    assert '<th scope="row">January 2026</th><td>1</td>' in months
    assert "2025" not in months


async def test_nobody_sees_the_list_without_signing_in(browser: Browser) -> None:
    answer = await browser.get("/near-misses")
    assert (answer.status, answer.location) == (303, "/sign-in")
