"""A transfer that its receiver's server does not take so large leaves in smaller messages, without a person.

Everything that a transfer holds stands in the payloads of its messages, so it is taken apart as its receiver would do
it and composed anew, with a uuid of its own. Its manifest says what it replaces: messages of the first packing that had
left already are closed by the receiver once the new ones are there, and never become a case.
One move cancels the old messages, adds the new ones and points the hand-over at them: all of it, or nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from gateway.model.case.payload import unpack_payload
from gateway.model.case.rows import DispatchRow, HandoverRow, Move, ReceiverRow, Row
from gateway.model.content.message import Mail
from gateway.model.ids import DispatchId, PanelId, uuid7
from gateway.model.kinds import DispatchState, MoveKind
from gateway.ports import MimeParser
from gateway.stages.cases.neighbour_link import Link, with_link
from gateway.stages.transfer.compose import Composed, Transfer
from gateway.stages.transfer.files import RESERVED, File
from gateway.stages.transfer.record import Case
from gateway.stages.transfer.take import Taken, complete, take
from gateway.steps.outbox.bounces import handover_of
from gateway.steps.outbox.drafting.transfer import answering, composed, transfer_rows
from gateway.steps.outbox.drafting.writing import Writing
from gateway.steps.tools import Tools

MAX_REPLACED = 20  # as many as a manifest may name


@dataclass(frozen=True, slots=True)
class Packer:
    """What packing again takes besides the tools."""

    writing: Writing
    mime: MimeParser


@dataclass(frozen=True, slots=True)
class Learned:
    """The rows that keep what a receiver's server announced."""

    added: tuple[ReceiverRow, ...] = ()
    changed: tuple[ReceiverRow, ...] = ()

    def within(self, move: Move) -> Move:
        """Return the move with these rows in it."""
        return replace(move, added=(*move.added, *self.added), changed=(*move.changed, *self.changed))


@dataclass(frozen=True, slots=True)
class _Whole:
    """One transfer taken apart: the rows of its messages, its case and its files."""

    rows: tuple[DispatchRow, ...]
    first: Taken
    case: Case
    files: tuple[File, ...]
    largest_bytes: int  # of a message of it, before encryption


async def learn(tools: Tools, to: str, max_bytes: int) -> Learned:
    """Return the rows that keep the SIZE a receiver's server announced (RFC 1870)."""
    now, known = tools.clock.now(), await tools.store.receiver(to)
    if known is None:
        return Learned(added=(ReceiverRow(to, max_bytes, now),))
    return Learned(changed=(replace(known, max_bytes=max_bytes, learned_at=now),))


async def pack_again(
    tools: Tools, packer: Packer, row: DispatchRow, max_bytes: int, learned: Learned | None = None
) -> bool:
    """Replace all messages of the transfer that ``row`` belongs to by smaller ones. False: that cannot be done.

    It cannot where a part of the transfer is not there any more, where not even the notification fits in a message of
    ``max_bytes``, and where the largest message would be as large again: so this comes to an end.
    """
    whole = await _whole(tools, packer, row)
    if whole is None or row.case_id is None:
        return False
    link, how = answering(tools, row.kind)
    now = tools.clock.now()
    transfer = Transfer(
        case=whole.case,
        sender=tools.office.panel,
        receiver=PanelId(whole.first.manifest.receiver),
        transfer=uuid7(now, tools.draw()),
        case_id=row.case_id,
        sequence=whole.first.manifest.sequence,
        time=now,
        answering=how,
        replaces=(*(whole.first.manifest.replaces or ()), whole.first.manifest.transfer)[-MAX_REPLACED:],
        originals=tuple(file for file in whole.files if file.name.reveal() not in RESERVED),
    )
    try:
        made = composed(packer.writing, transfer, max_bytes)
    except ValueError:
        return False
    if max(len(inner.entity.reveal()) for inner in made.messages) >= whole.largest_bytes:
        return False
    added = await transfer_rows(tools, row.kind, transfer, made, row.intake_id)
    handover = await handover_of(tools, row)
    moved = [_moved(handover, transfer.transfer, made, link)] if handover is not None and link is not None else []
    move = _move(tools, row, whole, max_bytes, tuple(added), tuple(moved))
    await tools.store.commit((learned or Learned()).within(move))  # False: another was first, and has done it
    tools.metrics.count("gateway_transfers_packed_again", kind=row.kind.value)
    return True


async def _whole(tools: Tools, packer: Packer, row: DispatchRow) -> _Whole | None:
    """Take the transfer apart that a message belongs to; None where it is not all there."""
    taken: dict[DispatchRow, Taken] = {}
    sizes: dict[DispatchRow, int] = {}
    for other in await tools.store.dispatches(case_id=row.case_id):
        if (other.kind, other.to) == (row.kind, row.to):
            found, size = await _taken(tools, packer, other)
            if found is not None:
                this = row if other.id == row.id else other
                taken[this], sizes[this] = found, size
    if row not in taken:
        return None
    manifest = taken[row].manifest_bytes
    same = {one: found for one, found in taken.items() if found.manifest_bytes == manifest}
    files = complete(list(same.values()))
    cases = [found.case for found in same.values() if found.case is not None]
    if files is None or len(cases) != 1:
        return None
    return _Whole(tuple(same), taken[row], cases[0], files, max(sizes[one] for one in same))


async def _taken(tools: Tools, packer: Packer, row: DispatchRow) -> tuple[Taken | None, int]:
    """Open one message of ours as its receiver would, and return it with its size in bytes."""
    blob = await tools.store.blob(row.payload_blob) if row.payload_blob is not None else None
    if blob is None:
        return None, 0
    payload, content = unpack_payload(await tools.opener.open(blob))
    mail = await packer.mime.parse(content)
    if payload.panel is None or not isinstance(mail, Mail):
        return None, 0
    parts = [part for part in mail.parts if not part.in_message]
    found = take(parts, tools.office.panel, payload.panel, tools.clock.now())
    return (found if isinstance(found, Taken) else None), len(content.reveal())


def _moved(handover: HandoverRow, transfer: UUID, made: Composed, link: Link) -> HandoverRow:
    """Return the hand-over of the same case to the same panel, by the new messages. Its facts stay; its clock waits."""
    changed = replace(handover, dispatch_id=DispatchId(transfer), content_hash=made.content_hash, due_at=None)
    return with_link(changed, link)


def _move(
    tools: Tools,
    row: DispatchRow,
    whole: _Whole,
    max_bytes: int,
    added: tuple[Row, ...],
    handovers: Sequence[HandoverRow],
) -> Move:
    waiting = (DispatchState.QUEUED, DispatchState.HELD)
    replaced = tuple(
        replace(
            one,
            state=DispatchState.CANCELLED if one.state in waiting else one.state,
            held_reason=None,
            next_attempt_at=None,
            payload_blob=None,
        )
        for one in whole.rows
    )
    messages = sum(isinstance(one, DispatchRow) for one in added)
    return Move(
        MoveKind.PACK_AGAIN,
        "worker",
        tools.clock.now(),
        added=added,
        changed=(*replaced, *handovers),
        destroyed=tuple(one.payload_blob for one in whole.rows if one.payload_blob is not None),
        intake_id=row.intake_id,
        case_id=row.case_id,
        dispatch_id=row.id,
        detail={
            "kind": row.kind.value,
            "to": row.to,
            "max_bytes": str(max_bytes),
            "messages": str(messages),
        },
    )
