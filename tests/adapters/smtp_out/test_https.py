from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from gateway.adapters.smtp_out.https import HttpsClient
from tests.adapters.smtp_out.peers import Issued, issue, server_context


@contextlib.asynccontextmanager
async def site(issued: Issued, folder: Path) -> AsyncIterator[int]:
    async def answer(request: web.Request) -> web.StreamResponse:
        match request.path:
            case "/moved":
                raise web.HTTPFound("/file")
            case "/html":
                return web.Response(text="<p>", content_type="text/html")
            case "/large":
                return web.Response(body=b"x" * 5000, content_type="text/plain")
            case "/file":
                return web.Response(text="version: STSv1")
        raise web.HTTPNotFound

    app = web.Application()
    app.router.add_get("/{name}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    listener = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=server_context(issued, folder))
    await listener.start()
    try:
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    ("path", "body"),
    [("file", b"version: STSv1"), ("moved", None), ("html", None), ("large", None), ("missing", None)],
)
async def test_only_a_small_plain_file_at_the_very_address_counts(
    authority: Issued, ca_file: Path, tmp_path: Path, path: str, body: bytes | None
) -> None:
    async with site(issue("localhost", authority), tmp_path) as port:
        assert await HttpsClient(ca_file).get(f"https://localhost:{port}/{path}", 4096, 5.0) == body


async def test_a_certificate_that_does_not_verify_is_no_answer(ca_file: Path, tmp_path: Path) -> None:
    async with site(issue("localhost"), tmp_path) as port:
        assert await HttpsClient(ca_file).get(f"https://localhost:{port}/file", 4096, 5.0) is None


async def test_clear_text_addresses_are_refused() -> None:
    with pytest.raises(ValueError, match="https"):
        await HttpsClient().get("http://localhost/file", 4096, 5.0)
