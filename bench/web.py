"""The public form in figures: a question page and a final post (sealed, fsynced) against a bare handler, in one run.

    python -m bench.web [--requests 2000] [--drafts 1000]

Each server runs alone in one process of its own, without TLS, on loopback; the client is this process. The bare server
renders the same template with the same values and does nothing else: no session, no draft, no limits.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import re
import resource
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.web_texts import load_web_texts
from gateway.adapters.sealing.seal import SealPublicKey
from gateway.adapters.sealing.unseal import SealPrivateKey
from gateway.adapters.spool.writer import SpoolWriter
from gateway.model.channel.arrival import Arrival
from gateway.web import FormLimits, Site, create_app
from gateway.web.draft.controls import control
from gateway.web.draft.journey import BY_ID
from gateway.web.draft.tabs import TabView
from gateway.web.render import Renderer

PAGE = "circumstances"
ROUNDS = 10


class SpoolDeposit:
    """The real spool: sealed with the public key, fsynced, renamed, folder fsynced."""

    def __init__(self, folder: Path, key: SealPublicKey) -> None:
        for name in ("new", "tmp"):
            (folder / name).mkdir(parents=True)
        self._writer = SpoolWriter(folder, key)

    async def deposit(self, arrival: Arrival, parts: AsyncIterator[bytes]) -> None:
        entry = await self._writer.begin(arrival)
        async for part in parts:
            await entry.write(part)
        await entry.commit()


def site(url: str) -> Site:
    many = 10**9
    return Site(
        panel_name="Testshire Child Death Overview Panel",
        panel_id="testshire",
        base_url=url,
        phone="01632 960100",
        phone_hours="Monday to Friday, 9am to 5pm",
        social_care_name="Testshire children’s social care",
        social_care_phone="01632 960111",
        social_care_night_phone="01632 960999",
        secure_address="secure-cdop@panel.example",
        general_address="cdop@panel.example",
        limits=FormLimits(posts_a_minute=many, pages_a_minute=many),
        texts=load_web_texts(packaged_config()),
    )


def bare_app(url: str) -> web.Application:
    """Render the question page with fixed values."""
    renderer, page = Renderer(site(url)), BY_ID[PAGE]

    async def show(request: web.Request) -> web.Response:
        def same(text: str) -> str:
            return text

        values: dict[str, Any] = {
            "title": page.fields[0].question,
            "heading": "",
            "controls": [control(field, None, "", same, True) for field in page.fields],
            "say": [],
            "now": [],
            "warnings": [],
            "errors": [],
            "warned": "",
            "panel": None,
            "person_finds": False,
            "view": TabView({}, {}, "0" * 64, "", "0" * 16),
            "action": f"/notify/p/{page.id}",
            "back": "/notify/tasks",
            "reference": "3467CDFGHJ",
            "timed": True,
            "csrf": "x" * 43,
            "language": "en",
            "request_path": request.path_qs,
            "_": same,
        }
        return web.Response(text=renderer.text("question.html", values), content_type="text/html")

    app = web.Application()
    app.router.add_get(f"/notify/p/{PAGE}", show)
    return app


def serve(kind: str, folder: str, ready: Any) -> None:
    """Run one server until it is killed; say its port, then its memory on request."""

    async def main() -> None:
        import socket

        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        if kind == "bare":
            app = bare_app(url)
        else:
            key = SealPrivateKey.generate().public
            app = create_app(site(url), SpoolDeposit(Path(folder) / "spool", key), Path(folder) / "form")

        async def memory(request: web.Request) -> web.Response:
            return web.Response(text=str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024))

        app.router.add_get("/memory", memory)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.SockSite(runner, listener).start()
        ready.send(url)
        await asyncio.Event().wait()

    asyncio.run(main())


@dataclass
class Figures:
    """Seconds of each request of one kind, and of the whole."""

    name: str
    each: list[float]
    whole: float

    def add(self, other: Figures) -> None:
        self.each += other.each
        self.whole += other.whole

    def line(self) -> str:
        ordered = sorted(self.each)
        p50, p99 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
        rate = len(ordered) / self.whole
        return f"{self.name:<44}{rate:>9.0f}/s   p50 {p50 * 1000:>7.1f} ms   p99 {p99 * 1000:>7.1f} ms"


async def measure(name: str, work: Sequence[Callable[[], Awaitable[object]]], at_once: int) -> Figures:
    """Run the work, so many at once, and time each."""
    each: list[float] = []
    queue = list(reversed(work))

    async def one() -> None:
        while queue:
            job = queue.pop()
            began = time.perf_counter()
            await job()
            each.append(time.perf_counter() - began)

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(one())
    return Figures(name, each, time.perf_counter() - began)


class Notifier:
    """One notifier: a cookie, kept by hand because the bench speaks plain HTTP."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session, self._url, self._cookie = session, url, ""
        self.csrf = self.version = ""

    async def get(self, path: str) -> str:
        async with self._session.get(self._url + path, headers=self._headers()) as response:
            return await self._take(response)

    async def post(self, path: str, **values: str) -> str:
        fields = {"csrf": self.csrf} | values
        async with self._session.post(
            self._url + path, data=fields, headers=self._headers(), allow_redirects=False
        ) as response:
            assert response.status in (200, 303), response.status
            return await self._take(response)

    def _headers(self) -> dict[str, str]:
        return {"Cookie": f"__Host-session={self._cookie}", "Sec-Fetch-Site": "same-origin"}

    async def _take(self, response: aiohttp.ClientResponse) -> str:
        html = await response.text()
        if "__Host-session" in response.cookies:
            self._cookie = response.cookies["__Host-session"].value
        found = re.search(r'name="csrf" value="([^"]+)"', html) or re.search(r'data-csrf="([^"]+)"', html)
        self.csrf = found[1] if found else self.csrf
        version = re.search(r"version=(\d+)", html)
        self.version = version[1] if version else self.version
        return html

    async def begin(self) -> None:
        """Start a draft and answer one page."""
        await self.get("/notify")
        await self.post("/notify/start")
        await self.post(f"/notify/p/{PAGE}", circumstances="Found at home. " * 20)
        await self.get("/notify/check")

    async def show(self) -> None:
        assert "textarea" in await self.get(f"/notify/p/{PAGE}")

    async def save(self) -> None:
        await self.post(f"/notify/p/{PAGE}", circumstances="Found at home. " * 20)

    async def check(self) -> None:
        await self.get("/notify/check")

    async def send(self) -> None:
        await self.post("/notify/send", version=self.version)


