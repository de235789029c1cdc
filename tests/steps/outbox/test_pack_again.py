"""A transfer that is too large for its receiver leaves in smaller messages, all of it or none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.model.case.payload import unpack_payload
from gateway.model.case.plan import PlannedDispatch, to_panel
from gateway.model.case.rows import DispatchRow, HandoverRow, Row
from gateway.model.channel.assurance import Assurance, ContentState
from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.content.intake_record import IntakeRecord
from gateway.model.content.message import Unparsed
from gateway.model.kinds import Channel, DispatchHeldReason, DispatchKind, DispatchState, Grade, HandoverState, MoveKind
from gateway.stages.transfer.files import File
from gateway.stages.transfer.take import Taken, complete, take
from gateway.steps.intake.adopt import adopt
from gateway.steps.outbox.drafting.draft import draft
from gateway.steps.outbox.drafting.writing import Subject
from gateway.steps.outbox.pack_again import Packer, learn, pack_again
from tests.steps.office import HOME, NEIGHBOUR, Office, notice, parsed
from tests.steps.world import CASE, START, PlainMime

BIG = bytes(range(251)) * 2400  # 600 kB, as base64 more
ROOM = 300_000


def packer(place: Office) -> Packer:
    return Packer(place.writing, PlainMime())


async def drafted(place: Office, kind: DispatchKind = DispatchKind.FORWARD, size: int = len(BIG)) -> DispatchRow:
    """Write a transfer as drafting does, in one message, and return its first message."""
    arrival = place.arrival(channel=Channel.FORM)
    intake = (await adopt(place.tools, place.spooled(arrival, b"x"))).row
    record = IntakeRecord(arrival, Assurance(Grade.FORM, ()), ContentState(), notifications=(notice(),))
    scan = File(ConfidentialText("scan.pdf"), "application/pdf", ConfidentialBytes(BIG[:size]))
    about = Subject(record, CASE, START, 2, (scan,))
    rows: tuple[Row, ...] = await draft(place.tools, place.writing, PlannedDispatch(kind, to_panel(NEIGHBOUR)), about)
    await place.insert(*sorted(rows, key=lambda row: isinstance(row, HandoverRow)))
    assert intake.id == arrival.intake_id
    return next(row for row in rows if isinstance(row, DispatchRow))


async def all_rows(place: Office, first: DispatchRow) -> list[DispatchRow]:
    return list(await place.store.dispatches(intake_id=first.intake_id))


async def waiting(place: Office, first: DispatchRow) -> list[DispatchRow]:
    return [row for row in await all_rows(place, first) if row.state is DispatchState.QUEUED]


async def taken(place: Office, rows: list[DispatchRow]) -> list[Taken]:
    found = []
    for row in rows:
        assert row.payload_blob is not None
        _, content = unpack_payload(ConfidentialBytes(place.blobs.contents[row.payload_blob]))
        message = take(parsed(content.reveal()).parts, HOME, NEIGHBOUR, place.tools.clock.now())
        assert isinstance(message, Taken)
        found.append(message)
    return found


async def test_the_same_files_leave_in_messages_that_fit(place: Office) -> None:
    first = await drafted(place)
    [before] = await taken(place, [first])
    assert await pack_again(place.tools, packer(place), first, ROOM)
    rows = await waiting(place, first)
    assert len(rows) > 1
    for row in rows:
        assert row.payload_blob is not None
        assert len(place.blobs.contents[row.payload_blob]) < ROOM
    messages = await taken(place, rows)
    files = complete(messages)
    assert files is not None
    assert BIG in [file.content.reveal() for file in files]
    assert messages[0].manifest.replaces == (before.manifest.transfer,)
    assert messages[0].manifest.sequence == 2
    assert messages[0].manifest.transfer in {row.id for row in rows}


async def test_the_old_message_is_cancelled_and_its_content_destroyed(place: Office) -> None:
    first = await drafted(place)
    await pack_again(place.tools, packer(place), first, ROOM)
    old = await place.store.dispatch(first.id)
    assert (old.state, old.payload_blob) == (DispatchState.CANCELLED, None)
    assert (await place.store.blob(first.payload_blob)).header == b""
    [link] = await place.audit(MoveKind.PACK_AGAIN)
    assert (link.detail["max_bytes"], link.detail["messages"], link.dispatch_id) == (
        str(ROOM),
        str(len(await waiting(place, first))),
        first.id,
    )
    assert ("gateway_transfers_packed_again", {"kind": "forward"}) in place.told.counted


async def test_the_hand_over_points_at_the_new_messages_with_a_new_link(place: Office) -> None:
    first = await drafted(place)
    [before] = [one for one in await place.store.handovers(CASE) if one.dispatch_id == first.id]
    await pack_again(place.tools, packer(place), first, ROOM)
    after = next(one for one in await place.store.handovers(CASE) if one.id == before.id)
    rows = await waiting(place, first)
    assert after.dispatch_id in {row.id for row in rows}
    assert after.link_hash not in (None, before.link_hash)
    assert (after.due_at, after.state, after.sequence) == (None, HandoverState.PROPOSED, 2)
    assert after.content_hash not in (None, before.content_hash)


async def test_a_message_of_it_that_had_left_stays_sent(place: Office) -> None:
    first = await drafted(place)
    sent = replace(first, state=DispatchState.SENT, sent_at=START)
    await place.change(sent)
    assert await pack_again(place.tools, packer(place), sent, ROOM)
    assert (await place.store.dispatch(first.id)).state is DispatchState.SENT


async def test_what_only_informs_has_no_link(place: Office) -> None:
    first = await drafted(place, DispatchKind.INFORM)
    before = await place.store.handovers(CASE)
    assert not await pack_again(place.tools, packer(place), first, ROOM), "it is as small as it can be"
    assert await place.store.handovers(CASE) == before


@pytest.mark.parametrize("room", [1_000, 5_000_000])
async def test_where_it_cannot_get_smaller_nothing_changes(place: Office, room: int) -> None:
    first = await drafted(place, size=1000)
    assert not await pack_again(place.tools, packer(place), first, room)
    assert await place.store.dispatch(first.id) == first


async def test_a_transfer_of_which_something_is_gone_is_not_packed(place: Office) -> None:
    first = await drafted(place)
    await place.change(gone := replace(first, payload_blob=None))
    assert not await pack_again(place.tools, packer(place), gone, ROOM)
    assert not await pack_again(place.tools, packer(place), replace(first, case_id=None), ROOM)


async def test_what_is_no_transfer_or_cannot_be_parsed_is_not_packed(place: Office) -> None:
    class TooDeep:
        async def parse(self, raw: ConfidentialBytes) -> Unparsed:
            return Unparsed("too_deep")

    first = await drafted(place)
    assert not await pack_again(place.tools, Packer(place.writing, TooDeep()), first, ROOM)
    assert first.payload_blob is not None
    broken = place.blobs.contents[first.payload_blob].replace(b"manifest.json", b"manifest.txt")
    place.blobs.contents[first.payload_blob] = broken
    assert not await pack_again(place.tools, packer(place), first, ROOM)


async def test_when_another_was_first_nothing_is_written_twice(place: Office) -> None:
    first = await drafted(place)
    assert await pack_again(place.tools, packer(place), first, ROOM)
    rows = await all_rows(place, first)
    stale = replace(first, held_reason=DispatchHeldReason.TOO_BIG)
    await pack_again(place.tools, packer(place), stale, ROOM)
    assert await all_rows(place, first) == rows


async def test_the_hand_over_of_another_transfer_is_left_alone(place: Office) -> None:
    before = await place.store.handovers(CASE)
    await pack_again(place.tools, packer(place), await drafted(place), ROOM)
    assert set(before) < set(await place.store.handovers(CASE))


async def test_a_size_that_was_announced_is_kept_and_the_last_one_counts(place: Office) -> None:
    learned = await learn(place.tools, "panel:oxfordshire", 150_000)
    assert [row.max_bytes for row in learned.added] == [150_000]
    await place.insert(*learned.added)
    again = await learn(place.tools, "panel:oxfordshire", 120_000)
    assert (again.added, [row.max_bytes for row in again.changed]) == ((), [120_000])
