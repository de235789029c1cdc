"""An invented panel, a deposit that remembers, and a running form over TLS for the tests of the web part."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gateway.adapters.children.pdf_pool import PdfPool
from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.web_texts import load_web_texts
from gateway.model.channel.arrival import Arrival
from gateway.model.form.form_post import FormPost, unpack
from gateway.model.residence.routing import Residence
from gateway.ports import Temporary
from gateway.web import FormLimits, Site, create_app


def invented_site(**changes: Any) -> Site:
    """Return a site whose base URL the tests fill in."""
    site = Site(
        panel_name="Testshire Child Death Overview Panel",
        panel_id="testshire",
        base_url="https://127.0.0.1",
        phone="01632 960100",
        phone_hours="Monday to Friday, 9am to 5pm",
        social_care_name="Testshire children’s social care",
        social_care_phone="01632 960111",
        social_care_night_phone="01632 960999",
        secure_address="secure-cdop@panel.example",
        general_address="cdop@panel.example",
        privacy_contact="dpo@panel.example",
        texts=load_web_texts(packaged_config()),
    )
    return replace(site, **changes)


@dataclass
class MemoryDeposit:
    """Keeps what is deposited, once for each intake id; fails on request."""

    kept: dict[str, tuple[Arrival, FormPost]] = field(default_factory=dict)
    calls: int = 0
    fail: bool = False
    before: Callable[[], Any] | None = None
    called: asyncio.Event = field(default_factory=asyncio.Event)

    async def deposit(self, arrival: Arrival, parts: AsyncIterator[bytes]) -> None:
        self.calls += 1
        self.called.set()
        content = b"".join([part async for part in parts])
        if self.before is not None:
            await self.before()
        if self.fail:
            raise Temporary("spool_write")
        self.kept[str(arrival.intake_id)] = (arrival, unpack(content))

    @property
    def posts(self) -> list[tuple[Arrival, FormPost]]:
        return list(self.kept.values())


def certificate(folder: Path) -> ssl.SSLContext:
    """Make a throw-away certificate for 127.0.0.1 and return a server's context."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "form.example")])
    now = dt.datetime.now(dt.UTC)
    cert = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(cert.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


def home_panel(residence: Residence) -> str | None:
    """Route as the tests need it: one postcode is in the panel's area, one in the neighbour's."""
    return {"HP20 1UA": "Testshire CDOP", "OX1 1AA": "Neighbourshire CDOP"}.get(residence.postcode.reveal())


@dataclass
class Running:
    """A running form."""

    url: str
    deposit: MemoryDeposit
    folder: Path
    app: web.Application


@asynccontextmanager
async def running(folder: Path, limits: FormLimits | None = None, **more: Any) -> AsyncIterator[Running]:
    """Serve the form on a free loopback port."""
    deposit = more.pop("deposit", None) or MemoryDeposit()
    listener = await _free_socket()
    url = f"https://{more.pop('host', '127.0.0.1')}:{listener.getsockname()[1]}"
    free = limits or FormLimits(posts_a_minute=100_000, pages_a_minute=100_000)
    site = invented_site(base_url=url, limits=free, **more.pop("site", {}))
    pdf = PdfPool()
    app = create_app(site, deposit, folder / "form", panel_of=home_panel, make_pdf=pdf.make, **more)
    runner = web.AppRunner(app, access_log=None, lingering_time=0.5)
    await runner.setup()
    await web.SockSite(runner, listener, ssl_context=certificate(folder)).start()
    try:
        yield Running(url, deposit, folder, app)
    finally:
        await runner.cleanup()
        await pdf.close()


async def _free_socket() -> Any:
    import socket

    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    return listener


class Visitor:
    """A browser without JavaScript: keeps cookies, fills in hidden fields, follows redirects."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=False), cookie_jar=aiohttp.CookieJar(unsafe=True)
        )
        self.html = ""
        self.status = 0
        self.path = ""
        self.headers: Any = {}

    async def get(self, path: str) -> str:
        async with self.session.get(self.url + path) as response:
            return await self._take(response)

    async def post(self, path: str, values: dict[str, Any], headers: dict[str, str] | None = None) -> str:
        """Post values with the hidden fields of the page last seen."""
        fields = dict(self.hidden()) | values
        own = {"Sec-Fetch-Site": "same-origin", "Origin": self.url} | (headers or {})
        flat = [(k, x) for k, v in fields.items() for x in (v if isinstance(v, list) else [v])]
        async with self.session.post(self.url + path, data=flat, headers=own) as response:
            return await self._take(response)

    async def insist(self, path: str, values: dict[str, Any], headers: dict[str, str] | None = None) -> str:
        """Post values, and once more as they are where the page comes back with doubts about them."""
        await self.post(path, values, headers)
        if dict(self.hidden()).get("warned"):
            await self.post(path, values, headers)
        return self.html

    def hidden(self) -> list[tuple[str, str]]:
        return re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', self.html)

    async def _take(self, response: aiohttp.ClientResponse) -> str:
        self.html, self.status, self.path, self.headers = (
            await response.text(),
            response.status,
            response.url.path,
            response.headers,
        )
        return self.html

    async def __aenter__(self) -> Visitor:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.session.close()
