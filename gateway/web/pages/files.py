"""Documents: a page of their own, kept whatever happens elsewhere, sealed while they stream in."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass

from aiohttp import BodyPartReader, web

from gateway.web.draft import scanner
from gateway.web.draft.draft import Draft, StoredFile
from gateway.web.draft.drafts import Opened, save
from gateway.web.draft.filetypes import HEAD_BYTES, file_type, tidy_name
from gateway.web.guard.safety import check_csrf, first
from gateway.web.guard.visit import visit
from gateway.web.pages.entrance import opened_draft
from gateway.web.render import page
from gateway.web.services import FormServices, services

_MAX_TOKEN = 200


@dataclass(frozen=True, slots=True)
class RefusedUpload:
    """A file that was not kept, and why."""

    name: str
    text: str


async def show(request: web.Request) -> web.StreamResponse:
    """Show what is attached, and the way to attach more."""
    return _page(request, await opened_draft(request), [], 200)


async def upload(request: web.Request) -> web.StreamResponse:
    """Take the files of one post. Each is kept or refused on its own."""
    opened = await opened_draft(request)
    if request.content_type != "multipart/form-data":
        raise web.HTTPUnsupportedMediaType
    at, refused, checked, done = services(request), [], False, False
    parts = await request.multipart()
    while True:
        async with asyncio.timeout(at.site.limits.chunk_timeout_s):
            part = await parts.next()
        if part is None:
            break
        if not isinstance(part, BodyPartReader):
            raise web.HTTPBadRequest
        if part.name == "csrf":
            check_csrf(request, await _token(at, part))
            checked = True
        elif not checked:  # the token comes first, so that nothing is kept for a stranger
            raise web.HTTPForbidden
        elif part.name == "files" and part.filename:
            outcome = await _take(request, opened, part)
            refused += [outcome] if outcome is not None else []
        elif part.name == "then":  # "Continue": what was chosen is attached first
            done = True
    opened = await opened_draft(request)
    if refused:
        return _page(request, opened, refused, 422)
    raise web.HTTPSeeOther("/notify/tasks" if done else "/notify/files")


async def _token(at: FormServices, part: BodyPartReader) -> str:
    async with asyncio.timeout(at.site.limits.chunk_timeout_s):
        return (await part.read_chunk(_MAX_TOKEN)).decode("ascii", errors="replace")


async def _take(request: web.Request, opened: Opened, part: BodyPartReader) -> RefusedUpload | None:
    """Stream one file through the scanner into a sealed file; say why if it is not kept."""
    at, t = services(request), visit(request).gettext
    name = tidy_name(part.filename or "")
    newest = (await opened_draft(request)).draft
    most, room = at.site.limits, at.site.limits.max_files_bytes - sum(one.size for one in newest.files)
    if len(newest.files) >= most.max_files:
        await _drain(at, part)
        return RefusedUpload(name, t("{name}: you can attach up to {n} files").format(name=name, n=most.max_files))
    file_id = at.entropy(16).hex()
    await at.form_store.run(lambda db: _enter(at, db, file_id, opened.reference))
    writing = await at.files.begin(opened.key, file_id)
    scan, head, problem = await scanner.begin(at.scanner), b"", ""
    kept = False
    try:
        async for piece in _pieces(at, part):
            head = (head + piece)[:HEAD_BYTES] if len(head) < HEAD_BYTES else head
            if writing.size + len(piece) > min(most.max_file_bytes, room):
                problem = t("{name}: the file is too big. Each may have 25 MB, all together 100 MB.").format(name=name)
                break
            await writing.write(piece)
            if scan is not None:
                await scan.write(piece)
        content_type = file_type(head)
        checked = await scanner.checked(scan)
        if not problem and (content_type is None or writing.size == 0):
            problem = t("{name}: send a PDF, a Word document (.docx), a picture, or a saved email").format(name=name)
        if not problem and content_type is not None:
            await writing.finish()
            stored = StoredFile(file_id, name, content_type, writing.size, checked)
            await save(at, opened, lambda draft: draft.files.append(stored))
            kept = True
    finally:
        if not kept:
            writing.drop()
    if problem:
        await _drain(at, part)
        return RefusedUpload(name, problem)
    return None


async def _pieces(at: FormServices, part: BodyPartReader) -> AsyncIterator[bytes]:
    while True:
        async with asyncio.timeout(at.site.limits.chunk_timeout_s):
            piece = await part.read_chunk(65536)
        if not piece:
            return
        yield piece


async def _drain(at: FormServices, part: BodyPartReader) -> None:
    """Read and discard the rest of a refused file, up to one file's limit: others in the post may be good."""
    left = at.site.limits.max_files_bytes
    async for piece in _pieces(at, part):
        left -= len(piece)
        if left < 0:
            raise web.HTTPRequestEntityTooLarge(at.site.limits.max_files_bytes, at.site.limits.max_files_bytes + 1)


def _enter(at: FormServices, db: sqlite3.Connection, file_id: str, reference: str) -> None:
    """Record the file before it is written, so that the sweep finds it whatever happens."""
    expires = at.now().timestamp() + at.site.limits.draft_days * 86400 * 2
    db.execute("INSERT INTO files (file_id, reference, expires_at) VALUES (?, ?, ?)", (file_id, reference, expires))


async def remove(request: web.Request) -> web.StreamResponse:
    """Remove a file from the form."""
    opened = await opened_draft(request)
    file_id = first(request, "file", 64)
    known = {one.file_id for one in opened.draft.files}
    await save(services(request), opened, lambda draft: _drop(draft, file_id))
    if file_id in known:
        await services(request).files.remove([file_id])
    raise web.HTTPSeeOther("/notify/files")


def _drop(draft: Draft, file_id: str) -> None:
    draft.files = [one for one in draft.files if one.file_id != file_id]


def _page(request: web.Request, opened: Opened, refused: list[RefusedUpload], status: int) -> web.Response:
    return page(
        request,
        services(request).renderer,
        "files.html",
        status,
        title=visit(request).gettext("Documents"),
        files=opened.draft.files,
        errors=[{"text": one.text, "href": "#files"} for one in refused],
        back="/notify/tasks",
        reference=opened.reference,
        timed=True,
    )


def add_routes(app: web.Application) -> None:
    app.router.add_get("/notify/files", show)
    app.router.add_post("/notify/files", upload)
    app.router.add_post("/notify/files/remove", remove)
