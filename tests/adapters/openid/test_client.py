"""What an OpenID provider answers and says of itself: everything that can be wrong with it, and what is taken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests.web.draft.test_journey import begin
from tests.web.meeting import Meeting, codes, meeting, refused
from tests.web.provider import (
    EC,
    RSA,
    SECOND,
    SECRET,
    WEAK,
    Key,
    Op,
    signed,
)
from tests.web.site import Visitor


@pytest.fixture
async def met(tmp_path: Path) -> AsyncIterator[Meeting]:
    async with meeting(tmp_path) as one:
        yield one


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
        async with asyncio.timeout(60):
            await refused(met)
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


def test_registration_never_shows_its_secret(tmp_path: Path) -> None:
    assert SECRET not in repr(Op("https://localhost/tenant", tmp_path).client())
