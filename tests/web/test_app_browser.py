"""In a real browser: by keyboard only, without JavaScript, at 320 pixels and on a desktop."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import FilePayload

from gateway.stages.extract import from_form
from gateway.web import FormLimits
from tests.web.browser import Seen, browser
from tests.web.site import Running, running
from tests.web.walk import Clock


async def press(seen: Seen, text: str) -> None:
    """Reach the link or button with this text by the Tab key alone, and press Enter."""
    for _ in range(150):
        await seen.page.keyboard.press("Tab")
        focused = await seen.page.evaluate("document.activeElement.textContent.trim()")
        if focused == text:
            async with seen.page.expect_navigation():
                await seen.page.keyboard.press("Enter")
            return
    raise AssertionError(f"{text} cannot be reached by keyboard")


async def tab_to(seen: Seen, element_id: str) -> None:
    for _ in range(150):
        await seen.page.keyboard.press("Tab")
        if await seen.page.evaluate("document.activeElement.id") == element_id:
            return
    raise AssertionError(f"{element_id} cannot be reached by keyboard")


async def test_the_journey_can_be_made_by_keyboard_only(form: Running) -> None:
    async with browser(form.url, 1100) as seen:
        keyboard = seen.page.keyboard
        await seen.go("/")
        await press(seen, "Notify a death")
        await press(seen, "Start now")
        await press(seen, "Continue to the form")
        await press(seen, "The child")
        await tab_to(seen, "family_name")
        await keyboard.type("Testcase")
        await press(seen, "Continue")
        await tab_to(seen, "date_of_birth")
        for part in ("3", "Sept", "2024"):
            await keyboard.type(part)
            await keyboard.press("Tab")
        await press(seen, "Continue")
        await tab_to(seen, "sex")
        await keyboard.press("ArrowDown")
        await press(seen, "Continue")
        await press(seen, "All sections")
        await press(seen, "Professionals who knew the child")
        await press(seen, "Add a professional")
        await tab_to(seen, "agency_kind")
        await keyboard.press("Space")
        await press(seen, "Save")
        await press(seen, "Continue")
        await press(seen, "All sections")
        await press(seen, "Check and send what you know")
        await press(seen, "Continue")
        await press(seen, "Send the notification")
        assert await seen.page.title() == "Notification sent – Testshire Child Death Overview Panel"
        seen.assert_quiet()
    ((_, post),) = form.deposit.posts
    found = from_form(post.values)
    assert (found.text("family_name"), found.text("date_of_birth"), found.text("sex")) == (
        "Testcase",
        "2024-09-03",
        "female",
    )
    assert found.groups["agency_contacts"][0]["agency_kind"].value.reveal() == "gp"


@pytest.mark.parametrize("width", [320, 1100])
async def test_the_journey_works_without_javascript(form: Running, width: int) -> None:
    async with browser(form.url, width, script=False) as seen:
        page = seen.page
        await seen.go("/notify")
        await page.click("button:has-text('Start now')")
        await page.click("text=Continue to the form")
        await page.click("text=Where the child lived")
        await page.fill("#home_postcode", "OX1 1AA")
        await page.click("button:has-text('Continue')")
        assert await page.locator("text=Neighbourshire CDOP").count() == 1
        await seen.go("/notify/p/circumstances")
        await page.click("summary")
        await page.check("#circumstances-state-not_known")
        await page.click("button:has-text('Continue')")
        await seen.go("/notify/check")
        await page.click("a:has-text('Continue')")
        await page.click("button:has-text('Send the notification')")
        assert "Notification sent" in await page.title()
        seen.assert_quiet()
    ((_, post),) = form.deposit.posts
    assert from_form(post.values).fields["circumstances"].state == "not_known"


async def test_typing_saves_itself_and_idleness_asks_before_it_closes(tmp_path: Path) -> None:
    async with (
        running(tmp_path, FormLimits(idle_minutes=5, posts_a_minute=10_000)) as form,
        browser(form.url, 1100) as seen,
    ):
        page = seen.page
        await seen.go("/notify")
        await page.click("button:has-text('Start now')")
        await seen.go("/notify/p/circumstances")
        async with page.expect_response(lambda response: response.status == 204):
            await page.fill("#circumstances", "saved while typing")
        dialog = page.locator("#idle")  # five minutes are left from the start, so that it opens at the first look
        await dialog.wait_for(state="visible")
        assert await seen.violations() == []
        assert await page.evaluate("document.activeElement.id") == "idle-title"
        async with page.expect_response(lambda response: response.url.endswith("/notify/keep")) as kept:
            await page.click("#idle-stay")
        assert (await kept.value).status == 204
        await dialog.wait_for(state="hidden")
        await seen.go("/notify/p/circumstances")
        assert await page.input_value("#circumstances") == "saved while typing"
        seen.assert_quiet()


async def test_the_check_page_prints_answers_and_reference_and_nothing_to_press(form: Running) -> None:
    async with browser(form.url, 700) as seen:
        page = seen.page
        await seen.go("/notify")
        await page.click("button:has-text('Start now')")
        reference = await page.locator(".cdop-code").first.inner_text()
        await seen.go("/notify/p/child-name")
        await page.fill("#family_name", "Testcase")
        await page.click("button:has-text('Continue')")
        await seen.go("/notify/check")
        await page.emulate_media(media="print")
        printed = await page.locator("main").inner_text()
        assert reference in printed
        assert "Testcase" in printed
        assert not await page.locator("main a:visible, main button:visible, footer:visible").evaluate_all(
            "all => all.filter(one => getComputedStyle(one, '::after').content.includes('/') "
            "|| one.textContent.startsWith('Change') && one.closest('dl'))"
        )


async def test_without_javascript_continue_attaches_what_was_chosen_first(form: Running) -> None:
    async with browser(form.url, 320, script=False) as seen:
        page = seen.page
        await seen.go("/notify")
        await page.click("button:has-text('Start now')")
        await seen.go("/notify/files")
        await page.set_input_files("#files", FilePayload(name="a.pdf", mimeType="x/y", buffer=b"%PDF-1.7"))
        await page.click("button:has-text('Continue')")
        assert await page.locator("text=1 attached").count() == 1
        await page.click("text=Documents")
        await page.click("button:has-text('Continue')")  # nothing was chosen: goes on
        assert page.url.endswith("/notify/tasks")
        seen.assert_quiet()


async def test_whoever_goes_on_typing_is_not_idle(form: Running) -> None:
    async with browser(form.url, 700) as seen:
        page = seen.page
        await page.clock.install()
        await seen.go("/notify")
        await page.click("button:has-text('Start now')")
        await seen.go("/notify/p/circumstances")
        for words in ("first", "second"):
            await page.clock.fast_forward("20:00")
            async with page.expect_response(lambda response: response.status == 204):
                await page.fill("#circumstances", words)
                await page.clock.fast_forward("00:03")
        assert await page.locator("#idle").is_hidden()


async def test_what_could_not_be_saved_before_the_time_out_is_carried_to_the_return_page(tmp_path: Path) -> None:
    clock = Clock()
    async with running(tmp_path, now=clock) as form, browser(form.url, 700) as seen:
        page = seen.page
        await page.clock.install()
        await seen.go("/notify")
        await page.click("button:has-text('Start now')")
        await seen.go("/notify/p/circumstances")
        await page.route("**/circumstances", lambda route: route.abort())  # the connection is gone
        await page.fill("#circumstances", "typed without a connection")
        async with page.expect_event("requestfailed", lambda request: request.url.endswith("/circumstances")):
            await page.clock.fast_forward("00:03")
        await page.unroute("**/circumstances")
        clock.pass_time(minutes=31)
        async with page.expect_navigation():
            await page.clock.fast_forward("31:00")
        assert await page.locator("[name='kept.circumstances']").input_value() == "typed without a connection"
