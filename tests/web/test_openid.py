"""Sign-in at an OpenID provider: a real one on loopback, and every way in which it or somebody between can be wrong."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from gateway.adapters.id_token import left_half
from gateway.adapters.openid import OpenIdProvider
from gateway.stages.extract import from_form
from gateway.web.notices import Notice, NoticeState
from tests.web.browser import browser
from tests.web.provider import (
    EC,
    EC384,
    RSA,
    SECOND,
    SECRET,
    STRANGER,
    WEAK,
    Key,
    Op,
    by_hand,
    hmac_with,
    provider,
    signed,
    unsigned,
)
from tests.web.site import Running, Visitor, running
from tests.web.test_journey import begin, send

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
PUBLIC = RSA.as_pem(private=False)


@dataclass
class Meeting:
    """A form, a provider that it trusts, and a visitor."""

    op: Op
    form: Running
    visitor: Visitor

    async def sign_in(self) -> str:
        """Follow the button to the provider and back; return where that ends."""
        await self.visitor.get("/account/sign-in")
        await self.visitor.get("/account/openid")
        return self.visitor.path


@asynccontextmanager
async def meeting(
    folder: Path, monotonic: Callable[[], float] = time.monotonic, **client: Any
) -> AsyncIterator[Meeting]:
    async with provider(folder) as op:
        trusted = OpenIdProvider(op.client(**client), time.time, monotonic)

        def notice_of(reference: str) -> Notice:
            return Notice(NoticeState.ACKNOWLEDGED, "Neighbourshire CDOP", NOW)

        async with running(folder, openid=trusted, notice_of=notice_of) as form, Visitor(form.url) as visitor:
            yield Meeting(op, form, visitor)


@pytest.fixture
async def met(tmp_path: Path) -> AsyncIterator[Meeting]:
    async with meeting(tmp_path) as one:
        yield one


def codes(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.__dict__["code"] for record in caplog.records if record.message == "openid_refused"]


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


async def refused(met: Meeting) -> str:
    """Try to sign in; assert the one page of every failure and that nobody is signed in. Return the page."""
    assert await met.sign_in() != "/account"
    assert met.visitor.status == 403
    html = re.sub(r'name="csrf" value="[^"]*"|to=[^"]*"', "", met.visitor.html)
    assert "You are not signed in" in html
    await met.visitor.get("/account")
    assert met.visitor.path == "/account/sign-in"
    return html


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


def too_long() -> web.Response:
    return web.json_response({"keys": ["x" * 300_000]})


def elsewhere() -> web.Response:
    return web.Response(status=307, headers={"Location": "https://127.0.0.1:1/keys"})


def page() -> web.Response:
    return web.Response(text="<p>Welcome", content_type="text/html")


def deep() -> web.Response:
    return web.Response(text="[" * 100_000, content_type="application/json")


def a_list() -> web.Response:
    return web.json_response([])


@pytest.mark.parametrize("place", ["openid-configuration", "token", "keys", "userinfo"])
@pytest.mark.parametrize("answer", [too_long, elsewhere, page, deep, a_list])
async def test_answer_that_is_too_long_sends_elsewhere_or_is_no_json_is_refused(
    met: Meeting, place: str, answer: Callable[[], web.Response], caplog: pytest.LogCaptureFixture
) -> None:
    met.op.answers[place] = answer()
    met.op.claims = {"name": None}  # so that userinfo is asked
    await refused(met)
    assert codes(caplog) == ["provider_status" if answer is elsewhere else "provider_answer"]
    assert await met.sign_in() == "/account"  # nothing of it was kept


@pytest.mark.parametrize("place", ["openid-configuration", "token", "keys", "userinfo"])
async def test_provider_that_stalls_is_given_up_in_time(
    tmp_path: Path, place: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with meeting(tmp_path, timeout_s=0.3) as met:
        met.op.stalled.add(place)
        met.op.claims = {"name": None}
        began = time.monotonic()
        await refused(met)
        assert time.monotonic() - began < 5
        assert codes(caplog) == ["provider_time"]


async def test_provider_that_is_down_or_has_an_unknown_certificate_is_one_page(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for changes in ({"issuer": "https://127.0.0.1:1/tenant"}, {"ca_file": None}):
        async with meeting(tmp_path, **changes) as met:
            await refused(met)
    assert codes(caplog) == ["provider_unreachable", "provider_unreachable"]


METADATA: dict[str, tuple[dict[str, Any], str]] = {
    "another issuer": ({"issuer": "https://evil.example"}, "discovery_issuer"),
    "a token endpoint in clear": ({"token_endpoint": "http://localhost/token"}, "discovery_endpoint"),
    "no key set": ({"jwks_uri": None}, "discovery_endpoint"),
    "a user in the address": ({"authorization_endpoint": "https://a@evil.example/"}, "discovery_endpoint"),
    "userinfo in clear": ({"userinfo_endpoint": "http://localhost/u"}, "discovery_endpoint"),
    "plain PKCE only": ({"code_challenge_methods_supported": ["plain"]}, "discovery_pkce"),
    "HMAC only": ({"id_token_signing_alg_values_supported": ["HS256", "none"]}, "discovery_algorithm"),
    "private_key_jwt only": (
        {"token_endpoint_auth_methods_supported": ["private_key_jwt"]},
        "discovery_authentication",
    ),
    "no list": ({"code_challenge_methods_supported": "S256"}, "discovery_pkce"),
}


@pytest.mark.parametrize("name", METADATA)
async def test_provider_that_says_the_wrong_thing_of_itself_is_refused(
    met: Meeting, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    met.op.metadata, code = METADATA[name]
    await refused(met)
    assert codes(caplog) == [code]
    assert "/authorize" not in met.op.asked


@pytest.mark.parametrize(
    ("keys", "changes"), [([WEAK], {}), ([RSA], {"use": "enc"}), ([RSA], {"alg": "PS256"}), ([], {})]
)
async def test_weak_keys_and_keys_for_something_else_are_not_used(
    met: Meeting, keys: list[Key], changes: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    met.op.keys, met.op.key_changes = keys, changes
    if WEAK in keys:
        met.op.make = signed(WEAK)
    await refused(met)
    assert codes(caplog) == ["token_key"]


async def test_token_without_a_key_id_needs_exactly_one_key_of_its_kind(
    met: Meeting, caplog: pytest.LogCaptureFixture
) -> None:
    met.op.make = signed(RSA, kid=None)
    assert await met.sign_in() == "/account"
    async with meeting(met.form.folder / "form") as other:
        other.op.make = signed(RSA, kid=None)
        other.op.keys = [RSA, SECOND]
        await refused(other)
    assert codes(caplog) == ["token_key"]


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


async def address_of(met: Meeting) -> str:
    """Begin a sign-in and return the address at the provider."""
    async with met.visitor.session.get(f"{met.form.url}/account/openid", allow_redirects=False) as response:
        return response.headers["Location"]


async def answer_of(met: Meeting, address: str) -> str:
    """Let the provider answer, and return the path that the browser is sent back to."""
    async with met.visitor.session.get(address, ssl=False, allow_redirects=False) as response:
        return response.headers["Location"].removeprefix(met.form.url)


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


async def test_userinfo_says_what_the_token_does_not_and_only_of_the_same_subject(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with meeting(tmp_path, role_claim="job") as met:
        met.op.userinfo = {**met.op.person, "job": "Registrar\u202e\n"}
        assert await met.sign_in() == "/account"
        assert "Dr Canary Example" in met.visitor.html
        await begin(met.visitor)
        assert 'value="Registrar"' in await met.visitor.get("/notify/p/your-details")
        met.op.userinfo = {**met.op.person, "sub": "subject-2"}
        async with Visitor(met.form.url) as other:
            await other.get("/account/openid")
            assert other.status == 403
    assert codes(caplog) == ["userinfo_subject"]


async def test_address_of_the_token_is_not_verified_by_userinfo(met: Meeting, caplog: pytest.LogCaptureFixture) -> None:
    met.op.claims = {"name": None, "email_verified": None}  # userinfo is asked, and calls its address verified
    await refused(met)
    assert codes(caplog) == ["not_admitted"]


async def test_provider_that_wants_the_secret_in_the_form_gets_it_there(met: Meeting) -> None:
    met.op.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert await met.sign_in() == "/account"


async def test_new_key_of_the_provider_is_fetched_and_an_unknown_one_not_more_than_once_a_minute(
    tmp_path: Path,
) -> None:
    clock = [0.0]
    async with meeting(tmp_path, monotonic=lambda: clock[0]) as met:
        met.op.keys = [RSA]
        assert await met.sign_in() == "/account"
        met.op.keys, met.op.make = [RSA, EC], signed(EC, "ES256")
        async with Visitor(met.form.url) as early:
            await early.get("/account/openid")
            assert early.status == 403
        clock[0] += 61
        async with Visitor(met.form.url) as later:
            await later.get("/account/openid")
            assert later.path == "/account"
        assert met.op.asked.count("/keys") == 2
        assert met.op.asked.count("/tenant/.well-known/openid-configuration") == 1


async def test_too_many_failures_from_one_network_wait(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with meeting(tmp_path) as met:
        met.op.claims = {"exp": 1}
        for _ in range(21):
            await met.sign_in()
        assert codes(caplog)[-2:] == ["token_expired", "too_many"]


async def test_without_a_provider_there_is_no_such_page(form: Running, visitor: Visitor) -> None:
    assert "/account/openid" not in await visitor.get("/account/sign-in")
    for path in ("/account/openid", "/account/openid/back?code=a&state=b"):
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
        await seen.page.wait_for_url("**/account/openid/back?*")
        found += await seen.violations()
        assert await seen.overflow() <= 0
        assert found == []
        assert seen.errors == []


def test_registration_never_shows_its_secret(tmp_path: Path) -> None:
    assert SECRET not in repr(Op("https://localhost/tenant", tmp_path).client())
