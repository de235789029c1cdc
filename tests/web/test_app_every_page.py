"""axe-core (WCAG 2.2 AA and best practice) on every page and in every error state, in both languages, at two widths.

No allow-list: the last test fails where a route, a template or a kind of error is in the application and not in a walk.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import FilePayload

from gateway.model.ids import ALPHABET
from gateway.stages.cases.neighbour_link import make
from gateway.web import FormLimits
from gateway.web.account.accounts import totp
from gateway.web.account.openid_pages import FAILED
from gateway.web.draft.journey import LISTINGS, PAGES
from gateway.web.guard.safety import FAULTS
from gateway.web.notice_of import Notice, NoticeState
from gateway.web.pages.static_pages import TITLES
from tests.web.account.test_accounts import PASSWORD, account
from tests.web.account.test_passkeys_browser import virtual
from tests.web.browser import browser
from tests.web.site import MemoryDeposit, running
from tests.web.walk import Clock, Noted, Walk, watch_templates

NO_PAGES = {
    "/language/{language}",  # sends back to the page it was asked from
    "/static",
    "/static/brand.css",
    "/account/openid",  # these two send on, to the provider and from it
    "/account/openid/back",
    "/notify/copy.pdf",  # a PDF: test_copy_is_a_tagged_pdf_only_after_sending_and_only_for_the_notifier
}
NO_TEMPLATES = {"base.html", "parts.html", "copy.html"}  # frame, macros, and the PDF
ENTRY = "a" * 16
LONG = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch" * 2
FREE = FormLimits(posts_a_minute=100_000, pages_a_minute=100_000)


async def texts(walk: Walk) -> None:
    for name in TITLES:
        await walk.go(f"/{name}")
    await walk.go("/")
    await walk.go("/nothing-here", "404")
    await walk.go("/enquire")
    await walk.submit("/enquire", "enquire wrong")
    await walk.look_at_error("enquire wrong")
    await walk.submit("/enquire", "question sent", message="When?", enquirer_email="a@b.example")
    await walk.go("/enquire?who=family", "enquire as a family")
    await walk.submit("/enquire", "question of a family sent", message="When?", enquirer_phone="01632 960123")
    neighbour = f"/handover/{make(bytes(range(32)), bytes(range(16))).token}"
    await walk.go(neighbour, "neighbour")
    await walk.submit(neighbour, "neighbour wrong")
    await walk.look_at_error("neighbour wrong")
    await walk.page.check("#choice")
    await walk.submit(neighbour, "neighbour sent", code=f"{ALPHABET[:4]}-{ALPHABET[4:8]}")


async def one_page(walk: Walk) -> None:
    await walk.go("/notify/one-page")
    await walk.submit("/notify/one-page", "one page empty")
    await walk.look_at_error("one page empty")
    await walk.submit("/notify/one-page", "one page sent", family_name="Testcase", home_postcode="OX1 1AA")


async def entrance(walk: Walk) -> None:
    await walk.go("/notify/return")
    await walk.submit("/notify/return", "return wrong")
    await walk.look_at_error("return wrong")
    await walk.go("/notify/return?ended=1", "closed for being idle")
    await walk.go("/notify")
    await walk.submit("/notify/start", "code")
    await walk.go("/notify/tasks", "tasks untouched")
    await walk.go("/notify/check", "check empty")


async def questions(walk: Walk) -> None:
    for page in PAGES:
        await walk.go(f"/notify/p/{page.id}")
    for page_id, field, value in (
        ("nhs-number", "nhs_number", "1"),
        ("home", "home_postcode", "nowhere"),
        ("date-of-birth", "date_of_birth", "99"),
        ("your-details", "notifier_email", "nobody"),
    ):
        await walk.seen.go(f"/notify/p/{page_id}")
        await walk.submit(f"/notify/p/{page_id}", f"{page_id} odd", **{field: value})
        await walk.look_at_error(f"{page_id} odd", warning=True)
        await walk.submit(f"/notify/p/{page_id}", f"after {page_id}")
    await walk.go("/notify/p/residence-basis", "a person finds the panel")
    await walk.seen.go("/notify/p/home")
    await walk.submit("/notify/p/home", "the panel is said", home_postcode="OX1 1AA", home_address=LONG)


async def lists(walk: Walk) -> None:
    for listing in LISTINGS:
        base = f"/notify/list/{listing.slug}"
        await walk.go(base, f"{base} empty")
        await walk.go(f"{base}/{ENTRY}")
        await walk.page.locator("textarea").first.fill(LONG)
        await walk.submit(base, f"{base} with one")
        await walk.go(f"{base}/{ENTRY}", f"{base} change")
        await walk.go(f"{base}/{ENTRY}/remove")
        await walk.submit(base, f"{base} removed")
        await walk.seen.go(f"{base}/{ENTRY}")
        await walk.page.locator("textarea").first.fill(LONG)
        await walk.submit(base, f"{base} with one again")


async def in_another_tab(walk: Walk, path: str, element: str, text: str) -> None:
    """Do the same in a second tab of the same browser."""
    other = await walk.page.context.new_page()
    await other.goto(walk.form.url + path)
    if text:
        await other.fill(element, text)
    async with other.expect_navigation():
        await other.locator("main form button.govuk-button").first.click()
    await other.close()


async def two_tabs(walk: Walk) -> None:
    name = "/notify/p/child-name"
    await walk.seen.go(name)
    await in_another_tab(walk, name, "#family_name", "Firsttab")
    async with walk.page.expect_response(lambda response: response.status == 409):
        await walk.page.fill("#family_name", "Secondtab")
    await walk.page.wait_for_function("document.getElementById('elsewhere').textContent !== ''")
    await walk.look("saving itself over another tab")
    await walk.submit(name, "two answers")
    await walk.look_at_error("two answers", warning=True)
    await walk.go("/notify/check", "check with two answers")
    entry, person = f"/notify/list/professionals/{'b' * 16}", "#agency_person"
    await in_another_tab(walk, entry, person, "Dr One")
    await walk.seen.go(f"{entry}/remove")
    await in_another_tab(walk, entry, person, "Dr Two")
    await walk.submit(entry, "remove what was changed")
    await walk.seen.go(entry)
    await in_another_tab(walk, f"{entry}/remove", "", "")
    await walk.page.fill(person, "Dr Three")
    await walk.submit(entry, "change what was removed")
    await walk.look_at_error("change what was removed", warning=True)


async def files(walk: Walk) -> None:
    await walk.go("/notify/files")
    await walk.page.set_input_files("#files", FilePayload(name="a.exe", mimeType="x/y", buffer=b"MZ"))
    await walk.submit("/notify/files", "file refused")
    await walk.look_at_error("file refused")
    report = FilePayload(name=f"{LONG}.pdf", mimeType="x/y", buffer=b"%PDF-1.7")
    await walk.page.set_input_files("#files", report)
    await walk.submit("/notify/files", "file kept")
    await walk.press("main form[action='/notify/files/remove'] button", "file removed")
    await walk.page.set_input_files("#files", report)
    await walk.submit("/notify/files", "file kept again")


async def sending(walk: Walk) -> None:
    await walk.go("/notify/tasks", "tasks under way")
    await walk.go("/notify/check")
    await walk.press("main a[href^='/notify/declaration']", "declaration")
    await walk.go("/notify/check?changed=1", "check after a change elsewhere")
    await walk.press("main a[href^='/notify/declaration']", "declaration")
    walk.form.deposit.fail = True
    await walk.submit("/notify/send", "503")
    walk.form.deposit.fail = False
    await walk.seen.go("/notify/check")
    await walk.press("main a[href^='/notify/declaration']", "declaration again")
    await walk.submit("/notify/send", "sent")
    await walk.submit("/notify/next-child", "code of the next child")


async def leaving(walk: Walk) -> None:
    await walk.seen.go("/notify/p/circumstances")
    walk.clock.pass_time(minutes=31)
    await walk.submit("/notify/p/circumstances", "closed, with what was typed", circumstances="typed too late")
    await walk.go("/notify")
    await walk.submit("/notify/start", "code once more")
    await walk.seen.go("/notify/tasks")
    await walk.page.evaluate("document.getElementById('idle').showModal()")
    await walk.look("are you still there")
    await walk.page.click("#idle-stay")
    await walk.page.locator("#idle").wait_for(state="hidden")
    await walk.press("main form[action='/notify/leave'] button", "left")


async def signed_in(walk: Walk) -> None:
    secret = await account(walk.form)
    await walk.go("/account/sign-in")
    await walk.submit("/account/sign-in", "sign-in wrong")
    await walk.look_at_error("sign-in wrong")
    code = totp(secret, int(walk.clock.now.timestamp()) // 30)
    await walk.submit(
        "/account/sign-in", "account with nothing sent", account="dr.example", password=PASSWORD, code=code
    )
    await walk.seen.go("/notify")
    await walk.submit("/notify/start", "code, signed in")
    await walk.seen.go("/notify/check")
    await walk.press("main a[href^='/notify/declaration']", "declaration, signed in")
    await walk.submit("/notify/send", "sent, signed in")
    await walk.go("/account", "account with a notification")
    await own_passkeys(walk)
    await walk.seen.go("/account")
    await walk.press("main form[action='/account/sign-out'] button", "signed out")


async def own_passkeys(walk: Walk) -> None:
    await virtual(walk.seen)
    await walk.go("/account/passkeys", "no passkey yet")
    await walk.submit("/account/passkeys/new", "passkey, wrong password", name="Work phone", password="wrong")
    await walk.look_at_error("passkey, wrong password")
    await walk.submit("/account/passkeys/new", "make a passkey", name="Work phone", password=PASSWORD)
    await walk.press("[data-passkey-with] button", "one passkey")
    await walk.press("form[action='/account/passkeys/remove'] button", "passkey removed")
    await walk.seen.go("/account/sign-in")
    await walk.page.fill("#account", "dr.example")
    await walk.page.fill("#password", PASSWORD)
    await walk.press("[data-passkey-with] button", "sign-in with a passkey that is not known")
    await walk.go(FAILED, "not signed in by the provider")


async def faults(walk: Walk) -> None:
    await walk.seen.go("/enquire")
    await walk.page.evaluate("document.querySelector('[name=csrf]').value = 'of another session'")
    await walk.submit("/enquire", "403")
    await walk.seen.go("/enquire")
    await walk.submit("/enquire", "413", message="é" * 9_000, enquirer_email="a@b.example")
    for name, trouble in (("500", explode), ("408", asyncio.Event().wait)):
        walk.form.deposit.before = trouble
        await walk.seen.go("/enquire")
        await walk.submit("/enquire", name, message="When?", enquirer_email="a@b.example")
    walk.form.deposit.before = None
    while 429 not in walk.noted.statuses:
        await walk.seen.go("/enquire")
        await walk.submit("/enquire", "429?")


async def explode() -> None:
    raise RuntimeError("secret-canary")


class Named:
    """A provider of which the pages that are walked know the name only."""

    name = "Exampleshire Hospitals"


def notice(reference: str) -> Notice:
    return Notice(NoticeState.ACKNOWLEDGED, "Neighbourshire CDOP", Clock().now)


@asynccontextmanager
async def walking(
    folder: Path, noted: Noted, width: int, language: str, limits: FormLimits = FREE
) -> AsyncIterator[Walk]:
    """Open a form and a window in a language. No console error and no other host, all the way."""
    clock = Clock()
    folder.mkdir()
    async with (
        running(
            folder, limits, now=clock, notice_of=notice, deposit=MemoryDeposit(), openid=Named(), host="localhost"
        ) as form,
        browser(form.url, width) as seen,
    ):
        await seen.go(f"/language/{language}")
        yield Walk(seen, form, noted, clock)
        seen.assert_quiet()


@pytest.mark.parametrize(("width", "language"), [(320, "en"), (1100, "cy")])
async def test_axe_finds_nothing_on_any_page_or_error_and_none_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: int, language: str
) -> None:
    noted = Noted()
    watch_templates(noted, monkeypatch)
    async with walking(tmp_path / "form", noted, width, language) as walk:
        for part in (texts, one_page, entrance, questions, lists, two_tabs, files, sending, leaving, signed_in):
            await part(walk)
        app = walk.form.app
    tight = FormLimits(max_form_bytes=20_000, page_timeout_s=5.0, posts_a_minute=8, pages_a_minute=100_000)
    async with walking(tmp_path / "tight", noted, width, language, tight) as walk:
        await faults(walk)
    assert not noted.found, "\n".join(noted.found)
    looked, posted = noted.routes(app)
    shown = {route.resource.canonical for route in app.router.routes() if route.method == "GET" and route.resource}
    sent = {route.resource.canonical for route in app.router.routes() if route.method == "POST" and route.resource}
    assert (shown - NO_PAGES) - looked == set()
    assert sent - posted == set()
    assert templates() - NO_TEMPLATES - noted.templates == set()
    assert {401, *FAULTS} - noted.statuses == set()
    assert {f"/notify/p/{page.id}" for page in PAGES} <= noted.paths


def templates() -> set[str]:
    """Return the names of all templates of the form."""
    folder = Path(__file__).parents[2] / "gateway" / "web" / "templates"
    return {file.name for file in folder.glob("*.html")}