async def run(requests: int, drafts: int, bare: str, form: str, folder: Path) -> None:
    connector = aiohttp.TCPConnector(limit=64)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:

        async def plain() -> None:
            async with session.get(f"{bare}/notify/p/{PAGE}") as response:
                assert "textarea" in await response.text()

        await measure("warm", [plain] * 50, 4)
        people = [Notifier(session, form) for _ in range(drafts)]
        before = await (await session.get(f"{form}/memory")).text()
        begun = await measure(f"{drafts} drafts begun (4 requests each)", [one.begin for one in people], 16)
        print(begun.line())
        bare_sum, page_sum = (
            Figures("bare handler, same template", [], 0),
            Figures("question page, draft opened", [], 0),
        )
        share = requests // ROUNDS
        for turn in range(ROUNDS):  # by turns, so that a busy machine is as busy for both
            shows = [people[(turn * share + number) % drafts].show for number in range(share)]
            bare_sum.add(await measure("", [plain] * share, 8))
            page_sum.add(await measure("", shows, 8))
        print(bare_sum.line())
        print(page_sum.line())
        saves = [people[number % drafts].save for number in range(requests // 2)]
        print((await measure("question page saved (sealed, fsynced)", saves, 8)).line())
        await measure("versions", [one.check for one in people], 8)
        sends = [one.send for one in people]
        print((await measure("final post (sealed, fsynced in the spool)", sends, 8)).line())
        after = await (await session.get(f"{form}/memory")).text()
        print(f"memory of the form's process: {before} MB before, at most {after} MB with {drafts} drafts at once")
        sealed = len(list((folder / "spool" / "new").iterdir()))
        print(f"{sealed} sealed arrivals for {drafts} notifications sent")
        assert sealed == drafts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--drafts", type=int, default=1000)
    args = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        servers, urls = [], []
        for kind in ("bare", "form"):
            ours, theirs = context.Pipe()
            server = context.Process(target=serve, args=(kind, folder, theirs), daemon=True)
            server.start()
            urls.append(ours.recv())
            servers.append(server)
        try:
            print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the start")
            asyncio.run(run(args.requests, args.drafts, urls[0], urls[1], Path(folder)))
        finally:
            for server in servers:
                server.terminate()
                server.join(10)


if __name__ == "__main__":
    main()
