"""Take in what another panel's gateway sent: one case for each transfer, and a receipt tied to its hash.

What counts: it opened with our key, it bears the good signature of an enrolled panel, and its manifest names that
panel and us. Nothing that came this way is ever forwarded by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from gateway.model.case.plan import Plan
from gateway.model.case.rows import IntakeRow, Move, Row, TransferRow
from gateway.model.case.transfer_kind import TransferKind
from gateway.model.channel.arrival import Arrival
from gateway.model.content.intake_record import IntakeRecord, pack_record
from gateway.model.content.message import Mail
from gateway.model.ids import PanelId, uuid7
from gateway.model.kinds import (
    Channel,
    ContentEncryption,
    ContentSignature,
    HeldReason,
    IntakeKind,
    IntakeState,
    MailboxName,
    MoveKind,
)
from gateway.ports import Temporary
from gateway.stages.cases import decide
from gateway.stages.transfer import receipt, record
from gateway.stages.transfer.manifest import content_hash
from gateway.stages.transfer.take import Taken, TakeRefusal, complete, take
from gateway.steps.intake.assess import Assessment
from gateway.steps.intake.judge import record_of
from gateway.steps.intake.read import Reading
from gateway.steps.intake.readers import Readers
from gateway.steps.intake.settle import Transferred, settle
from gateway.steps.outbox.drafting.writing import Writing
from gateway.steps.tools import Tools


@dataclass(frozen=True, slots=True)
class Taker:
    """What taking in works with."""

    tools: Tools
    readers: Readers
    writing: Writing
    matching_key: bytes


@dataclass(frozen=True, slots=True)
class Come:
    """One message as it came."""

    row: IntakeRow
    arrival: Arrival
    reading: Reading
    assessment: Assessment


@dataclass(frozen=True, slots=True)
class _Gathered:
    """A transfer that is whole: its messages that were here before, and the case in one of them."""

    earlier: tuple[TransferRow, ...]
    case: record.Case


def recognise(readers: Readers, arrival: Arrival, reading: Reading) -> Taken | TakeRefusal | None:
    """Return the proved message of a transfer, why it is not taken, or None where it is no transfer at all."""
    content = reading.content
    from_panel = content.signature is ContentSignature.GOOD and content.signer is not None
    sealed = content.encrypted is ContentEncryption.OPENPGP and content.opened
    by_mail = arrival.channel is Channel.SMTP and arrival.mailbox is MailboxName.SECURE
    if not (from_panel and sealed and by_mail) or not isinstance(reading.mail, Mail):
        return None
    found = _judged(readers, reading.mail, PanelId(str(content.signer)), arrival)
    if found is TakeRefusal.NO_MANIFEST:
        return None
    if isinstance(found, Taken) and found.number is None:
        return TakeRefusal.UNREADABLE
    return found


def _judged(readers: Readers, mail: Mail, signer: PanelId, arrival: Arrival) -> Taken | TakeRefusal:
    own_parts = [part for part in mail.parts if not part.in_message]  # not what somebody passed on inside
    return take(own_parts, signer, readers.home_panel, arrival.received_at)


async def take_in(taker: Taker, come: Come, found: Taken | TakeRefusal) -> None:
    """Commit what one message of a transfer means: a case, a part that waits, a repeat, or a person's work."""
    if isinstance(found, TakeRefusal):
        await _hold(taker, come, HeldReason.TRANSFER_REFUSED, {"refusal": found.value})
        return
    known = await taker.tools.store.transfers(PanelId(found.manifest.sender), found.manifest.transfer)
    detail = {"from_panel": found.manifest.sender, "transfer": str(found.manifest.transfer)}
    sha256 = content_hash(found.manifest_bytes)
    if any(one.manifest_sha256 != sha256 for one in known):
        await _hold(taker, come, HeldReason.TRANSFER_REFUSED, {**detail, "refusal": "another_content"})
        return
    repeated = next((one for one in known if one.number == found.number), None)
    if repeated is not None:
        await _close_repeat(taker, come, repeated, detail)
        return
    replaced = next((one for one in known if one.taken_at is not None), None)
    if replaced is not None:  # a later packing of the same has been taken
        await _close_repeat(taker, come, replaced, detail)
        return
    here = _transfer_row(taker, come, found)
    if len(known) + 1 < found.manifest.messages:
        await _keep_part(taker, come, here, detail)
        return
    gathered = await _gather(taker, come, found, known)
    if gathered is None:
        await _hold(taker, come, HeldReason.TRANSFER_REFUSED, {**detail, "refusal": "not_whole"})
        return
    await _settle(taker, come, found, here, gathered, detail)


def _transfer_row(taker: Taker, come: Come, found: Taken) -> TransferRow:
    now = taker.tools.clock.now()
    return TransferRow(
        id=uuid7(now, taker.tools.draw()),
        sender=PanelId(found.manifest.sender),
        transfer=found.manifest.transfer,
        number=found.number or 1,
        kind=found.manifest.kind,
        manifest_sha256=content_hash(found.manifest_bytes),
        intake_id=come.row.id,
        received_at=come.arrival.received_at,
    )


async def _gather(taker: Taker, come: Come, found: Taken, known: list[TransferRow]) -> _Gathered | None:
    """Open the messages that waited, and return the transfer if every file of it is here, unchanged."""
    messages = [found]
    for row in known:
        blob = await taker.tools.store.blob(row.part_blob) if row.part_blob is not None else None
        if blob is None:
            return None
        mail = await taker.readers.mime.parse(await taker.tools.opener.open(blob))
        if not isinstance(mail, Mail):
            raise Temporary("transfer_part_unparsed")
        again = _judged(taker.readers, mail, row.sender, replace(come.arrival, received_at=row.received_at))
        if not isinstance(again, Taken):
            return None
        messages.append(again)
    cases = [message.case for message in messages if message.case is not None]
    if complete(messages) is None or len(cases) != 1:
        return None
    return _Gathered(tuple(known), cases[0])


