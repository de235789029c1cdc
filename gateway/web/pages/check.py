"""Check your answers, declaration, sending once, confirmation, and the next child of the same birth."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any

from aiohttp import web

from gateway.model.channel.arrival import Arrival, WebPost
from gateway.model.form import form_post
from gateway.model.form.fields import BY_ID, GROUPS
from gateway.model.kinds import Channel, MailboxName
from gateway.stages.extract.display import display
from gateway.stages.extract.doubts import doubts
from gateway.web.account import accounts
from gateway.web.draft import drafts
from gateway.web.draft.draft import Draft
from gateway.web.draft.drafts import Opened
from gateway.web.draft.journey import LISTING_BY_SECTION, PAGES, SECTIONS, asked
from gateway.web.draft.posts import deliver, stamped, tls_of
from gateway.web.guard.safety import first
from gateway.web.guard.visit import visit
from gateway.web.pages.entrance import begin, opened_draft
from gateway.web.pages.question import goes_to
from gateway.web.pages.tasks import wanting
from gateway.web.render import page
from gateway.web.services import FormServices, services

# What a brother or sister of the same birth shares with the child that was just notified.
_SHARED = ("family_name", "date_of_birth", "ethnicity", "ethnicity_other", "interpreter_language", "religion",
           "gestation_at_birth", "multiple_birth", "mother_nhs_number", "next_of_kin_contact", "family_key_worker",
           "gp_practice", "midwife_hv_school_nurse", "childrens_social_care", "hospital_trusts", "lead_consultant",
           "place_category", "place_name_address")  # fmt: skip


def summary(draft: Draft, t: Callable[[str], str]) -> list[dict[str, Any]]:
    """Return sections with rows: name, text ("" if not answered), and the address to change it."""
    notification = draft.notification()
    sections = []
    for section, title in SECTIONS.items():
        rows = [
            {
                "name": t(field.name),
                "text": display(field, draft.fields[field.id], t) if field.id in draft.fields else "",
                "href": f"/notify/p/{one.id}?from=check#{field.id}",
            }
            for one in PAGES
            if one.section == section
            for field in asked(one, notification)
        ]
        sections.append({"id": section, "title": t(title), "rows": rows, "list": _list(draft, section, t)})
    return sections


def _list(draft: Draft, section: str, t: Callable[[str], str]) -> dict[str, Any] | None:
    listing = LISTING_BY_SECTION.get(section)
    if listing is None:
        return None
    entries = [
        [(t(field.name), display(field, entry[field.id], t)) for field in GROUPS[listing.group] if field.id in entry]
        for entry in draft.groups.get(listing.group, {}).values()
    ]
    return {"href": f"/notify/list/{listing.slug}?from=check", "title": t(listing.title), "entries": entries}


def second_answers(draft: Draft, t: Callable[[str], str]) -> list[tuple[str, str]]:
    """Return name and words of every unsettled answer of a second tab: it is kept, but not sent."""
    say = t("Two tabs gave two answers. This one is not sent: {answer}. Choose “Change” to use it.")
    return [
        (t(BY_ID[name].name), say.format(answer=display(BY_ID[name], answer, t)))
        for tabs in draft.second.values()
        for answers in tabs.values()
        for name, answer in answers.items()
    ]


async def check(request: web.Request) -> web.StreamResponse:
    """Show everything, with Change beside each answer."""
    opened = await opened_draft(request)
    t = visit(request).gettext
    notification = opened.draft.notification()
    found = doubts(notification, services(request).now().date())
    return page(
        request,
        services(request).renderer,
        "check.html",
        title=t("Check your answers"),
        sections=summary(opened.draft, t),
        files=opened.draft.files,
        wanting=[t(BY_ID[name].name) for name in wanting(notification)],
        doubts=[*second_answers(opened.draft, t), *((t(BY_ID[doubt.field].name), t(doubt.text)) for doubt in found)],
        panel=goes_to(request, notification),
        reference=opened.reference,
        version=opened.version,
        changed="changed" in request.query and not opened.draft.is_empty,
        empty=opened.draft.is_empty,
        back="/notify/tasks",
        timed=True,
    )


async def declare(request: web.Request) -> web.StreamResponse:
    """Explain what sending means."""
    opened = await opened_draft(request)
    draft = opened.draft
    if draft.is_empty:
        raise web.HTTPSeeOther("/notify/check")
    return page(
        request,
        services(request).renderer,
        "declaration.html",
        title=visit(request).gettext("Send the notification"),
        panel=goes_to(request, draft.notification()),
        reference=opened.reference,
        version=request.query.get("version", "")[:12],
        back="/notify/check",
        timed=True,
    )


async def send(request: web.Request) -> web.StreamResponse:
    """Seal and send, once, whatever the browser or the network repeats."""
    found = await drafts.of_session(services(request), visit(request).token)
    if isinstance(found, drafts.NoDraft):
        raise web.HTTPSeeOther("/notify/return?ended=1" if found is drafts.NoDraft.IDLE else "/notify/return")
    if not found.sent:
        account = await accounts.signed_in(services(request), visit(request).token)
        signed_in_as = account[0] if account is not None else None
        web_post = WebPost("notify", tls_of(request), visit(request).language, signed_in_as)
        version = first(request, "version", 12)
        # A connection that is lost, or a time limit, must not stop the deposit half-way.
        if not await asyncio.shield(asyncio.ensure_future(_send(services(request), found, web_post, version))):
            raise web.HTTPSeeOther("/notify/check?changed=1")
    raise web.HTTPSeeOther("/notify/sent")


async def _send(at: FormServices, opened: Opened, web_post: WebPost, version: str) -> bool:
    """Send the version that was checked; False if the answers have changed since, in another tab."""
    async with at.locks.hold(opened.reference):
        newest = await drafts.newest(at, opened)
        if newest.sent:
            return True
        if version != str(newest.version) or newest.draft.is_empty:
            return False
        sending = await drafts.begin_sending(at, newest)
        if sending is None:
            return True
        received_at = datetime.fromisoformat(sending.received_at)
        arrival = Arrival(
            sending.intake_id, newest.reference, MailboxName.SECURE, Channel.FORM, received_at, web=web_post
        )
        await deliver(at, arrival, parts(at, newest, web_post.language, received_at))
        await drafts.mark_sent(at, newest, web_post.signed_in_as)
        return True


def description(draft: Draft, language: str) -> dict[str, Any]:
    """Return the description of the post: the answers as they stand."""
    files = [
        {"name": one.name, "content_type": one.content_type, "size": one.size, "checked": one.checked}
        for one in draft.files
    ]
    return {"form": "notify", "language": language, **draft.description(), "files": files}


async def parts(at: FormServices, opened: Opened, language: str, sent_at: datetime) -> AsyncIterator[bytes]:
    """Yield the content of the post: the description, then the files as they are unsealed, never on disk in clear."""
    yield form_post.head(stamped(description(opened.draft, language), sent_at))
    for stored in opened.draft.files:
        async for piece in at.files.read(opened.key, stored):
            yield piece


async def sent(request: web.Request) -> web.StreamResponse:
    """Confirm: reference, what happens next, no content."""
    opened = await opened_draft(request, sent=True)
    return page(
        request,
        services(request).renderer,
        "sent.html",
        title=visit(request).gettext("Notification sent"),
        reference=opened.reference,
        panel=goes_to(request, opened.draft.notification()),
        journey=True,
        minutes=services(request).site.limits.sent_minutes,
        timed=True,
    )


async def next_child(request: web.Request) -> web.StreamResponse:
    """Begin the notification of another child of the same birth, with what both share filled in."""
    opened = await opened_draft(request, sent=True)
    return await begin(request, sibling(opened.draft), services(request).site.limits.draft_days)


def sibling(draft: Draft) -> Draft:
    """Return a draft with what the children of one birth share: notifier, home, family, professionals."""
    shared = {
        name: answer
        for name, answer in draft.fields.items()
        if name in _SHARED or BY_ID[name].section in ("notifier", "residence")
    }
    groups = {
        name: {entry_id: dict(entry) for entry_id, entry in found.items()} for name, found in draft.groups.items()
    }
    return Draft(shared, groups, [], [], draft.language)


def add_routes(app: web.Application) -> None:
    app.router.add_get("/notify/check", check)
    app.router.add_get("/notify/declaration", declare)
    app.router.add_post("/notify/send", send)
    app.router.add_get("/notify/sent", sent)
    app.router.add_post("/notify/next-child", next_child)
