"""Who gets in, for how long, and from where a post may come."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.model.ids import StaffId
from gateway.model.kinds import MoveKind
from tests.console.conftest import PASSWORD, Browser, Office

WRONG = "not the password at all"


async def test_without_a_session_every_page_leads_to_the_sign_in(office: Office, browser: Browser) -> None:
    for path in ("/", "/intakes", f"/intakes/{office.samples.general_query}", "/cases", "/nowhere"):
        answer = await browser.get(path)
        assert (answer.status, answer.location) == (303, "/sign-in"), path


async def test_the_cookie_is_bound_to_this_host_and_out_of_reach_of_scripts(browser: Browser) -> None:
    answer = await browser.sign_in("ada")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-cdop-console=")
    for attribute in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
        assert attribute in cookie
    assert "Domain" not in cookie


async def test_the_token_itself_is_not_in_the_database(office: Office, ada: Browser) -> None:
    token = ada.cookie.split("=", 1)[1]
    for path in office.blobs.parent.glob("gateway.db*"):
        assert token.encode() not in path.read_bytes()


async def test_wrong_unknown_disabled_and_locked_look_alike(office: Office, browser: Browser) -> None:
    await office.accounts.disable(StaffId("rhea"))
    pages = {
        (await browser.post("/sign-in", {"account": account, "password": password}, csrf="")).text
        for account, password in (("ada", WRONG), ("nobody", PASSWORD), ("rhea", PASSWORD), ("", ""))
    }
    for _ in range(5):
        await browser.sign_in("miro", WRONG)
    pages.add((await browser.sign_in("miro")).text)
    assert len(pages) == 1
    assert "That did not work" in pages.pop()


async def test_five_wrong_guesses_lock_an_account_for_a_quarter_of_an_hour(office: Office, browser: Browser) -> None:
    for _ in range(5):
        assert (await browser.sign_in("ada", WRONG)).status == 401
    assert (await browser.sign_in("ada")).status == 401
    office.clock.pass_by(timedelta(minutes=16))
    assert (await browser.sign_in("ada")).status == 303


async def test_a_good_sign_in_sets_the_count_back(browser: Browser) -> None:
    for _ in range(3):
        for _ in range(4):
            await browser.sign_in("ada", WRONG)
        assert (await browser.sign_in("ada")).status == 303


async def test_signing_in_and_out_and_failing_stand_in_the_audit(office: Office, browser: Browser) -> None:
    await browser.sign_in("ada", WRONG)
    await browser.sign_in("ada")
    await browser.post("/sign-out")
    entries = [(link.move, link.actor, dict(link.detail)) async for link in office.store.audit()][-3:]
    assert entries == [
        (MoveKind.SIGN_IN, "staff:ada", {"result": "refused"}),
        (MoveKind.SIGN_IN, "staff:ada", {"result": "ok"}),
        (MoveKind.SIGN_OUT, "staff:ada", {}),
    ]


async def test_a_session_ends_when_idle(office: Office, ada: Browser) -> None:
    office.clock.pass_by(timedelta(minutes=29))
    assert (await ada.get("/")).status == 200
    office.clock.pass_by(timedelta(minutes=29))
    assert (await ada.get("/")).status == 200
    office.clock.pass_by(timedelta(minutes=31))
    assert (await ada.get("/")).status == 303


async def test_a_session_ends_after_twelve_hours_however_busy(office: Office, ada: Browser) -> None:
    for _ in range(35):
        office.clock.pass_by(timedelta(minutes=20))
        assert (await ada.get("/")).status == 200
    office.clock.pass_by(timedelta(minutes=21))
    assert (await ada.get("/")).status == 303


async def test_after_signing_out_the_cookie_opens_nothing(ada: Browser) -> None:
    answer = await ada.post("/sign-out")
    assert answer.location == "/sign-in"
    assert "cache" in answer.headers["Clear-Site-Data"]
    assert (await ada.get("/")).status == 303


async def test_disabling_an_account_ends_its_sessions(office: Office, ada: Browser) -> None:
    await office.accounts.disable(StaffId("ada"))
    assert (await ada.get("/")).status == 303


async def test_a_post_without_the_csrf_token_does_nothing(office: Office, ada: Browser) -> None:
    path = f"/intakes/{office.samples.general_query}/keep"
    for token in ("", "guess", "ü"):
        answer = await ada.post(path, {"version": "2", "reason": "because"}, csrf=token)
        assert answer.status == 403
    assert not await office.store.posted_instructions(1)


@pytest.mark.parametrize(
    "sent",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "", "Origin": "https://elsewhere.example"},
        {"Sec-Fetch-Site": "", "Origin": "null"},
        {"Sec-Fetch-Site": ""},
    ],
)
async def test_a_post_from_elsewhere_is_refused(browser: Browser, sent: dict[str, str]) -> None:
    answer = await browser.post("/sign-in", {"account": "ada", "password": PASSWORD}, csrf="", **sent)
    assert answer.status == 403
    assert "Set-Cookie" not in answer.headers


async def test_an_old_browser_is_known_by_its_origin(browser: Browser) -> None:
    sent = {"Sec-Fetch-Site": "", "Origin": browser.base}
    answer = await browser.post("/sign-in", {"account": "ada", "password": PASSWORD}, csrf="", **sent)
    assert answer.status == 303


async def test_a_prefetch_is_no_look(office: Office, ada: Browser) -> None:
    path = f"/intakes/{office.samples.general_query}"
    assert (await ada.get(path, **{"Sec-Purpose": "prefetch;prerender"})).status == 403
    looks = [link async for link in office.store.audit() if link.move is MoveKind.LOOK]
    assert looks == []


async def test_only_plain_form_encoding_is_read(ada: Browser) -> None:
    answer = await ada.post("/find", {"reference": "x"}, **{"Content-Type": "multipart/form-data; boundary=x"})
    assert answer.status == 400
