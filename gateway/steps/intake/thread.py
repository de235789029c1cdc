"""Remember a thread of the general mailbox: what earlier messages of it named, and the tokens they were given.

A thread is known by a blind index of its first Message-ID, whoever writes in it, or by our own message that a message
answers. What is remembered lies beside the dispatch to the general inbox, sealed to the worker.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from uuid import UUID

from gateway.model.case.plan import TO_GENERAL_INBOX
from gateway.model.case.rows import DispatchRow
from gateway.model.content.message import Mail, Unparsed
from gateway.model.content.thread import Remembered, together, unpack_remembered
from gateway.model.ids import DispatchId
from gateway.stages.cases.threads import thread_index
from gateway.steps.tools import Tools

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_MOST_OWN = 20  # of our own ids in one message
_MOST_MESSAGES = 50  # of one thread
_READ = 10_000  # characters of one field


def everybodys_thread(mail: Mail, matching_key: bytes) -> str | None:
    """Return the index of the thread whoever writes in it; None where the message has no id at all."""
    return thread_index(mail, "", matching_key)


async def remembered(tools: Tools, mail: Mail | Unparsed | None, matching_key: bytes) -> Remembered:
    """Return what the thread of a message is known to hold; nothing for what is no mail."""
    if not isinstance(mail, Mail):
        return Remembered()
    index = everybodys_thread(mail, matching_key)
    rows = await tools.store.dispatches(thread_index=index) if index is not None else []
    for dispatch_id in _answered(mail, tools.office.domain):
        sent = await tools.store.dispatch(dispatch_id)
        if sent is not None and sent.intake_id is not None:
            rows += await tools.store.dispatches(intake_id=sent.intake_id)
    return together([await beside(tools, row) for row in _once(rows)])


async def beside(tools: Tools, row: DispatchRow) -> Remembered:
    """Return what lies beside one dispatch to the general inbox; nothing where it has nothing."""
    blob = await tools.store.blob(row.reply_blob) if row.reply_blob is not None else None
    return unpack_remembered(await tools.opener.open(blob)) if blob is not None else Remembered()


def _once(rows: Sequence[DispatchRow]) -> list[DispatchRow]:
    of_inbox = {row.id: row for row in rows if row.to == TO_GENERAL_INBOX}
    return sorted(of_inbox.values(), key=lambda row: (row.created_at, row.id))[:_MOST_MESSAGES]


def _answered(mail: Mail, domain: str) -> list[DispatchId]:
    """Return the ids of our own messages that a message says it follows (RFC 5322 section 3.6.4)."""
    own = re.compile(rf"<({_UUID})@{re.escape(domain)}>", re.IGNORECASE)
    said = " ".join(value.reveal()[:_READ] for name in ("references", "in-reply-to") for value in mail.values(name))
    ids = dict.fromkeys(match.group(1).lower() for match in own.finditer(said))
    return [DispatchId(UUID(found)) for found in list(ids)[:_MOST_OWN]]
