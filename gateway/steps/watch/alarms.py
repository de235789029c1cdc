"""Alarms: a content-free mail to the operator, at most one an hour for each kind, and a metric every time."""

from __future__ import annotations

from dataclasses import replace

from gateway.model.case.payload import Payload, pack_payload
from gateway.model.case.plan import TO_OPERATOR
from gateway.model.case.rows import AlarmRow, DispatchRow, Move, Row
from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.ids import DispatchId, uuid7
from gateway.model.kinds import ALARM_SENTENCES, AlarmKind, DispatchKind, DispatchState, MoveKind
from gateway.stages.answers.letter import Letter, message_id, write
from gateway.steps.tools import Tools

MOST_TRIES = 20


async def raise_alarm(tools: Tools, kind: AlarmKind) -> None:
    """Tell the operator of something that is no move of its own."""
    await commit_with_alarm(tools, Move(MoveKind.ALARM, "worker", tools.clock.now()), kind)


async def commit_with_alarm(tools: Tools, move: Move, kind: AlarmKind) -> bool:
    """Commit a move and its alarm in one transaction: what is held is never held in silence.

    Within the hour after the last mail of this kind only the count rises. False: another was first, and nothing
    was written; the caller's next round tries again.
    """
    if not await _committed(tools, move, kind):
        return False
    tools.metrics.count("gateway_alarms", kind=kind.value)
    tools.journal.event("alarm", kind=kind.value)
    return True


async def _committed(tools: Tools, move: Move, kind: AlarmKind) -> bool:
    """Commit, again where another move of this kind was first at the alarm's row: several are held side by side."""
    for _ in range(MOST_TRIES):
        before = await tools.store.alarm(kind.value)
        added, changed = await _alarm_rows(tools, kind, before)
        alarmed = replace(
            move,
            added=(*move.added, *added),
            changed=(*move.changed, *changed),
            detail={**move.detail, "alarm": kind.value},
        )
        if await tools.store.commit(alarmed):
            return True
        if await tools.store.alarm(kind.value) == before:
            return False  # it is the move itself that came too late
    return False


async def _alarm_rows(tools: Tools, kind: AlarmKind, last: AlarmRow | None) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Return the rows to add and to change: a mail to the operator, or only a higher count."""
    now = tools.clock.now()
    if last is not None and now - last.last_sent_at < tools.patience.alarm_repeat:
        return (), (replace(last, raised=last.raised + 1),)
    dispatch_id = DispatchId(uuid7(now, tools.draw()))
    identifier, address = message_id(dispatch_id, tools.office.domain), tools.office.told_of(kind)
    letter = Letter(
        kind=DispatchKind.ALARM,
        author=tools.office.general_address,
        author_name="CDOP gateway",
        to=address,
        subject=f"CDOP gateway alarm: {kind.value}",
        body=f"{ALARM_SENTENCES[kind]}\n\nThe console shows which. Nothing confidential is in this message.\n",
        message_id=identifier,
        written_at=now,
    )
    payload = pack_payload(Payload("", ConfidentialText(address)), ConfidentialBytes(write(letter)))
    blob = await tools.outbox_blobs.seal(payload, "payload", now)
    row = DispatchRow(dispatch_id, DispatchKind.ALARM, TO_OPERATOR, DispatchState.QUEUED, identifier, blob.id, now)
    if last is None:
        return (blob, row, AlarmRow(kind, now)), ()
    return (blob, row), (replace(last, last_sent_at=now, raised=last.raised + 1),)
