"""A console over a real store with invented rows: every kind of thing a person may find waiting."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.adapters.sealing.blob_opener import BlobOpener
from gateway.adapters.sealing.blobs import SealedBlobs
from gateway.adapters.sealing.unseal import KeyRing, SealPrivateKey
from gateway.adapters.store import SqlStore, open_engine
from gateway.adapters.store.console_desk import ConsoleDesk, DeskKeys
from gateway.adapters.store.console_reads import ConsoleReads
from gateway.adapters.store.migrate import migrate
from gateway.adapters.store.staff import StaffStore
from gateway.console import create_console
from gateway.model.ids import StaffId
from gateway.model.office.staff import Role
from tests.console.office import SETTINGS
from tests.console.samples import Samples, fill

NOW = datetime(2026, 3, 11, 9, 30, tzinfo=UTC)
PASSWORD = "three calm otters by the weir"
QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


class StillClock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.instant = NOW

    def now(self) -> datetime:
        return self.instant

    def pass_by(self, length: timedelta) -> None:
        self.instant += length


@dataclass
class Office:
    """Everything one running console has, for a test to reach behind it."""

    store: SqlStore
    engine: AsyncEngine
    accounts: StaffStore
    clock: StillClock
    samples: Samples
    worker_key: SealPrivateKey
    signing: Ed25519PrivateKey
    blobs: Path
    application: web.Application

    @property
    def worker_opener(self) -> BlobOpener:
        return BlobOpener(self.blobs, KeyRing.of(self.worker_key))


@dataclass(frozen=True)
class Prepared:
    """A filled database with the key its content is sealed to, made once and copied for each test."""

    database: Path
    case_key: SealPrivateKey
    samples: Samples


def prepare(folder: Path) -> Prepared:
    """Make a database of the newest layout with every sample and three accounts in it."""
    path = folder / "gateway.db"
    migrate(f"sqlite+aiosqlite:///{path}")
    case_key = SealPrivateKey.generate()
    return Prepared(path, case_key, asyncio.run(_fill(path, folder, case_key)))


async def _fill(path: Path, folder: Path, case_key: SealPrivateKey) -> Samples:
    engine = open_engine(f"sqlite+aiosqlite:///{path}")
    store = SqlStore(engine)
    samples = await fill(store, SealedBlobs(folder / "blobs", case_key.public), NOW)
    accounts = StaffStore(engine, hasher=QUICK_HASHER)
    for staff_id, name, role in (
        ("ada", "Ada Fenn", Role.COORDINATOR),
        ("miro", "Miro Hale", Role.MANAGER),
        ("rhea", "Rhea Lund", Role.READER),
    ):
        await accounts.add(StaffId(staff_id), name, PASSWORD, role, NOW)
    async with engine.connect() as connection:
        await connection.exec_driver_sql("COMMIT")
        await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        await connection.exec_driver_sql("BEGIN")
    await engine.dispose()
    return samples


@asynccontextmanager
async def open_office(folder: Path, prepared: Prepared) -> AsyncIterator[Office]:
    """A console with rows of its own in ``folder``."""
    shutil.copy(prepared.database, folder / "gateway.db")
    engine = open_engine(f"sqlite+aiosqlite:///{folder / 'gateway.db'}")
    blobs = folder / "blobs"
    blobs.mkdir()
    clock, store = StillClock(), SqlStore(engine)
    worker_key, signing = SealPrivateKey.generate(), Ed25519PrivateKey.generate()
    keys = DeskKeys(
        opener=BlobOpener(blobs, KeyRing.of(prepared.case_key)),
        to_worker=SealedBlobs(blobs, worker_key.public),
        to_staff=SealedBlobs(blobs, prepared.case_key.public),
        signing=signing,
    )
    desk = ConsoleDesk(store, ConsoleReads(engine), keys, clock)
    accounts = StaffStore(engine, hasher=QUICK_HASHER)
    application = create_console(desk, accounts, SETTINGS, clock)
    yield Office(store, engine, accounts, clock, prepared.samples, worker_key, signing, blobs, application)
    await engine.dispose()


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepare(tmp_path_factory.mktemp("prepared"))


@pytest.fixture
async def office(tmp_path: Path, prepared: Prepared) -> AsyncIterator[Office]:
    async with open_office(tmp_path, prepared) as opened:
        yield opened


class Browser:
    """A person at a browser: keeps the cookie, sends what a browser sends, follows nothing by itself."""

    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        self._session = session
        self.base = base
        self.cookie = ""
        self.csrf = ""

    async def get(self, path: str, **headers: str) -> Answer:
        return await self._send("GET", path, None, headers)

    async def post(self, path: str, fields: Any = (), csrf: str | None = None, **headers: str) -> Answer:
        pairs = list(fields.items()) if isinstance(fields, dict) else list(fields)
        token = self.csrf if csrf is None else csrf
        sent = {"Sec-Fetch-Site": "same-origin"} | headers
        return await self._send("POST", path, [("csrf", token), *pairs], {k: v for k, v in sent.items() if v})

    async def _send(self, method: str, path: str, fields: Any, headers: dict[str, str]) -> Answer:
        if self.cookie:
            headers = {**headers, "Cookie": self.cookie}
        data = aiohttp.FormData(fields) if fields is not None else None
        async with self._session.request(
            method, self.base + path, data=data, headers=headers, allow_redirects=False
        ) as response:
            body = await response.read()
            return Answer(response.status, body.decode("utf-8", "replace"), dict(response.headers), response)

    async def sign_in(self, account: str, password: str = PASSWORD) -> Answer:
        answer = await self.post("/sign-in", {"account": account, "password": password}, csrf="")
        if answer.status == 303:
            self.cookie = answer.headers["Set-Cookie"].split(";")[0]
            page = await self.get("/")
            self.csrf = page.text.split('name="csrf" value="')[1].split('"')[0]
        return answer


@dataclass
class Answer:
    status: int
    text: str
    headers: dict[str, str]
    response: aiohttp.ClientResponse

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")


@pytest.fixture
async def browser(office: Office) -> AsyncIterator[Browser]:
    runner = web.AppRunner(office.application, access_log=None)
    await runner.setup()
    listening = socket.create_server(("127.0.0.1", 0))
    await web.SockSite(runner, listening).start()
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield Browser(session, f"http://127.0.0.1:{listening.getsockname()[1]}")
    await runner.cleanup()


@pytest.fixture
async def ada(browser: Browser) -> Browser:
    """A browser with a coordinator signed in."""
    await browser.sign_in("ada")
    return browser
