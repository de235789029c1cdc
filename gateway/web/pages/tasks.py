"""The task list: every section with its state, and the way to send from the very start."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from gateway.model.form.fields import BY_ID, missing
from gateway.model.form.notification import Notification
from gateway.web.draft.draft import Draft
from gateway.web.draft.journey import LISTING_BY_SECTION, SECTIONS, asked, first_of, pages_of
from gateway.web.guard.visit import visit
from gateway.web.pages.entrance import opened_draft
from gateway.web.pages.question import goes_to
from gateway.web.render import page
from gateway.web.services import services


async def show(request: web.Request) -> web.StreamResponse:
    """Show the task list."""
    opened = await opened_draft(request)
    t = visit(request).gettext
    notification = opened.draft.notification()
    items = [
        {
            "title": {"text": t(title)},
            "href": first_of(section, notification),
            "status": _status(opened.draft, notification, section, t),
        }
        for section, title in SECTIONS.items()
    ]
    count = len(opened.draft.files)
    files = {"text": t("{n} attached").format(n=count)} if count else {"text": t("Optional")}
    items.append({"title": {"text": t("Documents")}, "href": "/notify/files", "status": files})
    return page(
        request,
        services(request).renderer,
        "tasks.html",
        title=t("Notify the death of a child"),
        items=items,
        wanting=[t(BY_ID[name].name) for name in wanting(notification)],
        panel=goes_to(request, notification),
        reference=opened.reference,
        timed=True,
    )


def wanting(notification: Notification) -> list[str]:
    """Return the core and routing fields without any answer that the form asks."""
    return [name for name in missing(frozenset(notification.fields)) if BY_ID[name].page]


def _status(draft: Draft, notification: Notification, section: str, say: Callable[[str], str]) -> dict[str, object]:
    pages = pages_of(section, notification)
    fields = [field for page in pages for field in asked(page, notification)]
    answered = [field for field in fields if field.id in draft.fields]
    listing = LISTING_BY_SECTION.get(section)
    entries = len(draft.groups.get(listing.group, {})) if listing is not None else 0
    open_core = [name for name in wanting(notification) if BY_ID[name].section == section]
    if not answered and not entries and not any(page.id in draft.seen for page in pages):
        return {"tag": {"text": say("Not started"), "classes": "govuk-tag--blue"}}
    if not open_core and all(page.id in draft.seen for page in pages):
        return {"text": say("Done")}
    return {"tag": {"text": say("In progress"), "classes": "govuk-tag--light-blue"}}


def add_routes(app: web.Application) -> None:
    app.router.add_get("/notify/tasks", show)
