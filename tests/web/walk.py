"""A walk through every page of the form in a browser that looks at each and notes which routes and templates it saw."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from gateway.web.render import Renderer
from tests.web.browser import Seen
from tests.web.site import Running


@dataclass
class Clock:
    """The form's own time, which a test moves on."""

    now: datetime = field(default_factory=lambda: datetime(2026, 11, 23, 3, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def pass_time(self, **much: float) -> None:
        self.now += timedelta(**much)


@dataclass
class Noted:
    """What was looked at, over all walks of one test."""

    found: list[str] = field(default_factory=list)  # what axe or the width had to complain of
    templates: set[str] = field(default_factory=set)
    statuses: set[int] = field(default_factory=set)
    paths: set[str] = field(default_factory=set)  # the addresses of pages that were looked at
    posted: set[str] = field(default_factory=set)  # the addresses that were posted to
    rendered: str = ""

    def routes(self, app: web.Application) -> tuple[set[str], set[str]]:
        """Return the routes of pages that were looked at, and those that were posted to."""
        return canonical(app, self.paths), canonical(app, self.posted)


def canonical(app: web.Application, paths: set[str]) -> set[str]:
    """Return the routes that addresses belong to, as "/notify/p/{page}"."""
    found = set()
    for resource in app.router.resources():
        info = resource.get_info()
        pattern, plain = info.get("pattern"), info.get("path")
        if any(path == plain or (pattern is not None and pattern.fullmatch(path)) for path in paths):
            found.add(resource.canonical)
    return found


def watch_templates(noted: Noted, monkeypatch: Any) -> None:
    """Note the template of every page that is rendered from here on."""
    real = Renderer.text

    def text(self: Renderer, template: str, values: Any) -> str:
        noted.rendered = template
        return real(self, template, values)

    monkeypatch.setattr(Renderer, "text", text)


class Walk:
    """One browser window that looks at the page it shows, after every step that is asked of it."""

    def __init__(self, seen: Seen, form: Running, noted: Noted, clock: Clock) -> None:
        self.seen, self.page, self.form, self.noted, self.clock = seen, seen.page, form, noted, clock
        self._status = 0
        self.page.on("request", self._note_request)
        self.page.on("response", self._note_response)

    def _note_request(self, request: Any) -> None:
        if request.method == "POST":
            self.noted.posted.add(urlsplit(request.url).path)

    def _note_response(self, response: Any) -> None:
        if response.request.is_navigation_request():
            self._status = response.status

    async def go(self, path: str, name: str = "") -> None:
        """Open an address and look."""
        await self.seen.go(path)
        await self.look(name or path)

    async def press(self, selector: str, name: str) -> None:
        """Press a button or follow a link, and look at what comes."""
        async with self.page.expect_navigation():
            await self.page.locator(selector).first.click()
        await self.look(name)

    async def submit(self, action: str, name: str, /, **values: str) -> None:
        """Fill in fields by id, send the form of the page to this address, and look at what comes."""
        for element_id, value in values.items():
            await self.page.fill(f"#{element_id}", value)
        await self.press(f"main form[action^='{action}'] button.govuk-button", name)

    async def look(self, name: str) -> None:
        """Run axe on the page with everything unfolded, and measure it."""
        await self.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        here = f"{name} ({self._status})"
        self.noted.found += [f"{here}: {violation}" for violation in await self.seen.violations()]
        if await self.seen.overflow() > 0:
            self.noted.found.append(f"{here}: wider than the window")
        self.noted.templates.add(self.noted.rendered)
        self.noted.statuses.add(self._status)
        self.noted.paths.add(urlsplit(self.page.url).path)

    async def look_at_error(self, name: str, *, warning: bool = False) -> None:
        """Wait for the focus on the summary, see that the title says so, and that its links lead somewhere."""
        await self.page.wait_for_function("document.activeElement.classList.contains('govuk-error-summary')")
        title = await self.page.title()
        if not warning and not title.startswith(("Error: ", "Gwall: ")):
            self.noted.found.append(f"{name}: the title does not say that there is an error")
        for href in await self.page.locator(".govuk-error-summary a").evaluate_all(
            "all => all.map(one => one.getAttribute('href'))"
        ):
            if await self.page.locator(f"[id='{href[1:]}']").count() != 1:
                self.noted.found.append(f"{name}: the summary leads to {href}, which is not there")
