"""The outbox: one dispatch at a time is encrypted where it must be, passed through the gate, and sent.

Encryption happens here, when a message is about to leave: a missing key holds a dispatch that exists. Sending is
at least once, with the Message-ID that the row fixed, so a repeat is recognisable.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import format_datetime

from gateway.model.case.payload import Payload, unpack_payload
from gateway.model.case.rows import BlobRow, DispatchRow, HandoverRow, Move, Row
from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.ids import BlobId, Fingerprint, PanelId
from gateway.model.kinds import (
    AlarmKind,
    DispatchHeldReason,
    DispatchKind,
    DispatchState,
    HandoverState,
    MoveKind,
)
from gateway.model.residence.panels import Panel, PanelRegister, PanelStatus
from gateway.ports import Delivery, DeliveryOutcome, NextHop, OpenPGP, OutboundMail, Permanent, Temporary
from gateway.stages.answers.automatic import marks
from gateway.stages.openpgp import ciphertext_gate, pgp_mime
from gateway.steps.outbox.drafting.transfer import room_for
from gateway.steps.outbox.drafting.writing import TRANSFER_KINDS
from gateway.steps.outbox.pack_again import Learned, Packer, learn, pack_again
from gateway.steps.tools import Tools
from gateway.steps.watch.alarms import commit_with_alarm

# Held for one of these, a dispatch is looked at again by itself: somebody may have mended the key or the register.
MENDABLE = frozenset(
    {
        DispatchHeldReason.NO_KEY,
        DispatchHeldReason.KEY_EXPIRED,
        DispatchHeldReason.KEY_REVOKED,
        DispatchHeldReason.KEY_NOT_PINNED,
        DispatchHeldReason.PANEL_NOT_CONFIRMED,
        DispatchHeldReason.NO_CONTACT,
    }
)
# The payload of these is kept after it was sent: it may have to go once more.
_KEPT_AFTER_SENT = frozenset({DispatchKind.FORWARD, DispatchKind.INFORM})


# What a person may withdraw though it was drafted without one.
_WITHDRAWABLE = frozenset({DispatchKind.FORWARD, DispatchKind.INFORM})
_TOO_BIG = " 5.3.4"  # message too big for system: RFC 3463 section 3.4
# Fields outside the encryption whose very value the gate is told.
_EXACT = frozenset({"from", "to", "message-id", "auto-submitted"})


@dataclass(frozen=True, slots=True)
class Outbound:
    """What sending takes besides the tools. ``register`` is asked anew each time: it may have been mended."""

    next_hop: NextHop
    openpgp: OpenPGP
    packer: Packer
    register: Callable[[], PanelRegister]
    backoff: Callable[[int], timedelta]  # from the number of failed attempts
    give_up: timedelta
    receipt_within: timedelta  # a forward is acknowledged by then
    has_room: Callable[[], bool] = lambda: True  # on disk, to write down that something was sent


class _Hold(Exception):
    """The dispatch cannot leave now, for a reason that is not the network's."""

    def __init__(self, reason: DispatchHeldReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


async def deliver(tools: Tools, outbound: Outbound, row: DispatchRow) -> None:
    """Try one queued dispatch once, and commit what came of it.

    Temporary("disk_full") where it could not be written down afterwards: it would leave again in every round.
    """
    if not await asyncio.to_thread(outbound.has_room):
        raise Temporary("disk_full")
    blob = await tools.store.blob(row.payload_blob) if row.payload_blob is not None else None
    if blob is None:
        await hold_dispatch(tools, row, DispatchHeldReason.ENCRYPTION_FAILED)
        return
    payload, content = unpack_payload(await tools.opener.open(blob))
    try:
        mail = await _outbound_mail(tools, outbound, row, payload, content)
    except _Hold as held:
        await hold_dispatch(tools, row, held.reason)
        return
    except Temporary as broken:  # gpg itself: it is tried again as a server that is down would be, and seen to wait
        waits = Delivery(DeliveryOutcome.TEMPORARY, broken.code)
        await _failed(tools, outbound, row, waits, AlarmKind.ENCRYPTION_DOWN)
        return
    if row.kind in TRANSFER_KINDS:
        room = await room_for(tools, outbound.packer.writing, row.to)
        if len(mail.message) > room and await pack_again(tools, outbound.packer, row, room):
            return
    leaving = await _leaving(tools, row)
    if leaving is None:
        return  # withdrawn, cancelled or changed while it was made ready
    row = leaving
    delivery = await outbound.next_hop.send(mail)
    tools.metrics.count("gateway_sends", kind=row.kind.value, outcome=delivery.outcome.value)
    if delivery.outcome is DeliveryOutcome.SENT:
        await _sent(tools, outbound, row, delivery, blob)
    else:
        await _failed(tools, outbound, row, delivery)


async def _leaving(tools: Tools, row: DispatchRow) -> DispatchRow | None:
    """Write down that the message leaves now. None where somebody was first: then it must not leave.

    What nobody can withdraw needs no such line: sending twice is recognisable by its Message-ID.
    """
    if row.instruction_id is None and row.kind not in _WITHDRAWABLE:
        return row
    now = tools.clock.now()
    leaving = replace(row, leaving_at=now)
    if not await tools.store.commit(_move(MoveKind.LEAVING, row, now, (leaving,), {"kind": row.kind.value})):
        return None
    return replace(leaving, version=row.version + 1)


async def _outbound_mail(
    tools: Tools, outbound: Outbound, row: DispatchRow, payload: Payload, content: ConfidentialBytes
) -> OutboundMail:
    if payload.panel is None:
        address = payload.forward_path.reveal()
        return OutboundMail(row.id, payload.reverse_path, address, content.reveal(), row.to)
    address, fingerprint = receiver(outbound.register(), payload.panel, tools.clock.now())
    message = await _encrypted(tools, outbound, row, address, fingerprint, payload.subject, content)
    return OutboundMail(row.id, payload.reverse_path, address, message, row.to)


def receiver(register: PanelRegister, panel_id: PanelId, now: datetime) -> tuple[str, Fingerprint]:
    """Return address and pinned key of a panel, as the register has them today. Raises the reason to hold."""
    panel: Panel | None = register.panel(panel_id)
    if panel is None or panel.status is not PanelStatus.CONFIRMED:
        raise _Hold(DispatchHeldReason.PANEL_NOT_CONFIRMED)
    contact = panel.contact(now.date())
    if contact is None:
        raise _Hold(DispatchHeldReason.NO_CONTACT)
    if panel.fingerprint is None:
        raise _Hold(DispatchHeldReason.KEY_NOT_PINNED)
    return contact.email, panel.fingerprint


async def _encrypted(
    tools: Tools,
    outbound: Outbound,
    row: DispatchRow,
    address: str,
    fingerprint: Fingerprint,
    subject: ConfidentialText,
    content: ConfidentialBytes,
) -> bytes:
    """Return the PGP/MIME message, once the gate has let it through."""
    reason = await outbound.openpgp.usable(fingerprint)
    if reason is not None:
        raise _Hold(reason)
    outer = outer_fields(tools.office.secure_address, address, row)
    entity = pgp_mime.protect(outer, subject.reveal(), content.reveal())
    try:
        armoured = await outbound.openpgp.encrypt_and_sign(ConfidentialBytes(entity), (fingerprint,))
        subkeys = await outbound.openpgp.encryption_subkeys((fingerprint,))
    except Permanent as refused:
        # A key may have expired since it was asked: then that is the reason, and mending the key mends the dispatch.
        raise _Hold(await outbound.openpgp.usable(fingerprint) or _reason(refused.code)) from None
    message = pgp_mime.build(outer, armoured)
    expected = {name.lower(): value for name, value in outer if name.lower() in _EXACT}
    if not ciphertext_gate.check(message, subkeys, ciphertext_gate.GateRules(headers=expected)).passes:
        raise _Hold(DispatchHeldReason.GATE_REFUSED)
    return message


def outer_fields(author: str, address: str, row: DispatchRow) -> tuple[tuple[str, str], ...]:
    """Return the header fields outside the encryption: addresses, a constant subject, date, fixed id, automatic mark.

    Only Auto-Submitted of the marks: the gate's list of fields is closed, and it is the one that RFC 3834 knows.
    """
    return (
        ("From", author),
        ("To", address),
        ("Subject", pgp_mime.OUTER_SUBJECT),
        ("Date", format_datetime(row.created_at)),
        ("Message-ID", row.message_id),
        *((name, value) for name, value in marks(row.kind) if name == "Auto-Submitted"),
    )


def _reason(code: str) -> DispatchHeldReason:
    try:
        return DispatchHeldReason(code)
    except ValueError:
        return DispatchHeldReason.ENCRYPTION_FAILED


async def _sent(tools: Tools, outbound: Outbound, row: DispatchRow, delivery: Delivery, blob: BlobRow) -> None:
    now = tools.clock.now()
    keeps = row.kind in _KEPT_AFTER_SENT
    sent = replace(
        row,
        state=DispatchState.SENT,
        sent_at=now,
        attempts=row.attempts + 1,
        last_code=delivery.code,
        next_attempt_at=None,
        leaving_at=None,
        payload_blob=row.payload_blob if keeps else None,
    )
    changed: list[Row] = [sent]
    handover = await _handover(tools, row)
    if handover is not None:
        state = HandoverState.SENT if handover.state is HandoverState.PROPOSED else handover.state
        due_at = handover.due_at or now + outbound.receipt_within
        changed.append(replace(handover, state=state, sent_at=handover.sent_at or now, due_at=due_at))
    destroyed = () if keeps else (blob.id,)
    detail = {"kind": row.kind.value, "to": row.to, "code": delivery.code}
    await tools.store.commit(_move(MoveKind.SENT, row, now, tuple(changed), detail, destroyed))


async def _handover(tools: Tools, row: DispatchRow) -> HandoverRow | None:
    if row.case_id is None:
        return None
    found = [handover for handover in await tools.store.handovers(row.case_id) if handover.dispatch_id == row.id]
    return found[0] if found else None


async def _failed(
    tools: Tools,
    outbound: Outbound,
    row: DispatchRow,
    delivery: Delivery,
    alarm: AlarmKind = AlarmKind.NEXT_HOP_DOWN,
) -> None:
    now = tools.clock.now()
    if delivery.max_bytes is not None or delivery.code.endswith(_TOO_BIG):
        await _too_big(tools, outbound, row, delivery)
        return
    if delivery.outcome is DeliveryOutcome.PERMANENT:
        await hold_dispatch(tools, replace(row, last_code=delivery.code), DispatchHeldReason.REFUSED_BY_NEXT_HOP)
        return
    if now - row.created_at > outbound.give_up:
        await hold_dispatch(tools, replace(row, last_code=delivery.code), DispatchHeldReason.QUEUED_TOO_LONG)
        return
    attempts = row.attempts + 1
    next_attempt_at = now + outbound.backoff(attempts)
    waiting = replace(row, attempts=attempts, next_attempt_at=next_attempt_at, last_code=delivery.code, leaving_at=None)
    detail = {"kind": row.kind.value, "to": row.to, "code": delivery.code}
    move = _move(MoveKind.SEND_FAILED, row, now, (waiting,), detail)
    wrong = delivery.outcome is DeliveryOutcome.WRONG_CERTIFICATE
    if wrong or attempts > 1:
        await commit_with_alarm(tools, move, AlarmKind.DISPATCH_HELD if wrong else alarm)
    else:
        await tools.store.commit(move)


async def _too_big(tools: Tools, outbound: Outbound, row: DispatchRow, delivery: Delivery) -> None:
    """Keep what the server announced, and send the transfer in messages that fit; hold what cannot be divided."""
    noted = replace(row, last_code=delivery.code)
    learned = Learned()
    if delivery.max_bytes is not None:
        learned = await learn(tools, row.to, delivery.max_bytes)
        if row.kind in TRANSFER_KINDS and await pack_again(tools, outbound.packer, noted, delivery.max_bytes, learned):
            return
    await hold_dispatch(tools, noted, DispatchHeldReason.TOO_BIG, learned)


async def hold_dispatch(
    tools: Tools, row: DispatchRow, reason: DispatchHeldReason, learned: Learned | None = None
) -> None:
    """Hold a dispatch with its reason, and tell the operator in the same move."""
    now = tools.clock.now()
    case = await tools.store.case(row.case_id) if row.case_id is not None else None
    held = replace(
        row,
        state=DispatchState.HELD,
        held_reason=reason,
        next_attempt_at=None,
        leaving_at=None,
        case_version=case.version if case is not None else None,
    )
    detail = {"kind": row.kind.value, "to": row.to, "reason": reason.value}
    move = (learned or Learned()).within(_move(MoveKind.HOLD_DISPATCH, row, now, (held,), detail))
    if row.kind is DispatchKind.ALARM:  # an alarm about an alarm would not arrive either
        await tools.store.commit(move)
    else:
        await commit_with_alarm(tools, move, AlarmKind.DISPATCH_HELD)


async def mend(tools: Tools, outbound: Outbound, row: DispatchRow) -> bool:
    """Queue a held dispatch again if what held it has been mended. True if it was queued."""
    if row.held_reason not in MENDABLE or not row.to.startswith("panel:"):
        return False
    panel_id = PanelId(row.to.removeprefix("panel:"))
    try:
        _, fingerprint = receiver(outbound.register(), panel_id, tools.clock.now())
    except _Hold:
        return False
    if await outbound.openpgp.usable(fingerprint) is not None:
        return False
    case = await tools.store.case(row.case_id) if row.case_id is not None else None
    if case is not None and case.version != row.case_version:  # what was held does not leave unasked after a change
        await hold_dispatch(tools, row, DispatchHeldReason.CASE_CHANGED)
        return False
    return await _requeue(tools, row)


async def _requeue(tools: Tools, row: DispatchRow) -> bool:
    """Queue a held dispatch again. False if another was first."""
    detail = {"kind": row.kind.value, "to": row.to}
    return await tools.store.commit(_move(MoveKind.MEND_DISPATCH, row, tools.clock.now(), (requeued(row),), detail))


def requeued(row: DispatchRow) -> DispatchRow:
    """Return a held dispatch as it waits to be sent again."""
    return replace(row, state=DispatchState.QUEUED, held_reason=None, next_attempt_at=None)


def _move(
    kind: MoveKind,
    row: DispatchRow,
    now: datetime,
    changed: tuple[Row, ...],
    detail: dict[str, str],
    destroyed: tuple[BlobId, ...] = (),
) -> Move:
    return Move(
        kind,
        "worker",
        now,
        changed=changed,
        destroyed=destroyed,
        intake_id=row.intake_id,
        case_id=row.case_id,
        dispatch_id=row.id,
        detail=detail,
    )
