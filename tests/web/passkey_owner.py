"""Somebody with an account, signed in, with a passkey in their pocket."""

from __future__ import annotations

import html
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.web.account.test_accounts import NOW, PASSWORD, account, sign_in
from tests.web.authenticator import Authenticator
from tests.web.site import Running, Visitor, running


@dataclass
class Owner:
    """Somebody with an account, signed in, and the passkey in their pocket."""

    form: Running
    visitor: Visitor
    clock: list[float]
    secret: bytes
    key: Authenticator

    async def by_code(self, visitor: Visitor | None = None) -> None:
        """Sign in with the next one-time code."""
        self.clock[0] += 30
        await sign_in(visitor or self.visitor, self.secret, NOW + timedelta(seconds=self.clock[0]))

    async def options(self, name: str = "Work phone", password: str = PASSWORD) -> dict[str, Any]:
        await self.visitor.get("/account/passkeys")
        await self.visitor.post("/account/passkeys/new", {"name": name, "password": password})
        found = re.search(r'data-options="([^"]*)"', self.visitor.html)
        assert found is not None, self.visitor.path
        options: dict[str, Any] = json.loads(html.unescape(found[1]))
        return options

    async def add(self, key: Authenticator | None = None, name: str = "Work phone") -> int:
        """Add a passkey; return the status."""
        made = (key or self.key).make(await self.options(name))
        await self.visitor.post("/account/passkeys", {"passkey": made})
        return self.visitor.status

    async def challenge(self, visitor: Visitor) -> dict[str, Any]:
        await visitor.get("/account/sign-in")
        before = visitor.html
        options: dict[str, Any] = json.loads(await visitor.post("/account/passkeys/challenge", {}))
        visitor.html = before
        return options

    async def sign_in(self, visitor: Visitor, answer: str, **changes: str) -> int:
        """Sign in with the password and an authenticator's answer; return the status."""
        values = {"account": "dr.example", "password": PASSWORD, "code": "", "passkey": answer}
        await visitor.post("/account/sign-in", values | changes)
        return 200 if visitor.path == "/account" else visitor.status


@asynccontextmanager
async def owner(folder: Path) -> AsyncIterator[Owner]:
    clock = [0.0]
    async with running(folder, now=lambda: NOW + timedelta(seconds=clock[0])) as form, Visitor(form.url) as visitor:
        one = Owner(form, visitor, clock, await account(form), Authenticator(form.url, "127.0.0.1"))
        await one.by_code()
        assert visitor.path == "/account"
        yield one
