"""The add-another lists: professionals; family and household. Entries have random ids: resending changes nothing."""

from __future__ import annotations

from aiohttp import web

from gateway.model.fields import GROUPS
from gateway.model.notification import Answer
from gateway.stages.extract.display import display
from gateway.web.controls import control
from gateway.web.desk import desk
from gateway.web.draft import Draft
from gateway.web.drafts import save
from gateway.web.entrance import opened_draft
from gateway.web.journey import LISTING_BY_SLUG, Listing, after_list
from gateway.web.putting import MAX_ENTRIES, is_entry_id, put_entry
from gateway.web.render import page
from gateway.web.safety import first, posted
from gateway.web.visit import visit


def _listing(request: web.Request) -> Listing:
    listing = LISTING_BY_SLUG.get(request.match_info["slug"])
    if listing is None:
        raise web.HTTPNotFound
    return listing


def _entry_id(request: web.Request) -> str:
    entry_id = request.match_info["entry"]
    if not is_entry_id(entry_id):
        raise web.HTTPNotFound
    return entry_id


async def show(request: web.Request) -> web.StreamResponse:
    """Show the list with Change and Remove, and add another."""
    listing = _listing(request)
    opened = await opened_draft(request)
    t = visit(request).gettext
    entries = opened.draft.groups.get(listing.group, {})
    return page(
        request,
        desk(request).renderer,
        "list.html",
        title=t(listing.title),
        listing=listing,
        entries=[(entry_id, *_summary(listing, entry)) for entry_id, entry in entries.items()],
        new=desk(request).entropy(8).hex(),
        full=len(entries) >= MAX_ENTRIES,
        onward="/notify/check"
        if request.query.get("from") == "check"
        else after_list(listing, opened.draft.notification()),
        back="/notify/tasks",
        reference=opened.reference,
        timed=True,
    )


def _summary(listing: Listing, entry: dict[str, Answer]) -> tuple[str, str]:
    """Return a heading and a line for one entry."""
    texts = [display(field, entry[field.id]) for field in GROUPS[listing.group] if field.id in entry]
    return (texts[0] if texts else "—"), ", ".join(texts[1:3]).replace("\n", ", ")


async def show_entry(request: web.Request) -> web.StreamResponse:
    """Show one entry, new or old."""
    listing, entry_id = _listing(request), _entry_id(request)
    opened = await opened_draft(request)
    entry = opened.draft.groups.get(listing.group, {}).get(entry_id, {})
    t = visit(request).gettext
    return page(
        request,
        desk(request).renderer,
        "entry.html",
        title=t("Change the entry") if entry else t("Add {one}").format(one=t(listing.one)),
        controls=[control(field, entry.get(field.id), "", t) for field in GROUPS[listing.group]],
        action=f"/notify/list/{listing.slug}/{entry_id}",
        back=f"/notify/list/{listing.slug}",
        reference=opened.reference,
        timed=True,
    )


async def save_entry(request: web.Request) -> web.StreamResponse:
    """Keep one entry; empty ones are not kept."""
    listing, entry_id = _listing(request), _entry_id(request)
    opened = await opened_draft(request, carry=f"list/{listing.slug}/{entry_id}")
    await save(desk(request), opened, lambda draft: put_entry(draft, listing, entry_id, posted(request)))
    if first(request, "autosave", 1):
        return web.Response(status=204)
    raise web.HTTPSeeOther(f"/notify/list/{listing.slug}")


async def ask_remove(request: web.Request) -> web.StreamResponse:
    """Ask before an entry is removed."""
    listing, entry_id = _listing(request), _entry_id(request)
    opened = await opened_draft(request)
    entry = opened.draft.groups.get(listing.group, {}).get(entry_id)
    if entry is None:
        raise web.HTTPSeeOther(f"/notify/list/{listing.slug}")
    return page(
        request,
        desk(request).renderer,
        "remove.html",
        title=visit(request).gettext("Remove this entry?"),
        summary=_summary(listing, entry),
        action=f"/notify/list/{listing.slug}/{entry_id}/remove",
        back=f"/notify/list/{listing.slug}",
        reference=opened.reference,
        timed=True,
    )


async def remove(request: web.Request) -> web.StreamResponse:
    """Remove an entry."""
    listing, entry_id = _listing(request), _entry_id(request)
    opened = await opened_draft(request)
    await save(desk(request), opened, lambda draft: _drop(draft, listing, entry_id))
    raise web.HTTPSeeOther(f"/notify/list/{listing.slug}")


def _drop(draft: Draft, listing: Listing, entry_id: str) -> None:
    draft.groups.get(listing.group, {}).pop(entry_id, None)


def add_routes(app: web.Application) -> None:
    app.router.add_get("/notify/list/{slug}", show)
    app.router.add_get("/notify/list/{slug}/{entry}", show_entry)
    app.router.add_post("/notify/list/{slug}/{entry}", save_entry)
    app.router.add_get("/notify/list/{slug}/{entry}/remove", ask_remove)
    app.router.add_post("/notify/list/{slug}/{entry}/remove", remove)
