"""Near misses: confidential content that came by an unproved channel. For the governance lead; no content."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from math import ceil

from aiohttp import web

from gateway.console.guard import parts_of, render
from gateway.console.pages.queue_pages import PAGE_ROWS, page_of
from gateway.console.times import LONDON

COUNTED = timedelta(days=366)


async def show(request: web.Request) -> web.Response:
    """Return the list, newest first, and how many there were in each month of the past year."""
    parts = parts_of(request)
    page = page_of(request)
    rows, total = await parts.desk.near_misses(PAGE_ROWS, (page - 1) * PAGE_ROWS)
    times = await parts.desk.near_miss_times(parts.clock.now() - COUNTED)
    months = Counter(at.astimezone(LONDON).strftime("%B %Y") for at in times)  # in the order of the times
    return render(
        request,
        "near_misses.html",
        rows=rows,
        months=list(months.items()),
        page=page,
        pages=max(1, ceil(total / PAGE_ROWS)),
        total=total,
    )
