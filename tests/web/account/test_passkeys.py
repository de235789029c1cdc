"""Passkeys as the second factor, from an authenticator that may lie; test_passkeys_browser.py has honest ones."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.web.account import passkeys
from gateway.web.account.accounts import create, remove
from gateway.web.services import FORM_SERVICES
from tests.web.account.test_accounts import DETAILS, PASSWORD
from tests.web.authenticator import UP, UV, Authenticator, spelled
from tests.web.passkey_owner import Owner, owner
from tests.web.site import Visitor

pytestmark = pytest.mark.usefixtures("quick_passwords")


@pytest.fixture
async def dr(tmp_path: Path) -> AsyncIterator[Owner]:
    async with owner(tmp_path) as one:
        yield one


async def test_passkey_signs_in_with_the_password_and_the_code_stays(dr: Owner) -> None:
    assert await dr.add() == 200
    assert "Work phone" in dr.visitor.html
    for _ in range(2):
        async with Visitor(dr.form.url) as again:
            assert await dr.sign_in(again, dr.key.use(await dr.challenge(again))) == 200
            assert "Dr Canary Example" in again.html
    async with Visitor(dr.form.url) as again:
        await dr.by_code(again)
        assert again.path == "/account"


async def test_several_passkeys_with_names_and_one_removed_signs_in_no_more(dr: Owner) -> None:
    other = Authenticator(dr.form.url, "127.0.0.1")
    assert [await dr.add(), await dr.add(other, "Key <ring>")] == [200, 200]
    assert "Key &lt;ring&gt;" in dr.visitor.html
    await dr.visitor.post("/account/passkeys/remove", {"number": dr.key.credential_id.hex()})
    assert "Work phone" not in dr.visitor.html
    async with Visitor(dr.form.url) as again:
        assert await dr.sign_in(again, dr.key.use(await dr.challenge(again))) == 403
        assert await dr.sign_in(again, other.use(await dr.challenge(again))) == 200


LIES: dict[str, Callable[[Authenticator], Any]] = {
    "another origin": lambda key: setattr(key, "origin", "https://evil.example"),
    "our host on another port": lambda key: setattr(key, "origin", "https://127.0.0.1"),
    "a host below ours": lambda key: setattr(key, "origin", key.origin.replace("//", "//a.")),
    "in clear": lambda key: setattr(key, "origin", key.origin.replace("https", "http")),
    "another relying party": lambda key: setattr(key, "rp_id", "evil.example"),
    "in a frame of another site": lambda key: setattr(key, "cross_origin", True),
    "nobody was verified": lambda key: setattr(key, "flags", UP),
    "nobody was there": lambda key: setattr(key, "flags", UV),
    "the other ceremony": lambda key: setattr(key, "kind", "payment.get"),
}


@pytest.mark.parametrize("lie", LIES)
async def test_passkey_that_lies_is_neither_added_nor_signs_in(dr: Owner, lie: str) -> None:
    liar = Authenticator(dr.form.url, "127.0.0.1")
    LIES[lie](liar)
    assert await dr.add(liar) == 422
    assert "You have no passkey yet" in dr.visitor.html
    assert await dr.add() == 200
    LIES[lie](dr.key)
    async with Visitor(dr.form.url) as again:
        assert await dr.sign_in(again, dr.key.use(await dr.challenge(again))) == 403


Answer = dict[str, Any]


def changed(**parts: bytes) -> Callable[[Answer], object]:
    """Return what puts other bytes into the response of a good answer."""
    other = {name: spelled(content) for name, content in parts.items()}
    return lambda good: {**good, "response": {**good["response"], **other}}


SPOILT: dict[str, Callable[[Answer], object]] = {
    "text": lambda good: "x",
    "a list": lambda good: [],
    "nothing": lambda good: {},
    "no response": lambda good: {**good, "response": None},
    "another credential": lambda good: {**good, "rawId": spelled(b"other"), "id": spelled(b"other")},
    "two ids": lambda good: {**good, "id": spelled(b"other")},
    "too little of the authenticator": changed(authenticatorData=b"short", attestationObject=b"short"),
    "no client data": changed(clientDataJSON=b"\xff"),
    "another type": lambda good: {**good, "type": "password"},
}


async def spoil(dr: Owner, change: Callable[[Answer], object]) -> int:
    """Sign in with an answer that was right before it was changed; return the status."""
    async with Visitor(dr.form.url) as again:
        good = json.loads(dr.key.use(await dr.challenge(again)))
        return await dr.sign_in(again, json.dumps(change(good)))


@pytest.mark.parametrize("name", SPOILT)
async def test_answer_that_is_no_answer_is_refused(dr: Owner, name: str) -> None:
    made = json.loads(dr.key.make(await dr.options()))
    await dr.visitor.post("/account/passkeys", {"passkey": json.dumps(SPOILT[name](made))})
    assert dr.visitor.status == 422
    assert await dr.add() == 200
    assert await spoil(dr, SPOILT[name]) == 403
    assert await spoil(dr, lambda good: good) == 200


async def test_answer_that_is_signed_by_nobody_or_for_somebody_else_is_refused(dr: Owner) -> None:
    assert await dr.add() == 200
    assert await spoil(dr, changed(signature=bytes(70))) == 403
    assert await spoil(dr, changed(userHandle=passkeys.user_handle("dr.other"))) == 403
    assert await spoil(dr, lambda good: good) == 200


async def test_endless_and_deep_answers_are_refused(dr: Owner) -> None:
    for answer in ("[" * 9000, "x" * 900_000):
        async with Visitor(dr.form.url) as again:
            await dr.challenge(again)
            assert await dr.sign_in(again, answer) == 403


async def test_challenge_works_once_in_its_own_browser_and_for_ten_minutes(dr: Owner) -> None:
    assert await dr.add() == 200
    async with Visitor(dr.form.url) as first, Visitor(dr.form.url) as second:
        answer = dr.key.use(await dr.challenge(first))
        await dr.challenge(second)
        assert await dr.sign_in(second, answer) == 403
        assert await dr.sign_in(first, answer, password="x" * 12) == 403
        assert await dr.sign_in(first, answer) == 403  # used up by the wrong password
        answer = dr.key.use(await dr.challenge(first))
        dr.clock[0] += 601
        assert await dr.sign_in(first, answer) == 403
    made = dr.key.make(await dr.options())
    dr.clock[0] += 601
    await dr.visitor.post("/account/passkeys", {"passkey": made})
    assert dr.visitor.status == 422


async def test_making_a_passkey_works_once(dr: Owner) -> None:
    made = dr.key.make(await dr.options())
    await dr.visitor.post("/account/passkeys", {"passkey": made})
    assert dr.visitor.status == 200
    await dr.visitor.post("/account/passkeys/remove", {"number": dr.key.credential_id.hex()})
    await dr.visitor.post("/account/passkeys", {"passkey": made})
    assert dr.visitor.status == 422
    assert "You have no passkey yet" in dr.visitor.html


async def test_counter_that_does_not_grow_blocks_the_passkey_for_good(
    dr: Owner, caplog: pytest.LogCaptureFixture
) -> None:
    assert await dr.add() == 200
    async with Visitor(dr.form.url) as again:
        dr.key.counter = 10
        assert await dr.sign_in(again, dr.key.use(await dr.challenge(again))) == 200
    async with Visitor(dr.form.url) as clone:
        dr.key.counter = 10  # says 11, as the last time
        assert await dr.sign_in(clone, dr.key.use(await dr.challenge(clone))) == 403
        dr.key.counter = 50
        assert await dr.sign_in(clone, dr.key.use(await dr.challenge(clone))) == 403
    assert "This passkey is blocked" in await dr.visitor.get("/account/passkeys")
    assert [record.__dict__["code"] for record in caplog.records if record.message == "passkey_refused"] == [
        "counter",
        "counter",
    ]


async def test_passkey_that_does_not_count_signs_in_again_and_again(dr: Owner) -> None:
    dr.key.counter = -1
    assert await dr.add() == 200
    for _ in range(2):
        async with Visitor(dr.form.url) as again:
            dr.key.counter = -1
            assert await dr.sign_in(again, dr.key.use(await dr.challenge(again))) == 200


async def test_passkey_of_another_account_opens_nothing(dr: Owner) -> None:
    assert await dr.add() == 200
    at = dr.form.app[FORM_SERVICES]
    await create(at.form_store, "dr.other", PASSWORD, DETAILS, at.entropy)
    async with Visitor(dr.form.url) as again:
        answer = dr.key.use(await dr.challenge(again))
        assert await dr.sign_in(again, answer, account="dr.other") == 403
        dr.key.user_handle = spelled(passkeys.user_handle("dr.other"))  # and says that it is theirs
        assert await dr.sign_in(again, dr.key.use(await dr.challenge(again)), account="dr.other") == 403
        dr.key.user_handle = spelled(passkeys.user_handle("dr.example"))
        assert await dr.sign_in(again, dr.key.use(await dr.challenge(again)), password="y" * 12) == 403


async def test_wrong_password_wrong_passkey_and_no_account_are_one_answer(dr: Owner) -> None:
    assert await dr.add() == 200
    pages = set()
    for changes in ({"account": "nobody"}, {"password": "x" * 12}, {"passkey": "{}"}, {"passkey": ""}):
        async with Visitor(dr.form.url) as again:
            answer = dr.key.use(await dr.challenge(again))
            assert await dr.sign_in(again, answer, **changes) == 403
            pages.add(re.sub(r'name="csrf" value="[^"]*"', "", again.html))
    assert len(pages) == 1
    async with Visitor(dr.form.url) as again:
        options = await dr.challenge(again)
        assert set(options) == {"challenge", "rpId", "userVerification"}  # no list of anybody's passkeys


async def test_adding_needs_the_password_again_and_a_name(dr: Owner) -> None:
    await dr.visitor.get("/account/passkeys")
    await dr.visitor.post("/account/passkeys/new", {"name": "x", "password": "y" * 12})
    assert (dr.visitor.status, "This is not your password" in dr.visitor.html) == (422, True)
    await dr.visitor.post("/account/passkeys/new", {"name": " ", "password": PASSWORD})
    assert (dr.visitor.status, "Give the passkey a name" in dr.visitor.html) == (422, True)
    async with Visitor(dr.form.url) as stranger:
        await stranger.get("/account/sign-in")
        for path in ("/account/passkeys", "/account/passkeys/new", "/account/passkeys/remove"):
            await stranger.post(path, {"name": "x", "password": PASSWORD, "number": dr.key.credential_id.hex()})
            assert stranger.path == "/account/sign-in"


@pytest.mark.parametrize("algorithm", [-47, -36, -65535, -999])
async def test_passkey_of_an_algorithm_that_was_not_asked_for_is_not_added(dr: Owner, algorithm: int) -> None:
    asked = {one["alg"] for one in (await dr.options())["pubKeyCredParams"]}
    assert asked == {-7, -8, -35, -257}
    dr.key.algorithm = algorithm
    assert await dr.add() == 422


async def test_ten_passkeys_are_enough_and_the_same_one_is_not_added_twice(dr: Owner) -> None:
    assert [await dr.add(Authenticator(dr.form.url, "127.0.0.1")) for _ in range(9)] == [200] * 9
    assert [await dr.add(), await dr.add()] == [200, 422]
    assert await dr.add(Authenticator(dr.form.url, "127.0.0.1")) == 422
    assert len(await passkeys.listed(dr.form.app[FORM_SERVICES], "dr.example")) == 10


async def test_account_that_is_removed_or_made_anew_has_no_passkeys_and_no_session(dr: Owner) -> None:
    assert await dr.add() == 200
    at = dr.form.app[FORM_SERVICES]
    assert await remove(at.form_store, "dr.example")
    assert await passkeys.listed(at, "dr.example") == []
    await dr.visitor.get("/account")
    assert dr.visitor.path == "/account/sign-in"
    assert not await remove(at.form_store, "dr.example")