async def _settle(
    taker: Taker, come: Come, found: Taken, here: TransferRow, gathered: _Gathered, detail: dict[str, str]
) -> None:
    tools, readers, case = taker.tools, taker.readers, gathered.case
    now = tools.clock.now()
    notifications = tuple(record.sendable(item, taker.writing.layout.fields, None) for item in case.notifications)
    kept = record_of(readers, come.arrival, come.reading, come.assessment, notifications, now)
    route = kept.routes[0] if kept.routes else None
    plan = decide.decide_transfer(found.manifest.kind, here.sender, len(notifications), route, readers.home_panel)
    made = None
    if found.manifest.kind is TransferKind.FORWARD:
        made = receipt.make(found.manifest, found.manifest_bytes, now, str(come.arrival.reference))
    waited = (*gathered.earlier, *await _replaced(taker, found))
    transferred = Transferred(
        receipt=made,
        first_received_at=min(case.first_received_at or come.arrival.received_at, come.arrival.received_at),
        added=(replace(here, taken_at=now),),
        changed=await _released(taker, waited),
        destroyed=tuple(row.part_blob for row in waited if row.part_blob is not None),
        detail={**detail, "transfer_kind": found.manifest.kind.value},
    )
    kept = replace(kept, plan=plan)
    opened = come.reading.opened
    if not await settle(tools, taker.writing, taker.matching_key, come.row, kept, opened, transferred=transferred):
        raise Temporary("another_was_first")
    tools.metrics.count("gateway_transfers_taken", kind=found.manifest.kind.value)


async def _replaced(taker: Taker, found: Taken) -> tuple[TransferRow, ...]:
    """Return what waits here of earlier packings by the same panel that the manifest says it replaces."""
    sender = PanelId(found.manifest.sender)
    rows = [await taker.tools.store.transfers(sender, transfer) for transfer in found.manifest.replaces or ()]
    return tuple(row for several in rows for row in several if row.taken_at is None)


async def _released(taker: Taker, earlier: tuple[TransferRow, ...]) -> tuple[IntakeRow | TransferRow, ...]:
    """Return the rows of the messages that waited, as they are once the transfer is whole."""
    now = taker.tools.clock.now()
    rows: list[IntakeRow | TransferRow] = [replace(row, part_blob=None, taken_at=now) for row in earlier]
    for transfer in earlier:
        waited = await taker.tools.store.intake(transfer.intake_id)
        if waited is not None:
            state = IntakeState.CLOSED if waited.state is IntakeState.HELD else waited.state
            rows.append(replace(waited, state=state, held_reason=None))
    return tuple(rows)


async def _keep_part(taker: Taker, come: Come, here: TransferRow, detail: dict[str, str]) -> None:
    """Hold one message of several until the others are here. Its content waits sealed to the worker."""
    opened = come.reading.opened
    if opened is None:
        raise ValueError("a message of a transfer was opened")
    now = taker.tools.clock.now()
    part = await taker.tools.work_blobs.seal(opened, "part", now)
    waiting = replace(here, part_blob=part.id)
    await _hold(taker, come, HeldReason.TRANSFER_INCOMPLETE, {**detail, "number": str(here.number)}, (part, waiting))


async def _close_repeat(taker: Taker, come: Come, first: TransferRow, detail: dict[str, str]) -> None:
    """Close what is here already, with a word in the audit: never a second case, never a second receipt."""
    closed = replace(
        come.row,
        state=IntakeState.CLOSED,
        kind=IntakeKind.NOTIFICATION,
        duplicate_of=first.intake_id,
        case_id=first.case_id,
    )
    await _kept(taker, come, closed, MoveKind.DECIDE, {**detail, "repeat_of": str(first.intake_id)})


async def _hold(
    taker: Taker,
    come: Come,
    reason: HeldReason,
    detail: dict[str, str],
    added: tuple[Row, ...] = (),
) -> None:
    held = replace(come.row, state=IntakeState.HELD, kind=IntakeKind.NOTIFICATION, held_reason=reason)
    await _kept(taker, come, held, MoveKind.HOLD, {**detail, "reason": reason.value}, added)


async def _kept(
    taker: Taker,
    come: Come,
    row: IntakeRow,
    kind: MoveKind,
    detail: dict[str, str],
    added: tuple[Row, ...] = (),
) -> None:
    """Commit one message that opens no case: its record is sealed for staff like any other's."""
    tools = taker.tools
    now = tools.clock.now()
    plan = Plan(IntakeKind.NOTIFICATION, row.state, row.held_reason)
    kept: IntakeRecord = replace(
        record_of(taker.readers, come.arrival, come.reading, come.assessment, (), now), plan=plan
    )
    blob = await tools.case_blobs.seal(pack_record(kept, come.reading.opened), "record", now)
    changed = replace(row, record_blob=blob.id, work_blob=None, next_attempt_at=None)
    move = Move(
        kind,
        "worker",
        now,
        added=(blob, *added),
        changed=(changed,),
        destroyed=() if row.work_blob is None else (row.work_blob,),
        intake_id=row.id,
        case_id=row.case_id,
        detail={"kind": IntakeKind.NOTIFICATION.value, "state": row.state.value, **detail},
    )
    if not await tools.store.commit(move):
        raise Temporary("another_was_first")
