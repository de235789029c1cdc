"""Sign-in at an OpenID provider: a real one on loopback, and every way in which it or somebody between can be wrong."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from gateway.adapters.openid.client import OpenIdProvider
from gateway.adapters.openid.id_token import left_half
from gateway.stages.extract import from_form
from tests.web.browser import browser
from tests.web.draft.test_journey import begin, send
from tests.web.meeting import Meeting, address_of, answer_of, codes, meeting, refused
from tests.web.provider import (
    EC,
    EC384,
    RSA,
    SECRET,
    STRANGER,
    Key,
    by_hand,
    hmac_with,
    provider,
    signed,
    unsigned,
)
from tests.web.site import Running, Visitor, running

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
PUBLIC = RSA.as_pem(private=False)


@pytest.fixture
async def met(tmp_path: Path) -> AsyncIterator[Meeting]:
    async with meeting(tmp_path) as one:
        yield one


async def test_signed_in_elsewhere_details_are_filled_in_and_the_state_is_shown(met: Meeting) -> None:
    assert await met.sign_in() == "/account"
    assert "Dr Canary Example" in met.visitor.html
    assert "/account/passkeys" not in met.visitor.html
    reference, _ = await begin(met.visitor)
    await met.visitor.post("/notify/p/child-name", {"family_name": "Canary-Child"})
    await send(met.visitor)
    ((arrival, post),) = met.form.deposit.posts
    assert arrival.web is not None
    assert re.fullmatch(r"openid:[a-z2-7]{32}", arrival.web.signed_in_as or "")
    found = from_form(post.values)
    assert [found.text(f"notifier_{name}") for name in ("name", "email", "phone")] == [
        "Dr Canary Example",
        "canary@trust.example",
        "01632 960123",
    ]
    html = await met.visitor.get("/account")
    assert reference in html
    assert "Acknowledged by the panel" in html
    assert "Canary-Child" not in html
    async with Visitor(met.form.url) as elsewhere:
        await elsewhere.get("/account/openid")
        assert reference in await elsewhere.get("/account")


async def test_the_database_holds_nothing_of_who_signed_in(met: Meeting) -> None:
    await met.sign_in()
    for file in (met.form.folder / "form").iterdir():
        if file.is_file():
            for text in (b"Canary", b"canary@", b"subject-1", b"access-token-1", SECRET.encode()):
                assert text not in file.read_bytes()


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [(RSA, "RS256"), (RSA, "PS256"), (EC, "ES256"), (EC384, "ES384")],
    ids=lambda one: str(one)[:5],
)
async def test_each_algorithm_of_the_closed_list_signs_in(met: Meeting, key: Key, algorithm: str) -> None:
    met.op.make = signed(key, algorithm)
    met.op.claims = {"at_hash": left_half("access-token-1", algorithm)}
    assert await met.sign_in() == "/account"


ZOO: dict[str, tuple[dict[str, Any], str]] = {
    "another issuer": ({"iss": "https://evil.example"}, "token_claim"),
    "no issuer": ({"iss": None}, "token_claim"),
    "for another client": ({"aud": "somebody else"}, "token_claim"),
    "for several, and not to us": ({"aud": ["cdop form", "other"]}, "token_azp"),
    "to another party": ({"azp": "other"}, "token_azp"),
    "another nonce": ({"nonce": "x" * 43}, "token_claim"),
    "no nonce": ({"nonce": None}, "token_claim"),
    "expired": ({"exp": int(time.time()) - 120}, "token_expired"),
    "no expiry": ({"exp": None}, "token_claim"),
    "expiry that is a word": ({"exp": "tomorrow"}, "token_claim"),
    "from the future": ({"iat": int(time.time()) + 86400}, "token_claim"),
    "nobody": ({"sub": None}, "token_claim"),
    "an empty subject": ({"sub": ""}, "token_claim"),
    "a subject that is no text": ({"sub": 7}, "token_claim"),
    "hash of another access token": ({"at_hash": left_half("other", "RS256")}, "token_at_hash"),
    "e-mail not verified": ({"email_verified": False}, "not_admitted"),
    "verified in a word": ({"email_verified": "true"}, "not_admitted"),
    "e-mail of another domain": ({"email": "canary@evil.example"}, "not_admitted"),
    "domain that only begins alike": ({"email": "canary@trust.example.evil.example"}, "not_admitted"),
    "domain that only ends alike": ({"email": "canary@nottrust.example"}, "not_admitted"),
    "two at signs": ({"email": "canary@evil.example@trust.example"}, "not_admitted"),
    "no e-mail": ({"email": None}, "not_admitted"),
}


@pytest.mark.parametrize("name", ZOO)
async def test_token_that_says_the_wrong_thing_is_refused(
    met: Meeting, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    met.op.claims, code = ZOO[name]
    met.op.metadata = {"userinfo_endpoint": None}
    await refused(met)
    assert codes(caplog) == [code]


def _tampered(claims: dict[str, Any]) -> str:
    head, _, tail = signed()(claims).split(".")
    other = signed()({**claims, "sub": "subject-2"}).split(".")[1]
    return f"{head}.{other}.{tail}"


def _critical(claims: dict[str, Any]) -> str:
    """Return a token, well signed, with a header that must be understood (RFC 7515 section 4.1.11)."""

    def sign(start: bytes) -> bytes:
        assert RSA.private_key is not None
        return RSA.private_key.sign(start, padding.PKCS1v15(), hashes.SHA256())

    return by_hand({"alg": "RS256", "kid": "rsa-1", "crit": ["odd"], "odd": 1}, claims, sign)


MAKERS: dict[str, tuple[Callable[[dict[str, Any]], str], str]] = {
    "alg none": (unsigned, "token_algorithm"),
    "HS256 with the public key": (hmac_with(PUBLIC, kid="rsa-1"), "token_algorithm"),
    "HS256 with the client secret": (hmac_with(SECRET.encode()), "token_algorithm"),
    "RS512, not on the list": (signed(RSA, "RS512"), "token_algorithm"),
    "a stranger's key under our key id": (signed(STRANGER), "token_signature"),
    "a key id that is not there": (signed(RSA, kid="other"), "token_key"),
    "the key id of a key of another kind": (signed(EC, "ES256", kid="rsa-1"), "token_key"),
    "a critical header": (_critical, "token_form"),
    "a payload changed on the way": (_tampered, "token_signature"),
    "no token at all": (lambda claims: "a.b", "token_form"),
    "a token of five parts": (lambda claims: "a.b.c.d.e", "token_form"),
    "an endless token": (lambda claims: "a." + "b" * 40_000 + ".c", "token_form"),
    "a token that is no ASCII": (lambda claims: "é.é.é", "token_form"),
}


@pytest.mark.parametrize("name", MAKERS)
async def test_token_that_is_signed_wrongly_is_refused(
    met: Meeting, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    make, code = MAKERS[name]
    met.op.make = make
    await refused(met)
    assert codes(caplog) == [code]


BACK: dict[str, tuple[dict[str, Any], str]] = {
    "another state": ({"state": "x" * 43}, "state"),
    "no state": ({"state": None}, "state"),
    "no code": ({"code": None}, "provider_refused"),
    "an error": ({"error": "access_denied"}, "provider_refused"),
    "a code that was never given": ({"code": "guessed"}, "provider_status"),
    "another issuer (RFC 9207)": ({"iss": "https://evil.example"}, "response_issuer"),
    "two codes": ({"code": ["a", "b"]}, "repeated_parameter"),
}


@pytest.mark.parametrize("name", BACK)
async def test_browser_that_brings_back_the_wrong_thing_is_refused(
    met: Meeting, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    met.op.back, code = BACK[name]
    await refused(met)
    assert codes(caplog) == [code]


async def test_issuer_in_the_answer_is_asked_for_where_the_provider_says_it_sends_it(
    met: Meeting, caplog: pytest.LogCaptureFixture
) -> None:
    met.op.metadata = {"authorization_response_iss_parameter_supported": True}
    await refused(met)
    assert codes(caplog) == ["response_issuer"]
    met.op.back = {"iss": met.op.issuer}
    assert await met.sign_in() == "/account"


async def test_an_answer_works_once_and_in_the_browser_that_asked(
    met: Meeting, caplog: pytest.LogCaptureFixture
) -> None:
    back = await answer_of(met, await address_of(met))
    async with Visitor(met.form.url) as thief:
        await thief.get(back)
        assert thief.status == 403
        await thief.get("/account/openid")  # signed in as somebody, and then given another's answer
        await thief.get(back)
        assert thief.status == 403
    await met.visitor.get(back)
    assert met.visitor.path == "/account"
    await met.visitor.get(back)
    assert met.visitor.status == 403
    assert codes(caplog) == ["no_ceremony", "no_ceremony", "no_ceremony"]


async def test_code_that_was_used_before_is_refused(met: Meeting, caplog: pytest.LogCaptureFixture) -> None:
    back = await answer_of(met, await address_of(met))
    for grant in met.op.grants.values():
        grant.used = True
    await met.visitor.get(back)
    assert met.visitor.status == 403
    assert codes(caplog) == ["provider_status"]


async def test_code_of_another_challenge_is_refused_by_pkce(met: Meeting, caplog: pytest.LogCaptureFixture) -> None:
    first = await address_of(met)
    challenge = re.sub(r"code_challenge=[^&]+", "code_challenge=" + "x" * 43, first)
    assert challenge != first
    await met.visitor.get(await answer_of(met, challenge))
    assert met.visitor.status == 403
    assert codes(caplog) == ["provider_status"]


async def test_answer_after_ten_minutes_is_refused(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    clock = [NOW.timestamp()]
    async with provider(tmp_path) as op:
        trusted = OpenIdProvider(op.client(), time.time, time.monotonic)
        async with (
            running(tmp_path, openid=trusted, now=lambda: datetime.fromtimestamp(clock[0], UTC)) as form,
            Visitor(form.url) as visitor,
        ):
            met = Meeting(op, form, visitor)
            back = await answer_of(met, await address_of(met))
            clock[0] += 601
            await visitor.get(back)
            assert visitor.status == 403
    assert codes(caplog) == ["no_ceremony"]


async def test_another_page_cannot_begin_a_sign_in(met: Meeting) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    async with met.visitor.session.get(f"{met.form.url}/account/openid", headers=headers) as response:
        assert response.status == 403
    assert met.op.asked == []


async def test_every_failure_is_the_same_page(met: Meeting) -> None:
    pages = set()
    for changes in ({"iss": "https://evil.example"}, {"exp": 1}, {"email_verified": False}):
        met.op.claims = changes
        pages.add(await refused(met))
    assert len(pages) == 1
    assert "evil" not in pages.pop()


async def test_subject_that_is_named_signs_in_without_an_address_and_another_does_not(tmp_path: Path) -> None:
    async with meeting(tmp_path, subjects=frozenset({"subject-1"}), email_domains=frozenset()) as met:
        met.op.claims = {"email": None}
        assert await met.sign_in() == "/account"
    async with meeting(tmp_path, subjects=frozenset({"subject-2"}), email_domains=frozenset()) as met:
        await refused(met)


async def test_too_many_failures_from_one_network_wait(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with meeting(tmp_path) as met:
        met.op.claims = {"exp": 1}
        for _ in range(21):
            await met.sign_in()
        assert codes(caplog)[-2:] == ["token_expired", "too_many"]


async def test_without_a_provider_there_is_no_such_page(form: Running, visitor: Visitor) -> None:
    assert "/account/openid" not in await visitor.get("/account/sign-in")
    for path in ("/account/openid", "/account/openid/back?code=a&state=b", "/account/openid/failed"):
        await visitor.get(path)
        assert visitor.status == 404


async def test_in_a_browser_the_cookie_survives_the_way_to_another_site_and_back(met: Meeting) -> None:
    met.op.page = True
    async with browser(met.form.url, 320) as seen:
        found = []
        await seen.go("/account/sign-in")
        found += await seen.violations()
        assert await seen.overflow() <= 0
        await seen.page.click("text=Sign in with Exampleshire Hospitals")
        await seen.page.click("#go")
        await seen.page.wait_for_url("**/account")
        assert await seen.page.locator("text=Dr Canary Example").count() == 1
        found += await seen.violations()
        met.op.claims = {"exp": 1}
        await seen.go("/account/openid")
        await seen.page.click("#go")
        await seen.page.wait_for_url("**/account/openid/failed")
        found += await seen.violations()
        assert await seen.overflow() <= 0
        assert found == []
        assert seen.errors == []
