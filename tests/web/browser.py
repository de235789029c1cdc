"""Debian's Chromium, driven by Playwright, that notes console errors and every host it is sent to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Page, async_playwright

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
_RUN = """async () => {
  const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
  const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]})
  return found.violations.map(v => v.id + ": " + v.nodes.map(n => n.target.join(" ")).join(" | "))
}"""


@dataclass
class Seen:
    """What a browser did beside showing pages."""

    page: Page
    url: str
    errors: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    async def go(self, path: str) -> None:
        await self.page.goto(self.url + path)

    async def violations(self) -> list[str]:
        """Run axe on the page that is shown; our policy forbids script tags, so it comes from outside."""
        found: list[str] = await self.page.evaluate(_RUN)
        return found

    async def overflow(self) -> int:
        """Return by how many pixels the page is wider than the window."""
        wide: int = await self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        return wide

    def assert_quiet(self) -> None:
        """No console error, no request to another host."""
        assert self.errors == []
        assert self.hosts <= {urlsplit(self.url).netloc}


@asynccontextmanager
async def browser(url: str, width: int, *, script: bool = True) -> AsyncIterator[Seen]:
    """Open a window of a width, with or without JavaScript."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        context = await chromium.new_context(
            ignore_https_errors=True, java_script_enabled=script, viewport={"width": width, "height": 900}
        )
        if script:
            await context.add_init_script(path=AXE)
        page = await context.new_page()
        page.set_default_timeout(120_000)
        seen = Seen(page, url)
        page.on("console", lambda message: _note(seen, message))
        page.on("pageerror", lambda error: seen.errors.append(str(error)))
        page.on("request", lambda request: seen.hosts.add(urlsplit(request.url).netloc))
        try:
            yield seen
        finally:
            await chromium.close()


def _note(seen: Seen, message: Any) -> None:
    # A page that answers 422 or 503 on purpose is reported by the browser as a failed load: not an error of ours.
    if message.type == "error" and "the server responded with a status of" not in message.text:
        seen.errors.append(message.text)
