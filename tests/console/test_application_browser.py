"""A person at a real browser, without JavaScript: signs in, looks, sends a case to a panel, releases a message."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser as Chromium
from playwright.async_api import Page

from gateway.model.kinds import MoveKind
from tests.console.conftest import Office
from tests.console.pictures import chromium, served, sign_in

AXE = Path(__file__).parents[1] / "web" / "vendor" / "axe.min.js"
RUN_AXE = """async () => {
  const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
  const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]})
  return found.violations.map(v => v.id + ": " + v.nodes.map(n => n.target.join(" ")).join(" | "))
}"""


@pytest.fixture
async def base(office: Office, tmp_path: Path) -> AsyncIterator[str]:
    async with served(office, tmp_path) as address:
        yield address


@pytest.fixture
async def browser_window() -> AsyncIterator[Chromium]:
    async with chromium() as opened:
        yield opened


async def page_of(window: Chromium, width: int = 1280, scripts: bool = False) -> Page:
    context = await window.new_context(
        ignore_https_errors=True, viewport={"width": width, "height": 900}, java_script_enabled=scripts
    )
    context.set_default_timeout(120_000)
    return await context.new_page()


async def test_a_case_is_sent_and_a_message_released_without_javascript(
    office: Office, base: str, browser_window: Chromium
) -> None:
    page = await page_of(browser_window)
    await sign_in(page, base)
    await page.click(f"a[href='/intakes/{office.samples.held_notification}']")
    await page.click("text=Send to a panel")
    await page.check("#panel-eastmere")
    await page.click("text=Continue")
    assert "Error:" in await page.title()
    assert await page.is_checked("#panel-eastmere")
    await page.fill("#reason", "The family's GP is there.")
    await page.click("text=Continue")
    await page.click("text=Send to this panel")
    assert "Waiting for the gateway: send to a panel" in await page.inner_text("main")

    await page.goto(f"{base}/intakes/{office.samples.general_query}/release")
    await page.click("text=Show the original beside it")
    await page.check("label:has-text('He was')")
    await page.fill("#reason", "An ordinary question.")
    await page.click("text=See what would go")
    preview = await page.inner_text(".con-message")
    assert "[REMOVED]" in preview
    assert "Perrin" not in preview
    await page.click("text=Change it")
    assert await page.is_checked("label:has-text('He was')")
    await page.click("text=See what would go")
    await page.click("text=Release this")
    kinds = {row.kind for row in await office.store.posted_instructions(10)}
    assert kinds == {MoveKind.SEND_TO_PANEL, MoveKind.RELEASE}
    await page.click("text=Sign out")
    await page.goto(f"{base}/intakes/{office.samples.general_query}")
    assert page.url == f"{base}/sign-in"


async def test_axe_finds_nothing_and_no_page_is_wider_than_a_narrow_screen(
    office: Office, base: str, browser_window: Chromium
) -> None:
    s = office.samples
    page = await page_of(browser_window, width=320, scripts=True)
    broken: list[str] = []
    page.on("console", lambda message: broken.append(message.text) if message.type == "error" else None)
    await page.add_init_script(path=AXE)  # our policy forbids script tags, so it comes from outside
    await page.goto(base + "/sign-in")
    assert await page.evaluate(RUN_AXE) == []
    await sign_in(page, base)
    paths = [
        "/",
        "/intakes",
        "/cases",
        "/keys",
        "/near-misses",
        f"/intakes/{s.held_notification}",
        f"/intakes/{s.general_query}",
    ]
    paths += [f"/intakes/{s.held_notification}/send-to-panel", f"/intakes/{s.general_query}/release"]
    paths += [f"/intakes/{s.secure_query}/answer", f"/intakes/{s.secure_query}/open-case"]
    paths += [f"/intakes/{s.wrapper}/original", f"/cases/{s.forwarded_case}", f"/dispatches/{s.held_dispatch}"]
    for path in paths:
        await page.goto(base + path)
        assert await page.evaluate("document.documentElement.scrollWidth") <= 320, path
        assert await page.evaluate(RUN_AXE) == [], path
    await page.goto(f"{base}/intakes/{s.general_query}/release")
    await page.click("text=Show the original beside it")
    assert await page.evaluate(RUN_AXE) == []
    await page.click("text=See what would go")
    assert await page.evaluate(RUN_AXE) == []
    await page.fill("#reason", "An ordinary question.")
    await page.click("text=See what would go")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    assert await page.evaluate(RUN_AXE) == []
    assert [text for text in broken if "422" not in text] == []
