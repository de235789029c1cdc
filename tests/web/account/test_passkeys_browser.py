"""Passkeys in Chromium, with the authenticator of its DevTools protocol."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import CDPSession

from gateway.web.account.accounts import totp
from tests.web.account.test_accounts import NOW, PASSWORD, account
from tests.web.browser import Seen, browser
from tests.web.site import Running, running

pytestmark = pytest.mark.usefixtures("quick_passwords")


async def virtual(seen: Seen, *, verified: bool = True) -> tuple[CDPSession, str]:
    """Put a virtual authenticator into the browser (WebAuthn domain of the DevTools protocol)."""
    session = await seen.page.context.new_cdp_session(seen.page)
    await session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": verified,
        "automaticPresenceSimulation": True,
    }
    added = await session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, added["authenticatorId"]


@asynccontextmanager
async def in_browser(folder: Path, width: int = 1100) -> AsyncIterator[tuple[Running, Seen, list[float], bytes]]:
    """Serve the form under "localhost": a relying party has a name, never an address."""
    clock = [0.0]
    async with (
        running(folder, now=lambda: NOW + timedelta(seconds=clock[0]), host="localhost") as form,
        browser(form.url, width) as seen,
    ):
        yield form, seen, clock, await account(form)


async def by_code(seen: Seen, clock: list[float], secret: bytes) -> None:
    clock[0] += 30
    await seen.go("/account/sign-in")
    await seen.page.fill("#account", "dr.example")
    await seen.page.fill("#password", PASSWORD)
    await seen.page.fill("#code", totp(secret, int(NOW.timestamp() + clock[0]) // 30))
    await seen.page.click("button:text-is('Sign in')")
    await seen.page.wait_for_url("**/account")


async def make(seen: Seen, name: str) -> None:
    await seen.go("/account/passkeys")
    await seen.page.fill("#name", name)
    await seen.page.fill("#password", PASSWORD)
    await seen.page.click("button:has-text('Continue')")
    await seen.page.click("button:has-text('Make the passkey')")


async def by_passkey(seen: Seen) -> None:
    await seen.page.context.clear_cookies()
    await seen.go("/account/sign-in")
    await seen.page.fill("#account", "dr.example")
    await seen.page.fill("#password", PASSWORD)
    await seen.page.click("button:has-text('Sign in with a passkey')")


async def test_chromium_makes_a_passkey_signs_in_with_it_and_a_clone_is_refused(tmp_path: Path) -> None:
    async with in_browser(tmp_path) as (_, seen, clock, secret):
        session, authenticator = await virtual(seen)
        await by_code(seen, clock, secret)
        await make(seen, "Work laptop")
        await seen.page.wait_for_selector("h2:has-text('Work laptop')")
        await by_passkey(seen)
        await seen.page.wait_for_url("**/account")
        assert await seen.page.locator("text=Dr Canary Example").count() == 1
        held = await session.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})
        (credential,) = held["credentials"]
        assert credential["signCount"] >= 2
        await by_passkey(seen)
        await seen.page.wait_for_url("**/account")
        which = {"authenticatorId": authenticator, "credentialId": credential["credentialId"]}
        await session.send("WebAuthn.removeCredential", which)
        clone = {"authenticatorId": authenticator, "credential": credential}  # as it was before the last use
        await session.send("WebAuthn.addCredential", clone)
        await by_passkey(seen)
        await seen.page.wait_for_selector(".govuk-error-summary")
        assert "That did not sign you in" in await seen.page.inner_text("main")
        await by_code(seen, clock, secret)
        await seen.go("/account/passkeys")
        assert await seen.page.locator("text=This passkey is blocked").count() == 1
        assert await seen.violations() == []
        seen.assert_quiet()


_CHALLENGE = """async () => {
  const body = new URLSearchParams({ csrf: document.querySelector('[name=csrf]').value })
  return (await (await fetch('/account/passkeys/challenge', { method: 'POST', body })).json()).challenge
}"""
_USE = """async challenge => {
  const toBytes = text => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), c => c.charCodeAt(0))
  const toText = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
  const publicKey = { challenge: toBytes(challenge), userVerification: 'required' }
  const { id, rawId, type, response } = await navigator.credentials.get({ publicKey })
  const given = {}
  for (const name of ['clientDataJSON', 'authenticatorData', 'signature']) given[name] = toText(response[name])
  return JSON.stringify({ id, rawId: toText(rawId), type, response: given })
}"""
_FILL = "answer => { document.querySelector('[name=passkey]').value = answer }"


@pytest.mark.parametrize("elsewhere", [False, True])
async def test_chromium_signs_in_from_our_own_origin_only(
    tmp_path: Path, elsewhere: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """The same host on another port: the browser lets the passkey be used there, and says where it was."""
    (tmp_path / "other").mkdir()
    async with in_browser(tmp_path) as (_, seen, clock, secret), running(tmp_path / "other", host="localhost") as other:
        await virtual(seen)
        await by_code(seen, clock, secret)
        await make(seen, "Work laptop")
        await seen.page.wait_for_selector("h2:has-text('Work laptop')")
        await seen.page.context.clear_cookies()
        await seen.go("/account/sign-in")
        challenge = await seen.page.evaluate(_CHALLENGE)
        await seen.page.goto((other.url if elsewhere else seen.url) + "/account/sign-in")
        answer = await seen.page.evaluate(_USE, challenge)
        await seen.go("/account/sign-in")
        await seen.page.fill("#account", "dr.example")
        await seen.page.fill("#password", PASSWORD)
        await seen.page.evaluate(_FILL, answer)
        await seen.page.click("button:text-is('Sign in')")
        if elsewhere:
            await seen.page.wait_for_selector(".govuk-error-summary")
        else:
            await seen.page.wait_for_url("**/account")
    refusals = [record.__dict__["code"] for record in caplog.records if record.message == "passkey_refused"]
    assert refusals == (["ValueError"] if elsewhere else [])


async def test_browser_that_cannot_verify_its_user_makes_no_passkey_and_the_page_says_so(tmp_path: Path) -> None:
    async with in_browser(tmp_path) as (_, seen, clock, secret):
        await virtual(seen, verified=False)
        await by_code(seen, clock, secret)
        await make(seen, "Work laptop")
        await seen.page.wait_for_selector("[role=status]:has-text('No passkey was made')")
        await seen.go("/account/sign-in")
        await seen.page.click("button:has-text('Sign in with a passkey')")
        await seen.page.wait_for_selector("[role=status]:has-text('Fill in your user name')")
        assert await seen.page.evaluate("document.activeElement.id") == "account"
        seen.assert_quiet()


async def test_without_javascript_the_pages_say_to_use_the_code(tmp_path: Path) -> None:
    clock = [0.0]
    async with running(tmp_path, now=lambda: NOW + timedelta(seconds=clock[0])) as form:
        secret = await account(form)
        async with browser(form.url, 320, script=False) as seen:
            await seen.go("/account/sign-in")
            assert await seen.page.locator("text=Without them, use the one-time code.").is_visible()
            assert not await seen.page.locator("button:has-text('Sign in with a passkey')").is_visible()
            await by_code(seen, clock, secret)
            await seen.go("/account/passkeys")
            await seen.page.fill("#name", "Phone")
            await seen.page.fill("#password", PASSWORD)
            await seen.page.click("button:has-text('Continue')")
            assert await seen.page.locator("text=use the one-time code: it stays as it is").is_visible()
            assert not await seen.page.locator("button:has-text('Make the passkey')").is_visible()
            seen.assert_quiet()


@pytest.mark.parametrize("width", [320, 1100])
async def test_axe_finds_nothing_on_the_pages_of_passkeys(tmp_path: Path, width: int) -> None:
    async with in_browser(tmp_path, width) as (_, seen, clock, secret):
        found: list[str] = []

        async def look() -> None:
            found.extend(await seen.violations())
            assert await seen.overflow() <= 0

        await virtual(seen)
        await seen.go("/account/sign-in")
        await look()
        await by_code(seen, clock, secret)
        await look()
        await seen.go("/account/passkeys")
        await look()
        await seen.page.click("button:has-text('Continue')")
        await seen.page.wait_for_function("document.activeElement.classList.contains('govuk-error-summary')")
        await look()
        await make(seen, "A name as long as it may be, 40 letters")
        await seen.page.wait_for_selector("h2:has-text('A name as long')")
        await look()
        await make(seen, "The same device again")
        await seen.page.wait_for_selector("[role=status]:has-text('No passkey was made')")
        await look()
        assert found == []
        seen.assert_quiet()
