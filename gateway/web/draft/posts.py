"""One post, once: a form that is sent twice, after Back or on a lost connection, is one arrival."""

from __future__ import annotations

import asyncio
import hmac
import sqlite3
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from aiohttp import web

from gateway.model import ids
from gateway.model.channel.arrival import Arrival, Tls, WebPost
from gateway.model.form import form_post
from gateway.model.ids import IntakeId, Reference
from gateway.model.kinds import Channel, MailboxName
from gateway.ports import Temporary
from gateway.web.services import FormServices

_KEPT_S = 24 * 3600.0  # how long a repeat is recognised


@dataclass(frozen=True, slots=True)
class Post:
    """One post as the form store knows it."""

    intake_id: IntakeId
    reference: Reference
    received_at: datetime
    sent: bool


def tls_of(request: web.Request) -> Tls | None:
    """Return the TLS session of the browser's connection, if it ends here."""
    session = request.transport.get_extra_info("ssl_object") if request.transport is not None else None
    if session is None:
        return None
    cipher = session.cipher()
    return Tls(session.version() or "", cipher[0] if cipher else "")


async def send_once(
    services: FormServices, request: web.Request, post_id: str, description: Mapping[str, Any]
) -> Reference:
    """Deposit a post without files and return its reference; the same post again returns the same reference.

    ``post_id`` is the random value hidden in the form. The same form with other answers is another post.
    """
    post_hash = hmac.digest(post_id.encode(), form_post.head(description), "sha256")
    web_post = WebPost(str(description["form"]), tls_of(request), str(description.get("language", "en")))
    # A connection that is lost, or a time limit, must not stop the deposit half-way.
    return await asyncio.shield(asyncio.ensure_future(_send(services, post_hash, description, web_post)))


async def _send(
    services: FormServices, post_hash: bytes, description: Mapping[str, Any], web_post: WebPost
) -> Reference:
    async with services.locks.hold(post_hash):
        post = await _begin(services, post_hash)
        if not post.sent:
            mailbox = MailboxName.SECURE if web_post.form == "notify" else MailboxName.GENERAL
            arrival = Arrival(post.intake_id, post.reference, mailbox, Channel.FORM, post.received_at, web=web_post)
            await deliver(services, arrival, _once(form_post.head(stamped(description, post.received_at))))
            await services.form_store.run(
                lambda db: db.execute("UPDATE posts SET sent = 1 WHERE post_hash = ?", (post_hash,))
            )
    return post.reference


def stamped(description: Mapping[str, Any], sent_at: datetime) -> Mapping[str, Any]:
    """Return a notification's description with the time of sending as the time of the notification."""
    if description["form"] != "notify":
        return description
    moment = {"value": sent_at.strftime("%Y-%m-%d %H:%M UTC"), "state": "known"}
    return {**description, "fields": {**description["fields"], "notification_datetime": moment}}


async def deliver(services: FormServices, arrival: Arrival, parts: AsyncIterator[bytes]) -> None:
    """Hand an arrival over. Temporary if it was not kept in time."""
    try:
        async with asyncio.timeout(services.site.limits.deposit_timeout_s):
            await services.deposit.deposit(arrival, parts)
    except TimeoutError:
        raise Temporary("deposit_time") from None


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def _begin(services: FormServices, post_hash: bytes) -> Post:
    now = services.now()
    intake_id = ids.uuid7(now, services.entropy(ids.ENTROPY_BYTES))
    reference = ids.reference(services.entropy(ids.ENTROPY_BYTES))

    def work(db: sqlite3.Connection) -> Post:
        db.execute(
            "INSERT OR IGNORE INTO posts (post_hash, intake_id, reference, received_at, expires_at)"
            " VALUES (?, ?, ?, ?, ?)",
            (post_hash, str(intake_id), reference, now.isoformat(), now.timestamp() + _KEPT_S),
        )
        row = db.execute(
            "SELECT intake_id, reference, received_at, sent FROM posts WHERE post_hash = ?", (post_hash,)
        ).fetchone()
        return Post(
            IntakeId(UUID(row["intake_id"])),
            Reference(row["reference"]),
            datetime.fromisoformat(row["received_at"]),
            bool(row["sent"]),
        )

    return await services.form_store.run(work)
