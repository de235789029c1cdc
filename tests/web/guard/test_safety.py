"""What the public side refuses, and what it never says."""

from __future__ import annotations

import asyncio
import re
import ssl
from pathlib import Path

import pytest

from gateway.web import FormLimits
from tests.web.pages.test_one_page import CHILD
from tests.web.site import Running, Visitor, running


async def test_every_response_carries_the_headers_and_no_inline_code_is_allowed(
    form: Running, visitor: Visitor
) -> None:
    for path, cached in (
        ("/", False),
        ("/nothing-here", False),
        ("/static/app.css", True),
        ("/notify/one-page", False),
    ):
        html = await visitor.get(path)
        policy = visitor.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert visitor.headers["Strict-Transport-Security"].startswith("max-age=63072000")
        assert (visitor.headers.get("Cache-Control") == "no-store") is not cached
        assert "Server" not in visitor.headers
        if not cached:
            assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son[a-z]+=", html)


async def test_cookie_is_host_only_secure_and_hidden_from_script(form: Running, visitor: Visitor) -> None:
    await visitor.get("/notify/one-page")
    cookie = visitor.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie


async def test_a_post_without_the_token_or_from_another_site_is_refused_and_sends_nothing(
    form: Running, visitor: Visitor
) -> None:
    await visitor.get("/notify/one-page")
    page = visitor.html
    for values, headers in (
        ({"csrf": "x" * 43}, {}),
        ({"csrf": ""}, {}),
        ({}, {"Sec-Fetch-Site": "cross-site"}),
        ({}, {"Sec-Fetch-Site": "same-site"}),
        ({}, {"Origin": "https://evil.example"}),
        ({}, {"Origin": "null"}),
    ):
        visitor.html = page
        await visitor.insist("/notify/one-page", CHILD | values, headers)
        assert visitor.status == 403
    assert form.deposit.calls == 0


async def test_the_honeypot_sends_nothing(form: Running, visitor: Visitor) -> None:
    await visitor.get("/enquire")
    await visitor.post("/enquire", {"message": "x", "enquirer_email": "a@b.example", "website": "https://spam.example"})
    assert visitor.status == 400
    assert form.deposit.calls == 0


async def test_a_body_over_the_limit_is_413(tmp_path: Path) -> None:
    async with running(tmp_path, FormLimits(max_form_bytes=5_000)) as form, Visitor(form.url) as visitor:
        await visitor.get("/notify/one-page")
        await visitor.insist("/notify/one-page", CHILD | {"circumstances": "x" * 6_000})
        assert visitor.status == 413
        assert form.deposit.calls == 0


async def test_a_stalled_body_ends_in_408(tmp_path: Path) -> None:
    async with running(tmp_path, FormLimits(page_timeout_s=0.3)) as form:
        port = int(form.url.rsplit(":", 1)[1])
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
        writer.write(
            b"POST /enquire HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            b"Content-Length: 1000\r\n\r\nmessage="
        )
        await writer.drain()
        async with asyncio.timeout(20):
            assert (await reader.readline()).startswith(b"HTTP/1.1 408")
        writer.close()


async def test_too_many_posts_from_one_prefix_are_429(tmp_path: Path) -> None:
    async with running(tmp_path, FormLimits(posts_a_minute=2)) as form, Visitor(form.url) as visitor:
        await visitor.get("/enquire")
        page = visitor.html
        seen = []
        for _ in range(3):
            visitor.html = page
            await visitor.post("/enquire", {"message": "x", "enquirer_email": "a@b.example"})
            seen.append(visitor.status)
        assert seen == [200, 200, 429]
        assert visitor.headers["Retry-After"] == "60"


async def test_a_multipart_post_is_refused_where_no_file_is_wanted(form: Running, visitor: Visitor) -> None:
    await visitor.get("/enquire")
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Sec-Fetch-Site": "same-origin"}
    async with visitor.session.post(form.url + "/enquire", data=b"--x--", headers=headers) as response:
        assert response.status == 415


async def test_an_unforeseen_error_shows_a_fixed_text_and_nothing_of_itself(
    form: Running, visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    async def explode() -> None:
        raise RuntimeError("secret-canary")

    form.deposit.before = explode
    await visitor.get("/enquire")
    html = await visitor.post("/enquire", {"message": "x", "enquirer_email": "a@b.example"})
    assert visitor.status == 500
    assert "secret-canary" not in html
    assert "secret-canary" not in caplog.text
    assert "form_error" in caplog.text
    assert "was not kept" in html


async def test_a_question_that_was_too_slow_to_answer_may_have_arrived_and_the_next_try_is_the_same_one(
    tmp_path: Path,
) -> None:
    async with running(tmp_path, FormLimits(page_timeout_s=0.5)) as form, Visitor(form.url) as visitor:
        slow = asyncio.Event()
        form.deposit.before = slow.wait
        await visitor.get("/enquire")
        page, values = visitor.html, {"message": "x", "enquirer_email": "a@b.example"}
        html = await visitor.post("/enquire", values)
        assert visitor.status == 408
        assert "may not have been kept" in html
        slow.set()
        visitor.html = page
        await visitor.post("/enquire", values)
        assert visitor.status == 200
        assert (len(form.deposit.posts), form.deposit.calls) == (1, 1)
