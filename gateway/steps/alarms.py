"""Alarms: a content-free mail to the operator, at most one an hour for each kind, and a metric every time."""

from __future__ import annotations

from dataclasses import replace

from gateway.model.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.ids import DispatchId, uuid7
from gateway.model.kinds import ALARM_SENTENCES, AlarmKind, DispatchKind, DispatchState, MoveKind
from gateway.model.payload import Payload, pack_payload
from gateway.model.plan import TO_OPERATOR
from gateway.model.rows import AlarmRow, DispatchRow, Move
from gateway.stages.compose import Letter, message_id, write
from gateway.steps.tools import Tools


async def raise_alarm(tools: Tools, kind: AlarmKind) -> None:
    """Tell the operator. Within the hour after the last mail of this kind only the count rises."""
    tools.metrics.count("gateway_alarms", kind=kind.value)
    tools.journal.event("alarm", kind=kind.value)
    now = tools.clock.now()
    last = await tools.store.alarm(kind.value)
    if last is not None and now - last.last_sent_at < tools.patience.alarm_repeat:
        counted = replace(last, raised=last.raised + 1)
        await tools.store.commit(Move(MoveKind.ALARM, "worker", now, changed=(counted,), detail={"kind": kind.value}))
        return
    dispatch_id = DispatchId(uuid7(now, tools.draw()))
    identifier = message_id(dispatch_id, tools.office.domain)
    letter = Letter(
        author=tools.office.general_address,
        author_name="CDOP gateway",
        to=tools.office.operator,
        subject=f"CDOP gateway alarm: {kind.value}",
        body=f"{ALARM_SENTENCES[kind]}\n\nThe console shows which. Nothing confidential is in this message.\n",
        message_id=identifier,
        written_at=now,
    )
    payload = pack_payload(Payload("", ConfidentialText(tools.office.operator)), ConfidentialBytes(write(letter)))
    blob = await tools.outbox_blobs.seal(payload, "payload", now)
    row = DispatchRow(dispatch_id, DispatchKind.ALARM, TO_OPERATOR, DispatchState.QUEUED, identifier, blob.id, now)
    fresh = AlarmRow(kind, now)
    added = (blob, row, fresh) if last is None else (blob, row)
    changed = () if last is None else (replace(last, last_sent_at=now, raised=last.raised + 1),)
    move = Move(MoveKind.ALARM, "worker", now, added=added, changed=changed, detail={"kind": kind.value})
    await tools.store.commit(move)
