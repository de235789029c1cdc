"""Once a day, one message to the general inbox: which messages were taken for spam. References and times only.

Everything is derived from rows: a day's list is what the audit says was decided in that day, and its dispatch bears
an id made from the day. So it is written once, whatever restarts, and a day that the worker slept through is made up.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from gateway.model.case.payload import Payload, pack_payload
from gateway.model.case.plan import TO_GENERAL_INBOX
from gateway.model.case.rows import DispatchRow, IntakeRow, Move
from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.ids import ENTROPY_BYTES, DispatchId, uuid7
from gateway.model.kinds import DispatchKind, DispatchState, IntakeKind, MoveKind
from gateway.stages.answers.automatic import reverse_path
from gateway.stages.answers.letter import Letter, message_id, write
from gateway.steps.outbox.drafting.writing import token
from gateway.steps.tools import Tools

HOUR_UTC = 6  # a day's list ends here, so that it lies in the inbox when the office opens
SETTLE = timedelta(minutes=15)  # a decision bears the time at which it began: wait until the last one stands
LOOK_BACK = timedelta(days=35)


async def write_digests(tools: Tools) -> int:
    """Write the list of every day that is over and has none yet. Return how many were written. Safe to repeat."""
    now = tools.clock.now()
    of_day: defaultdict[datetime, list[IntakeRow]] = defaultdict(list)
    for row, decided_at in await tools.store.decided(IntakeKind.SPAM_SUSPECTED, now - LOOK_BACK):
        of_day[end_of_day(decided_at)].append(row)
    written = 0
    for end, rows in sorted(of_day.items()):
        is_over = now >= end + SETTLE and end - timedelta(days=1) >= now - LOOK_BACK
        if is_over and await tools.store.dispatch(digest_id(end)) is None:
            written += await _write(tools, end, rows)
    return written


def end_of_day(at: datetime) -> datetime:
    """Return the end of the day that an instant belongs to: the next ``HOUR_UTC``."""
    end = at.replace(hour=HOUR_UTC, minute=0, second=0, microsecond=0)
    return end if at < end else end + timedelta(days=1)


def digest_id(end: datetime) -> DispatchId:
    """Return the id of a day's list: always the same, so that a second one cannot be written."""
    return DispatchId(uuid7(end, hashlib.sha256(b"spam digest").digest()[:ENTROPY_BYTES]))


async def _write(tools: Tools, end: datetime, rows: Sequence[IntakeRow]) -> bool:
    now, office = tools.clock.now(), tools.office
    dispatch_id, handle = digest_id(end), token(tools.draw())
    identifier = message_id(dispatch_id, office.domain)
    letter = Letter(
        kind=DispatchKind.DIGEST,
        author=office.general_address,
        author_name=office.panel_name,
        to=office.general_inbox,
        subject=f"Suspected spam: {len(rows)} in the day to {end:%d %B %Y}",
        body=_body(rows, end, office.console_url),
        message_id=identifier,
        written_at=now,
    )
    path = reverse_path(DispatchKind.DIGEST, f"bounce+{handle}@{office.domain}")
    payload = pack_payload(Payload(path, ConfidentialText(office.general_inbox)), ConfidentialBytes(write(letter)))
    blob = await tools.outbox_blobs.seal(payload, "payload", now)
    dispatch = DispatchRow(
        id=dispatch_id,
        kind=DispatchKind.DIGEST,
        to=TO_GENERAL_INBOX,
        state=DispatchState.QUEUED,
        message_id=identifier,
        payload_blob=blob.id,
        created_at=now,
        token=handle,
    )
    detail = {"count": str(len(rows)), "day_ends": end.isoformat()}
    move = Move(MoveKind.DIGEST, "worker", now, added=(blob, dispatch), dispatch_id=dispatch_id, detail=detail)
    return await tools.store.commit(move)  # False: another worker has just written it


def _body(rows: Sequence[IntakeRow], end: datetime, console_url: str) -> str:
    lines = "".join(f"  {row.reference}   {row.received_at:%Y-%m-%d %H:%M} UTC\n" for row in rows)
    return (
        "Messages to the general mailbox that were taken for spam,\n"
        f"in the 24 hours to {end:%Y-%m-%d %H:%M} UTC: {len(rows)}\n\n"
        "Nothing of them is shown here, none was answered, and none was deleted.\n\n"
        f"{lines}\n"
        "If you expect a message that may be among them, find it by its reference\n"
        f"in the console: {console_url}\n"
        "An authorised person can read it and release it there.\n"
    )
