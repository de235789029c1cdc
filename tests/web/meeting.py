"""A form, an OpenID provider that it trusts, and a visitor between them."""

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

from gateway.adapters.openid.client import OpenIdProvider
from gateway.web.notice_of import Notice, NoticeState
from tests.web.provider import (
    Op,
    provider,
)
from tests.web.site import Running, Visitor, running

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


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


def codes(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.__dict__["code"] for record in caplog.records if record.message == "openid_refused"]


async def refused(met: Meeting) -> str:
    """Try to sign in; assert the one page of every failure and that nobody is signed in. Return the page."""
    assert await met.sign_in() == "/account/openid/failed"
    assert met.visitor.status == 403
    html = re.sub(r'name="csrf" value="[^"]*"|to=[^"]*"', "", met.visitor.html)
    assert "You are not signed in" in html
    await met.visitor.get("/account")
    assert met.visitor.path == "/account/sign-in"
    return html


async def address_of(met: Meeting) -> str:
    """Begin a sign-in and return the address at the provider."""
    async with met.visitor.session.get(f"{met.form.url}/account/openid", allow_redirects=False) as response:
        return response.headers["Location"]


async def answer_of(met: Meeting, address: str) -> str:
    """Let the provider answer, and return the path that the browser is sent back to."""
    async with met.visitor.session.get(address, ssl=False, allow_redirects=False) as response:
        return response.headers["Location"].removeprefix(met.form.url)
