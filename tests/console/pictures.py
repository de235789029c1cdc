"""Take the pictures of docs/screenshots: ``python -m tests.console.pictures DIR``. Invented rows, a real browser."""

from __future__ import annotations

import asyncio
import ssl
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from playwright.async_api import Browser, Page, async_playwright

from tests.console.conftest import PASSWORD, Office, Prepared, open_office, prepare

CHROMIUM = "/usr/bin/chromium"


def certificate(folder: Path) -> ssl.SSLContext:
    """Make a throw-away certificate for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "tls.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


@asynccontextmanager
async def served(office: Office, folder: Path) -> AsyncIterator[str]:
    """Serve the console over TLS on a free loopback port; yield its address."""
    runner = web.AppRunner(office.application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=certificate(folder))
    await site.start()
    port = runner.addresses[0][1]
    try:
        yield f"https://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A real browser without a window."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            await browser.close()


async def sign_in(page: Page, base: str, account: str = "ada") -> None:
    """Sign in as a person does."""
    await page.goto(base + "/")
    await page.fill("#account", account)
    await page.fill("#password", PASSWORD)
    await page.click("main button")
    await page.wait_for_url(base + "/")


def take(folder: Path, width: int = 1280) -> None:
    """Take every picture into ``folder``."""
    with tempfile.TemporaryDirectory() as temporary:
        made, place = Path(temporary) / "made", Path(temporary) / "place"
        made.mkdir()
        place.mkdir()
        asyncio.run(_take(folder, width, place, prepare(made)))


async def _take(folder: Path, width: int, place: Path, prepared: Prepared) -> None:
    async with open_office(place, prepared) as office, served(office, place) as base, chromium() as browser:
        context = await browser.new_context(
            ignore_https_errors=True, viewport={"width": width, "height": 900}, java_script_enabled=False
        )
        await _walk(await context.new_page(), base, office, folder)


async def _walk(page: Page, base: str, office: Office, folder: Path) -> None:
    s = office.samples

    async def shot(name: str) -> None:
        await page.screenshot(path=folder / f"console-{name}.png", full_page=True)

    async def open_and_shoot(path: str, name: str) -> None:
        await page.goto(base + path)
        await shot(name)

    await open_and_shoot("/sign-in", "sign-in")
    await sign_in(page, base)
    await shot("queue")
    await open_and_shoot("/intakes", "intakes")
    await open_and_shoot("/cases", "cases")
    await open_and_shoot(f"/intakes/{s.held_notification}", "notification")
    await open_and_shoot(f"/intakes/{s.wrapper}", "wrapper")
    await open_and_shoot(f"/intakes/{s.secure_query}", "secure-query")
    await open_and_shoot(f"/intakes/{s.secure_query}/answer", "answer")
    await open_and_shoot(f"/intakes/{s.secure_query}/open-case", "open-case")
    await open_and_shoot(f"/intakes/{s.secure_query}/original", "ask-original")
    await page.click("text=Show it as text")
    await shot("original")
    await open_and_shoot(f"/cases/{s.forwarded_case}", "case")
    await open_and_shoot(f"/dispatches/{s.held_dispatch}", "dispatch")
    await open_and_shoot(f"/intakes/{s.held_notification}/send-to-panel", "send-to-panel")
    await page.check("#panel-eastmere")
    await page.fill("#reason", "The GP practice confirmed the address by telephone.")
    await page.click("text=Continue")
    await shot("check-panel")
    await page.click("text=Send to this panel")
    await shot("waiting")
    await open_and_shoot(f"/intakes/{s.general_query}", "general-query")
    await open_and_shoot(f"/intakes/{s.general_query}/release", "release-masked")
    await page.click("text=Show the original beside it")
    await page.check("label:has-text('I also wanted')")
    await shot("release")
    await page.fill("#reason", "The rest is an ordinary question about training.")
    await page.click("text=See what would go")
    await shot("check-release")
    await page.goto(base + f"/intakes/{s.general_query}/keep")
    await page.click("main button")
    await shot("error")


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    take(target, int(sys.argv[2]) if len(sys.argv) > 2 else 1280)
