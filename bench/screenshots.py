"""Remake the pictures of the form under docs/screenshots: python -m bench.screenshots."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from tests.web.browser import Seen, browser
from tests.web.site import running

OUT = Path(__file__).parents[1] / "docs" / "screenshots"


async def shoot(seen: Seen, name: str) -> None:
    await seen.page.wait_for_load_state("networkidle")
    await seen.page.screenshot(path=OUT / f"form-{name}.png", full_page=True)


async def walk(seen: Seen, ending: str) -> None:
    """Walk the form and take its picture on the way."""
    page = seen.page
    await seen.go("/")
    await shoot(seen, f"start-{ending}")
    await seen.go("/account/sign-in")
    await shoot(seen, f"sign-in-{ending}")
    await seen.go("/notify")
    await page.click("button:has-text('Start now')")
    await shoot(seen, f"code-{ending}")
    await seen.go("/notify/p/child-name")
    await page.fill("#family_name", "Testcase")
    await page.fill("#given_names", "Baby of Mary")
    await page.click("button:has-text('Continue')")
    await seen.go("/notify/p/nhs-number")
    await page.fill("#nhs_number", "943 476 5918")
    await page.click("button:has-text('Continue')")
    await shoot(seen, f"warning-{ending}")
    await seen.go("/notify/p/home")
    await page.fill("#home_postcode", "OX1 1AA")
    await page.click("button:has-text('Continue')")
    await shoot(seen, f"residence-{ending}")
    await seen.go("/notify/p/joint-agency-response")
    await shoot(seen, f"joint-agency-response-{ending}")
    await seen.go("/notify/tasks")
    await shoot(seen, f"tasks-{ending}")
    await seen.go("/notify/check")
    await shoot(seen, f"check-{ending}")
    await page.click("a:has-text('Continue')")
    await page.click("button:has-text('Send the notification')")
    await shoot(seen, f"sent-{ending}")


async def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    for width, ending in ((1000, "desktop"), (320, "phone")):
        with tempfile.TemporaryDirectory() as folder:
            async with running(Path(folder)) as form, browser(form.url, width) as seen:
                await walk(seen, ending)


if __name__ == "__main__":
    asyncio.run(main())
