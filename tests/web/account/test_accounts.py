"""Sign-in: details are filled in, states are shown without content, and the database gives nothing away."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from gateway.model.kinds import Channel
from gateway.stages.extract import from_form
from gateway.web.account.accounts import Details, create, totp
from gateway.web.notice_of import Notice, NoticeState
from gateway.web.services import FORM_SERVICES
from tests.web.draft.test_journey import answer, begin, send
from tests.web.site import Running, Visitor, running

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
DETAILS = Details("Dr Canary Example", "Registrar", "hospital_consultant: Ward 3", "01632 960123", "dr@trust.example")


@pytest.mark.parametrize(("second", "code"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")])
def test_one_time_codes_are_those_of_rfc_6238(second: int, code: str) -> None:
    assert totp(b"12345678901234567890", second // 30) == code


async def account(form: Running) -> bytes:
    """Make an account and return the secret of its one-time codes."""
    url = await create(
        form.app[FORM_SERVICES].form_store, "dr.example", PASSWORD, DETAILS, form.app[FORM_SERVICES].entropy
    )
    spelled = parse_qs(urlsplit(url).query)["secret"][0]
    return base64.b32decode(spelled + "=" * (-len(spelled) % 8))


async def sign_in(visitor: Visitor, secret: bytes, at: datetime, **changes: str) -> None:
    await visitor.get("/account/sign-in")
    good = {"account": "dr.example", "password": PASSWORD, "code": totp(secret, int(at.timestamp()) // 30)}
    await visitor.post("/account/sign-in", good | changes)


async def test_signed_in_details_are_filled_in_and_the_state_is_shown_without_content(tmp_path: Path) -> None:
    def notice_of(reference: str) -> Notice:
        return Notice(NoticeState.ACKNOWLEDGED, "Neighbourshire CDOP", NOW)

    async with running(tmp_path, now=lambda: NOW, notice_of=notice_of) as form, Visitor(form.url) as visitor:
        secret = await account(form)
        await sign_in(visitor, secret, NOW)
        assert visitor.path == "/account"
        reference, _ = await begin(visitor)
        await answer(visitor, "child-name", {"family_name": "Canary-Child"})
        await send(visitor)
        ((arrival, post),) = form.deposit.posts
        assert arrival.channel is Channel.FORM
        assert arrival.web is not None
        assert arrival.web.signed_in_as == "dr.example"
        assert from_form(post.values).text("notifier_phone") == "01632 960123"
        html = await visitor.get("/account")
        assert reference in html
        assert "Acknowledged by the panel" in html
        assert "Neighbourshire CDOP" in html
        assert "Canary-Child" not in html
        await visitor.post("/account/sign-out", {})
        await visitor.get("/account")
        assert visitor.path == "/account/sign-in"


async def test_every_wrong_part_gives_the_same_answer_and_a_code_works_once(tmp_path: Path) -> None:
    async with running(tmp_path, now=lambda: NOW) as form, Visitor(form.url) as visitor:
        secret = await account(form)
        pages = []
        for wrong in ({"account": "nobody"}, {"password": "x" * 12}, {"code": "000000"}):
            await sign_in(visitor, secret, NOW, **wrong)
            assert visitor.status == 403
            pages.append(re.sub(r'name="csrf" value="[^"]*"', "", visitor.html))
        assert len(set(pages)) == 1
        await sign_in(visitor, secret, NOW)
        assert visitor.path == "/account"
        async with Visitor(form.url) as thief:
            await sign_in(thief, secret, NOW)
            assert thief.status == 403


async def test_too_many_tries_lock_an_account_for_an_hour(tmp_path: Path) -> None:
    clock = [NOW]
    async with running(tmp_path, now=lambda: clock[0]) as form, Visitor(form.url) as visitor:
        secret = await account(form)
        for _ in range(5):
            await sign_in(visitor, secret, NOW, password="y" * 12)
        await sign_in(visitor, secret, NOW)
        assert visitor.status == 403
        clock[0] += timedelta(minutes=61)
        await sign_in(visitor, secret, clock[0])
        assert visitor.path == "/account"


async def test_the_database_holds_neither_password_nor_details(form: Running) -> None:
    secret = await account(form)
    for file in (form.folder / "form").iterdir():
        if file.is_file():
            for text in (b"Canary", b"01632 960123", PASSWORD.encode(), secret, base64.b32encode(secret)):
                assert text not in file.read_bytes()


async def test_form_that_was_begun_before_signing_in_stays_open_and_its_empty_details_are_filled_in(
    tmp_path: Path,
) -> None:
    async with running(tmp_path, now=lambda: NOW) as form, Visitor(form.url) as visitor:
        secret = await account(form)
        reference, _ = await begin(visitor)
        await answer(visitor, "child-name", {"family_name": "Canary-Child"})
        await answer(visitor, "your-details", {"notifier_name": "Another Name"})
        before = {cookie.key: cookie.value for cookie in visitor.session.cookie_jar}
        await sign_in(visitor, secret, NOW)
        assert reference in await visitor.get("/notify/tasks")
        await send(visitor)
        ((arrival, post),) = form.deposit.posts
        assert arrival.web is not None
        assert arrival.web.signed_in_as == "dr.example"
        found = from_form(post.values)
        assert [found.text(name) for name in ("family_name", "notifier_name", "notifier_phone")] == [
            "Canary-Child",
            "Another Name",
            "01632 960123",
        ]
        async with Visitor(form.url) as older:
            older.session.cookie_jar.update_cookies(before)
            await older.get("/notify/tasks")
            assert older.path == "/notify/return"


async def test_who_is_signed_in_stays_so_when_a_form_is_opened_by_its_code(tmp_path: Path) -> None:
    async with running(tmp_path, now=lambda: NOW) as form, Visitor(form.url) as visitor:
        secret = await account(form)
        async with Visitor(form.url) as elsewhere:
            reference, code = await begin(elsewhere)
            await answer(elsewhere, "child-name", {"family_name": "Canary-Child"})
        await sign_in(visitor, secret, NOW)
        await visitor.get("/notify/return")
        await visitor.post("/notify/return", {"reference": reference, "code": code})
        await send(visitor)
        assert reference in await visitor.get("/account")


async def test_session_of_an_account_ends_after_twelve_hours_whatever_is_done_in_it(tmp_path: Path) -> None:
    clock = [NOW]
    async with running(tmp_path, now=lambda: clock[0]) as form, Visitor(form.url) as visitor:
        secret = await account(form)
        await sign_in(visitor, secret, NOW)
        await begin(visitor)
        for _ in range(28):
            clock[0] += timedelta(minutes=25)
            await visitor.get("/notify/tasks")
            assert visitor.path == "/notify/tasks"
        await visitor.get("/account")
        assert visitor.path == "/account"
        clock[0] += timedelta(minutes=25)
        await visitor.get("/account")
        assert visitor.path == "/account/sign-in"
