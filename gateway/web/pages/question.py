"""One question page of the journey: show it, save it, warn without blocking, go on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from aiohttp import web

from gateway.model.form.fields import BY_ID as FIELDS
from gateway.model.form.notification import Notification
from gateway.stages.extract import residence
from gateway.stages.extract.display import display
from gateway.stages.extract.doubts import Doubt, doubts, mark
from gateway.web.draft.controls import answers, control
from gateway.web.draft.draft import Draft
from gateway.web.draft.drafts import save
from gateway.web.draft.journey import BY_ID, Page, after, asked, before
from gateway.web.draft.putting import put_page
from gateway.web.draft.tabs import TabView, tab_of, view
from gateway.web.guard.safety import first, posted
from gateway.web.guard.visit import visit
from gateway.web.pages.entrance import opened_draft
from gateway.web.render import page as render
from gateway.web.services import services


def _page(request: web.Request) -> Page:
    page = BY_ID.get(request.match_info["page"])
    if page is None:
        raise web.HTTPNotFound
    return page


async def show(request: web.Request) -> web.StreamResponse:
    """Show a page with what was answered before."""
    page = _page(request)
    opened = await opened_draft(request)
    return _show(request, page, opened.reference, opened.draft, ())


async def save_page(request: web.Request) -> web.StreamResponse:
    """Keep the answers. An odd one is shown once more with the reason; sent again unchanged, it passes.

    What another tab changed meanwhile is shown beside the answer of this one.
    """
    page, both = _page(request), list[str]()
    opened = await opened_draft(request, carry=f"p/{page.id}")
    draft = await save(services(request), opened, lambda draft: both.extend(put_page(draft, page, posted(request))))
    if first(request, "autosave", 1):
        return web.Response(status=409 if both else 204)
    notification = draft.notification()
    open_doubts = page_doubts(request, page, notification)
    if both:
        return _show(request, page, opened.reference, draft, open_doubts, both)
    if open_doubts and first(request, "warned", 64) != mark(page.id, notification, open_doubts):
        return _show(request, page, opened.reference, draft, open_doubts)
    raise web.HTTPSeeOther("/notify/check" if _from_check(request) else after(page, notification))


def page_doubts(request: web.Request, page: Page, notification: Notification) -> tuple[Doubt, ...]:
    """Return the doubts about a page's own fields."""
    ids = {field.id for field in asked(page, notification)}
    return tuple(doubt for doubt in doubts(notification, services(request).now().date()) if doubt.field in ids)


def _from_check(request: web.Request) -> bool:
    return request.query.get("from") == "check"


def goes_to(request: web.Request, notification: Notification) -> str | None:
    """Return the name of the panel that will get the notification, if the residence makes it certain."""
    return services(request).panel_of(residence(notification))


def _show(
    request: web.Request, page: Page, reference: str, draft: Draft, found: tuple[Doubt, ...], both: Sequence[str] = ()
) -> web.Response:
    site, t, notification = services(request).site, visit(request).gettext, draft.notification()
    fields = asked(page, notification) or page.fields
    mine = {name: answer for name, answer in answers(page.fields, posted(request)).items() if name in both}
    seen = view(draft, page.id, [field.id for field in fields], draft.fields, mine, tab_of(posted(request)))
    wrong = {doubt.field: t(doubt.text) for doubt in found} | in_other_tabs(seen, t)
    alone = len(fields) == 1 and not page.title
    care = ", ".join(dict.fromkeys((site.social_care_name, site.social_care_phone, site.social_care_night_phone)))
    return render(
        request,
        services(request).renderer,
        "question.html",
        title=t(page.title or fields[0].question),
        heading=t(page.title) if page.title else "" if alone else t(fields[0].question),
        controls=[control(field, seen.answers.get(field.id), wrong.get(field.id, ""), t, alone) for field in fields],
        say=[t(text) for text in page.say],
        now=[t(text).format(care=care) for text in page.now],
        warnings=[{"text": text, "href": f"#{field_id}"} for field_id, text in wrong.items()],
        warned=mark(page.id, notification, found) if found else "",
        view=seen,
        panel=goes_to(request, notification) if page.section == "residence" and page.id != "home" else None,
        person_finds=page.id == "residence-basis" and "home_postcode" in notification.fields,
        action=f"/notify/p/{page.id}" + ("?from=check" if _from_check(request) else ""),
        back="/notify/check" if _from_check(request) else before(page, notification),
        reference=reference,
        timed=True,
    )


def in_other_tabs(seen: TabView, t: Callable[[str], str]) -> dict[str, str]:
    """Return the words about answers of other tabs, by field."""
    say = t("Two tabs gave two answers. The other is: {answer}. What stands here is kept when you continue.")
    nothing = t("no answer")
    return {
        name: say.format(answer="; ".join(display(FIELDS[name], one, t) if one else nothing for one in found))
        for name, found in seen.others.items()
    }


def add_routes(app: web.Application) -> None:
    app.router.add_get("/notify/p/{page}", show)
    app.router.add_post("/notify/p/{page}", save_page)
