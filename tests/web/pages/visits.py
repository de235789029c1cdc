"""What several pages' tests do: begin a draft, answer a page."""

from __future__ import annotations

import re
from typing import Any

from tests.web.site import Visitor

ENTRY = "0123456789abcdef"
NAME = {"family_name": "Canary-Family", "given_names": "Jo"}


async def begin(visitor: Visitor) -> tuple[str, str]:
    """Start a draft; return its reference and return code."""
    await visitor.get("/notify")
    html = await visitor.post("/notify/start", {})
    reference, code = re.findall(r'cdop-code">([^<]+)<', html)
    return reference, code


async def answer(visitor: Visitor, page: str, values: dict[str, Any]) -> str:
    await visitor.get(f"/notify/p/{page}")
    return await visitor.post(f"/notify/p/{page}", values)


async def declare(visitor: Visitor) -> str:
    """Go to the page that asks whether everything is right."""
    html = await visitor.get("/notify/check")
    version = re.search(r"version=(\d+)", html)
    assert version is not None
    return await visitor.get(f"/notify/declaration?version={version[1]}")
