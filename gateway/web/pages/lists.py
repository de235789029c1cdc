"""The add-another lists: professionals; family and household. Entries have random ids: resending changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from aiohttp import web

from gateway.model.form.fields import GROUPS
from gateway.model.form.notification import Answer
from gateway.stages.extract.display import display
from gateway.web.draft.controls import answers, control
from gateway.web.draft.draft import Draft
from gateway.web.draft.drafts import Opened, save
from gateway.web.draft.journey import LISTING_BY_SLUG, Listing, after_list
from gateway.web.draft.putting import MAX_ENTRIES, entry_key, is_entry_id, put_entry
from gateway.web.draft.tabs import forget, mark_of, tab_of, view
from gateway.web.guard.safety import first, posted
from gateway.web.guard.visit import visit
from gateway.web.pages.entrance import opened_draft
from gateway.web.pages.question import in_other_tabs
from gateway.web.render import page
from gateway.web.services import services


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
        services(request).renderer,
        "list.html",
        title=t(listing.title),
        listing=listing,
        entries=[(entry_id, *_summary(listing, entry, t)) for entry_id, entry in entries.items()],
        new=services(request).entropy(8).hex(),
        full=len(entries) >= MAX_ENTRIES,
        onward="/notify/check"
        if request.query.get("from") == "check"
        else after_list(listing, opened.draft.notification()),
        back="/notify/tasks",
        reference=opened.reference,
        timed=True,
    )


def _summary(listing: Listing, entry: dict[str, Answer], t: Callable[[str], str]) -> tuple[str, str]:
    """Return a heading and a line for one entry."""
    texts = [display(field, entry[field.id], t) for field in GROUPS[listing.group] if field.id in entry]
    return (texts[0] if texts else "—"), ", ".join(texts[1:3]).replace("\n", ", ")


async def show_entry(request: web.Request) -> web.StreamResponse:
    """Show one entry, new or old."""
    listing, entry_id = _listing(request), _entry_id(request)
    opened = await opened_draft(request)
    return _entry_page(request, listing, entry_id, opened.reference, opened.draft)


async def save_entry(request: web.Request) -> web.StreamResponse:
    """Keep one entry, unless it is empty, and say what another tab changed or removed meanwhile."""
    listing, entry_id, both = _listing(request), _entry_id(request), list[str]()
    opened = await opened_draft(request, carry=f"list/{listing.slug}/{entry_id}")
    draft = await save(
        services(request), opened, lambda draft: both.extend(put_entry(draft, listing, entry_id, posted(request)))
    )
    if first(request, "autosave", 1):
        return web.Response(status=409 if both else 204)
    if both:
        return _entry_page(request, listing, entry_id, opened.reference, draft, both)
    raise web.HTTPSeeOther(f"/notify/list/{listing.slug}")


def _entry_page(
    request: web.Request, listing: Listing, entry_id: str, reference: str, draft: Draft, both: Sequence[str] = ()
) -> web.Response:
    t, fields = visit(request).gettext, GROUPS[listing.group]
    stored = draft.groups.get(listing.group, {}).get(entry_id)
    mine = {name: answer for name, answer in answers(fields, posted(request)).items() if name in both}
    key = entry_key(listing, entry_id)
    seen = view(draft, key, [field.id for field in fields], stored or {}, mine, tab_of(posted(request)))
    wrong = in_other_tabs(seen, t)
    removed = t("This entry was removed in another tab. “Save” puts it back.") if both and stored is None else ""
    warnings = [{"text": text, "href": f"#{field_id}"} for field_id, text in wrong.items()]
    return page(
        request,
        services(request).renderer,
        "entry.html",
        title=t("Change the entry") if stored else t("Add {one}").format(one=t(listing.one)),
        controls=[
            control(field, seen.answers.get(field.id), "" if removed else wrong.get(field.id, ""), t)
            for field in fields
        ],
        view=seen,
        warnings=[{"text": removed, "href": f"#{fields[0].id}"}] if removed else warnings,
        action=f"/notify/list/{listing.slug}/{entry_id}",
        back=f"/notify/list/{listing.slug}",
        reference=reference,
        timed=True,
    )


async def ask_remove(request: web.Request) -> web.StreamResponse:
    """Ask before an entry is removed."""
    listing, entry_id = _listing(request), _entry_id(request)
    opened = await opened_draft(request)
    return _remove_page(request, listing, entry_id, opened)


def _remove_page(
    request: web.Request, listing: Listing, entry_id: str, opened: Opened, changed: bool = False
) -> web.StreamResponse:
    entry = opened.draft.groups.get(listing.group, {}).get(entry_id)
    if entry is None:
        raise web.HTTPSeeOther(f"/notify/list/{listing.slug}")
    return page(
        request,
        services(request).renderer,
        "remove.html",
        title=visit(request).gettext("Remove this entry?"),
        summary=_summary(listing, entry, visit(request).gettext),
        changed=changed,
        shown=mark_of(_ids(listing), entry),
        action=f"/notify/list/{listing.slug}/{entry_id}/remove",
        back=f"/notify/list/{listing.slug}",
        reference=opened.reference,
        timed=True,
    )


async def remove(request: web.Request) -> web.StreamResponse:
    """Remove an entry; one that another tab has changed since it was shown is shown again first."""
    listing, entry_id, removed = _listing(request), _entry_id(request), list[bool]()
    opened = await opened_draft(request)
    shown = first(request, "shown")
    await save(services(request), opened, lambda draft: removed.append(_drop(draft, listing, entry_id, shown)))
    if not removed[0]:
        return _remove_page(request, listing, entry_id, await opened_draft(request), changed=True)
    raise web.HTTPSeeOther(f"/notify/list/{listing.slug}")


def _drop(draft: Draft, listing: Listing, entry_id: str, shown: str) -> bool:
    entries = draft.groups.get(listing.group, {})
    if shown and entry_id in entries and shown != mark_of(_ids(listing), entries[entry_id]):
        return False
    entries.pop(entry_id, None)
    forget(draft, entry_key(listing, entry_id))
    return True


def _ids(listing: Listing) -> list[str]:
    return [field.id for field in GROUPS[listing.group]]


def add_routes(app: web.Application) -> None:
    app.router.add_get("/notify/list/{slug}", show)
    app.router.add_get("/notify/list/{slug}/{entry}", show_entry)
    app.router.add_post("/notify/list/{slug}/{entry}", save_entry)
    app.router.add_get("/notify/list/{slug}/{entry}/remove", ask_remove)
    app.router.add_post("/notify/list/{slug}/{entry}/remove", remove)
