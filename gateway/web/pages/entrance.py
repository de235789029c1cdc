"""Getting into a draft: start, return code, coming back, leaving, time-out. What was typed is never lost."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from gateway.model.ids import is_reference
from gateway.web.account import accounts
from gateway.web.draft import drafts
from gateway.web.draft.draft import Draft, spell, tidy_code
from gateway.web.draft.drafts import NoDraft, Opened
from gateway.web.draft.journey import BY_ID, LISTING_BY_SLUG, Page
from gateway.web.draft.putting import is_entry_id, put_entry, put_page
from gateway.web.guard.safety import first, posted
from gateway.web.guard.visit import Answered, visit
from gateway.web.render import page
from gateway.web.services import services

_CARRIED = "kept."  # posted fields of a page that could not be saved, carried through the return page
_OWN = frozenset({"csrf", "warned", "autosave", "post", "website", "carry"})


async def opened_draft(request: web.Request, carry: str = "", sent: bool = False) -> Opened:
    """Return this browser's draft, or answer the request otherwise.

    ``carry`` is the id of the page whose posted answers must not be lost. ``sent``: the caller wants a sent draft.
    """
    found = await drafts.of_session(services(request), visit(request).token)
    if isinstance(found, NoDraft):
        if carry:
            raise Answered(await _return_page(request, found, 401, carry, _keep(posted(request))))
        raise web.HTTPSeeOther("/notify/return?ended=1" if found is NoDraft.IDLE else "/notify/return")
    if found.sent and not sent:
        raise web.HTTPSeeOther("/notify/sent")
    if sent and not found.sent:
        raise web.HTTPSeeOther("/notify/tasks")
    return found


def _keep(values: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, several in values.items() if name not in _OWN for value in several]


async def start(request: web.Request) -> web.StreamResponse:
    """Begin a draft and show its reference and return code, once."""
    at = services(request)
    if first(request, "website"):
        raise web.HTTPBadRequest
    draft = Draft(language=visit(request).language)
    found = await accounts.signed_in(at, visit(request).token)
    if found is not None:
        draft.fields.update(found[1].answers())
    return await begin(request, draft, at.site.limits.draft_days)


async def begin(request: web.Request, draft: Draft, days: int) -> web.StreamResponse:
    """Begin ``draft`` under a fresh session and show the return code."""
    at, here = services(request), visit(request)
    if await accounts.signed_in(at, here.token) is None:
        here.renew(drafts.new_token())
    code = await drafts.begin(at, here.token, draft)
    opened = await opened_draft(request)
    return page(
        request,
        at.renderer,
        "code.html",
        title=here.gettext("Your reference and return code"),
        reference=opened.reference,
        code=spell(code),
        days=days,
        timed=True,
    )


async def come_back(request: web.Request) -> web.StreamResponse:
    """Ask for reference and return code."""
    reason = NoDraft.IDLE if request.query.get("ended") else NoDraft.NONE
    return await _return_page(request, reason, 200, "", [])


async def open_again(request: web.Request) -> web.StreamResponse:
    """Open a draft by reference and return code; the same answer whatever was wrong."""
    at, here = services(request), visit(request)
    reference = first(request, "reference", 40).upper().replace(" ", "").replace("-", "")
    code = tidy_code(first(request, "code", 100))
    carried = [(n[len(_CARRIED) :], v) for n, vs in posted(request).items() if n.startswith(_CARRIED) for v in vs]
    token = here.token if await accounts.signed_in(at, here.token) is not None else drafts.new_token()
    if not at.rates.allow("code", request.remote, at.site.limits.code_tries * 4, 3600):
        outcome: NoDraft | None = NoDraft.LOCKED
    else:
        outcome = await drafts.come_back(at, token, reference, code) if is_reference(reference) else NoDraft.WRONG
    if outcome is not None:
        return await _return_page(request, outcome, 403, first(request, "carry", 60), carried)
    at.rates.refund("code", request.remote)
    here.renew(token)
    await _restore(request, first(request, "carry", 60), carried)
    raise web.HTTPSeeOther("/notify/tasks")


async def _restore(request: web.Request, carry: str, carried: list[tuple[str, str]]) -> None:
    """Save what was posted after the session had ended, and continue from there."""
    found = await drafts.of_session(services(request), visit(request).token)
    if not carried or isinstance(found, NoDraft) or found.sent:
        return
    values: dict[str, list[str]] = {}
    for name, value in carried:
        values.setdefault(name, []).append(value)
    kind, _, rest = carry.partition("/")
    slug, _, entry_id = rest.partition("/")
    if kind == "p" and rest in BY_ID:
        await drafts.save(services(request), found, lambda draft: _put(draft, BY_ID[rest], values))
        raise web.HTTPSeeOther(f"/notify/p/{rest}")
    if kind == "list" and slug in LISTING_BY_SLUG and is_entry_id(entry_id):
        both: list[str] = []
        listing = LISTING_BY_SLUG[slug]
        await drafts.save(
            services(request), found, lambda draft: both.extend(put_entry(draft, listing, entry_id, values))
        )
        raise web.HTTPSeeOther(f"/notify/list/{slug}" + (f"/{entry_id}" if both else ""))


def _put(draft: Draft, page: Page, values: Mapping[str, list[str]]) -> None:
    put_page(draft, page, values)  # what another tab changed meanwhile is shown on the page that comes next


async def _return_page(
    request: web.Request, reason: NoDraft, status: int, carry: str, carried: list[tuple[str, str]]
) -> web.Response:
    t = visit(request).gettext
    message = {
        NoDraft.WRONG: t("The reference and the return code do not open a form. Check both."),
        NoDraft.LOCKED: t("Too many tries. Wait an hour, or start again: you can send what you know."),
    }.get(reason, "")
    return page(
        request,
        services(request).renderer,
        "return.html",
        status,
        title=t("Go back to a form you saved"),
        errors=[{"text": message, "href": "#reference"}] if message else [],
        ended=reason is NoDraft.IDLE or bool(carry),
        carry=carry,
        carried=[(_CARRIED + name, value) for name, value in carried],
        reference="",
        typed=first(request, "reference", 40),
        problem={"errorMessage": {"text": message}} if message else {},
        back="/notify",
    )


async def keep(request: web.Request) -> web.StreamResponse:
    """Mark the session as active: the "Stay" button of the warning dialogue."""
    await opened_draft(request)
    return web.Response(status=204)


async def leave(request: web.Request) -> web.StreamResponse:
    """End the session; everything stays saved."""
    found = await drafts.of_session(services(request), visit(request).token)
    await drafts.close_session(services(request), visit(request).token)
    visit(request).renew(drafts.new_token())
    return page(
        request,
        services(request).renderer,
        "left.html",
        title=visit(request).gettext("Your form is saved"),
        reference="" if isinstance(found, NoDraft) or found.sent else found.reference,
    )


def add_routes(app: web.Application) -> None:
    app.router.add_post("/notify/start", start)
    app.router.add_get("/notify/return", come_back)
    app.router.add_post("/notify/return", open_again)
    app.router.add_post("/notify/keep", keep)
    app.router.add_post("/notify/leave", leave)
