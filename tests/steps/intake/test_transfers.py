"""What another panel's gateway sent: one case a transfer, a receipt tied to its hash, and never a second of either."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from gateway.model.case.payload import unpack_payload
from gateway.model.case.rows import IntakeRow, Move
from gateway.model.case.transfer_kind import TransferKind
from gateway.model.channel.assurance import ContentState
from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.content.message import Unparsed
from gateway.model.form.notification import Notification
from gateway.model.ids import CaseId, PanelId
from gateway.model.kinds import (
    CaseState,
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
from gateway.roles.wiring import document_layout
from gateway.stages.transfer import manifest, receipt
from gateway.stages.transfer.compose import Composed, Transfer, compose
from gateway.stages.transfer.cover import Answering
from gateway.stages.transfer.files import File
from gateway.stages.transfer.record import Case
from gateway.stages.transfer.take import Taken, TakeRefusal
from gateway.steps.intake.adopt import adopt
from gateway.steps.intake.assess import look
from gateway.steps.intake.read import Reading
from gateway.steps.intake.transfers import Come, Taker, recognise, take_in
from tests.steps.office import AT_HOME, HOME, KEY, NAMES, NEIGHBOUR, NEXT_DOOR, Office, notice, parsed
from tests.steps.world import START

SIGNED = ContentState(ContentEncryption.OPENPGP, signature=ContentSignature.GOOD, signer=NEIGHBOUR)
BIG = File(ConfidentialText("scan.pdf"), "application/pdf", ConfidentialBytes(bytes(range(251)) * 600))


def transfer(
    *files: File, postcode: str = AT_HOME, kind: TransferKind = TransferKind.FORWARD, notices: int = 1
) -> Transfer:
    notifications: tuple[Notification, ...] = (notice(postcode),) * notices
    case = Case(kind, "CDFGHJ34", HOME, START - timedelta(days=1), notifications)
    answering = Answering("Ring 01632 960001.", "https://oxfordshire.example/n/abc", "4711")
    return Transfer(case, NEIGHBOUR, HOME, uuid4(), CaseId(uuid4()), 1, START, answering, files)


def composed(what: Transfer, room: int = 20_000_000) -> Composed:
    return compose(what, document_layout(), NAMES, room)


def in_pieces(what: Transfer) -> Composed:
    """Return a transfer of several messages."""
    made = composed(what, 100_000)
    assert len(made.messages) > 2
    return made


def taker(place: Office) -> Taker:
    return Taker(place.tools, place.readers, place.writing, KEY)


async def come(place: Office, entity: bytes, **more: object) -> Come:
    """Return one message as it was read: opened, and signed by the neighbour."""
    arrival = place.arrival()
    row = (await adopt(place.tools, place.spooled(arrival, entity))).row
    mail = parsed(entity)
    reading = replace(Reading(mail, mail, SIGNED, ConfidentialBytes(entity)), **more)  # type: ignore[arg-type]
    assessment = await look(place.readers, arrival, ConfidentialBytes(entity), reading, place.tools.clock.now())
    return Come(row, arrival, reading, assessment)


async def taken(place: Office, entity: bytes) -> IntakeRow:
    one = await come(place, entity)
    found = recognise(place.readers, one.arrival, one.reading)
    assert found is not None
    await take_in(taker(place), one, found)
    return await place.row(one.row.id)


async def all_of(place: Office, made: Composed) -> list[IntakeRow]:
    return [await taken(place, message.entity.reveal()) for message in made.messages]


async def cases(place: Office) -> int:
    return len(await place.store.cases()) - 1  # the world has one


async def receipts(place: Office) -> int:
    return sum(
        name.startswith("transfer_receipt") for name in [row.kind.value for row in await place.store.dispatches()]
    )


async def test_a_case_handed_over_opens_one_here_and_a_receipt_tied_to_its_hash_leaves(place: Office) -> None:
    what = transfer()
    made = composed(what)
    [row] = await all_of(place, made)
    assert (row.state, row.kind) == (IntakeState.DECIDED, IntakeKind.NOTIFICATION)
    assert row.case_id is not None
    case = await place.store.case(row.case_id)
    assert (case.state, case.panel, case.first_received_at) == (CaseState.OPEN, HOME, START - timedelta(days=1))
    left = await place.leaving(row.id)
    assert list(left) == ["transfer_receipt:panel:oxfordshire"]
    [dispatch] = left.values()
    assert dispatch.payload_blob is not None
    payload, content = unpack_payload(ConfidentialBytes(place.blobs.contents[dispatch.payload_blob]))
    [part] = [one for one in parsed(content.reveal()).parts if one.filename is not None]
    found = receipt.read(part.content.reveal(), HOME, NEIGHBOUR)
    assert found is not None
    assert (found.manifest_sha256, found.transfer) == (made.content_hash, what.transfer)
    assert (payload.panel, payload.reverse_path) == (NEIGHBOUR, "")
    [here] = await place.store.transfers(NEIGHBOUR, what.transfer)
    assert (here.case_id, here.intake_id, here.taken_at) == (row.case_id, row.id, place.tools.clock.now())
    assert ("gateway_transfers_taken", {"kind": "forward"}) in place.told.counted


async def test_the_same_message_again_is_closed_without_a_second_case_or_receipt(place: Office) -> None:
    made = composed(transfer())
    [first] = await all_of(place, made)
    [again] = await all_of(place, made)
    assert (again.state, again.duplicate_of, again.case_id) == (IntakeState.CLOSED, first.id, first.case_id)
    assert (await cases(place), await receipts(place)) == (1, 1)
    assert (await place.audit(MoveKind.DECIDE))[-1].detail["repeat_of"] == str(first.id)


async def test_the_same_transfer_with_other_content_is_a_persons_work(place: Office) -> None:
    what = transfer()
    await all_of(place, composed(what))
    [row] = await all_of(place, composed(replace(what, sequence=2)))
    assert (row.state, row.held_reason) == (IntakeState.HELD, HeldReason.TRANSFER_REFUSED)
    assert (await place.audit(MoveKind.HOLD))[-1].detail["refusal"] == "another_content"
    assert (await cases(place), await receipts(place)) == (1, 1)


@pytest.mark.parametrize("order", [sorted, lambda rows: sorted(rows, reverse=True)])
async def test_a_transfer_of_several_messages_waits_until_it_is_whole_in_any_order(
    place: Office, order: Callable[[list[int]], list[int]]
) -> None:
    made = in_pieces(transfer(BIG))
    rows = [await taken(place, made.messages[at].entity.reveal()) for at in order(list(range(len(made.messages))))]
    assert {(row.state, row.held_reason) for row in rows[:-1]} == {(IntakeState.HELD, HeldReason.TRANSFER_INCOMPLETE)}
    assert rows[-1].state is IntakeState.DECIDED
    for row in rows:
        now = await place.row(row.id)
        assert (now.state, now.held_reason, now.case_id) == (
            IntakeState.DECIDED if row is rows[-1] else IntakeState.CLOSED,
            None,
            rows[-1].case_id,
        )
    assert (await cases(place), await receipts(place)) == (1, 1)
    for one in await place.store.all_transfers():
        assert (one.part_blob, one.case_id, one.taken_at is not None) == (None, rows[-1].case_id, True)


async def test_what_waited_is_destroyed_once_the_transfer_is_whole(place: Office) -> None:
    made = in_pieces(transfer(BIG))
    await all_of(place, replace(made, messages=made.messages[:-1]))
    waiting = [one.part_blob for one in await place.store.all_transfers()]
    assert None not in waiting
    await taken(place, made.messages[-1].entity.reveal())
    assert [(await place.store.blob(blob)).header for blob in waiting] == [b""] * len(waiting)


async def test_a_part_that_comes_twice_while_others_are_missing_is_closed(place: Office) -> None:
    made = in_pieces(transfer(BIG))
    first = await taken(place, made.messages[0].entity.reveal())
    again = await taken(place, made.messages[0].entity.reveal())
    assert (again.state, again.duplicate_of) == (IntakeState.CLOSED, first.id)
    assert await cases(place) == 0


async def test_a_part_that_waited_and_is_gone_leaves_the_transfer_to_a_person(place: Office) -> None:
    made = in_pieces(transfer(BIG))
    await all_of(place, replace(made, messages=made.messages[:-1]))
    [one, *_] = await place.store.all_transfers()
    await place.change(replace(one, part_blob=None))
    row = await taken(place, made.messages[-1].entity.reveal())
    assert row.held_reason is HeldReason.TRANSFER_REFUSED
    assert (await place.audit(MoveKind.HOLD))[-1].detail["refusal"] == "not_whole"
    assert (await cases(place), await receipts(place)) == (0, 0)


@pytest.mark.parametrize("content", [b"From: a@b.example\r\n\r\nno transfer\r\n", None])
async def test_a_part_that_waited_and_reads_otherwise_now_is_not_taken(place: Office, content: bytes | None) -> None:
    made = in_pieces(transfer(BIG))
    await all_of(place, replace(made, messages=made.messages[:-1]))
    waiting = [one.part_blob for one in await place.store.all_transfers()]
    place.blobs.contents[waiting[0]] = content if content is not None else place.blobs.contents[waiting[1]]
    row = await taken(place, made.messages[-1].entity.reveal())
    assert row.held_reason is HeldReason.TRANSFER_REFUSED
    assert await cases(place) == 0


async def test_a_part_that_no_parser_reads_at_this_moment_is_tried_again(place: Office) -> None:
    made = in_pieces(transfer(BIG))
    await all_of(place, replace(made, messages=made.messages[:-1]))
    one = await come(place, made.messages[-1].entity.reveal())
    found = recognise(place.readers, one.arrival, one.reading)
    assert found is not None

    class Busy:
        async def parse(self, raw: ConfidentialBytes) -> Unparsed:
            return Unparsed("time")

    place.readers = replace(place.readers, mime=Busy())
    with pytest.raises(Temporary) as raised:
        await take_in(taker(place), one, found)
    assert raised.value.code == "transfer_part_unparsed"
    assert (await place.row(one.row.id)).state is IntakeState.RECEIVED


async def test_a_later_packing_replaces_what_waited_of_the_first(place: Office) -> None:
    what = transfer(BIG)
    early = await taken(place, in_pieces(what).messages[0].entity.reveal())
    smaller = replace(what, transfer=uuid4(), replaces=(what.transfer,))
    [row] = await all_of(place, composed(smaller))
    assert row.state is IntakeState.DECIDED
    assert (await place.row(early.id)).state is IntakeState.CLOSED
    assert (await place.row(early.id)).case_id == row.case_id
    late = await taken(place, in_pieces(what).messages[1].entity.reveal())  # of the first packing, after all
    assert (late.state, late.duplicate_of) == (IntakeState.CLOSED, early.id)
    assert (await cases(place), await receipts(place)) == (1, 1)


async def test_being_told_of_a_death_opens_no_case_and_sends_no_receipt(place: Office) -> None:
    [row] = await all_of(place, composed(transfer(kind=TransferKind.INFORM, postcode=NEXT_DOOR)))
    assert (row.state, row.held_reason, row.case_id) == (IntakeState.HELD, HeldReason.TOLD_OF_DEATH, None)
    assert await place.leaving(row.id) == {}


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        (transfer(postcode=NEXT_DOOR), HeldReason.TRANSFER_DISAGREES),
        (transfer(postcode=""), HeldReason.TRANSFER_DISAGREES),
        (transfer(notices=2), HeldReason.SEVERAL_CHILDREN),
    ],
)
async def test_a_case_that_we_would_not_place_here_is_a_persons_work_and_never_sent_on(
    place: Office, what: Transfer, reason: HeldReason
) -> None:
    [row] = await all_of(place, composed(what))
    assert (row.state, row.held_reason) == (IntakeState.HELD, reason)
    assert list(await place.leaving(row.id)) == ["transfer_receipt:panel:oxfordshire"]


ENTITY = composed(transfer()).messages[0].entity.reveal()


@pytest.mark.parametrize(
    "content",
    [
        replace(SIGNED, signature=ContentSignature.UNKNOWN),
        replace(SIGNED, signer=None),
        replace(SIGNED, encrypted=ContentEncryption.NONE),
        replace(SIGNED, encrypted=ContentEncryption.SMIME),
        replace(SIGNED, opened=False),
    ],
)
async def test_a_transfer_without_encryption_and_good_signature_is_no_transfer(
    place: Office, content: ContentState
) -> None:
    one = await come(place, ENTITY, content=content)
    assert recognise(place.readers, one.arrival, one.reading) is None


async def test_a_transfer_by_another_door_is_no_transfer(place: Office) -> None:
    one = await come(place, ENTITY)
    for arrival in (place.arrival(MailboxName.GENERAL), place.arrival(channel=Channel.FORM)):
        assert recognise(place.readers, arrival, one.reading) is None
    assert recognise(place.readers, one.arrival, replace(one.reading, mail=Unparsed("x"))) is None
    assert isinstance(recognise(place.readers, one.arrival, one.reading), Taken)


async def test_a_signed_message_without_a_manifest_is_an_ordinary_one(place: Office) -> None:
    one = await come(place, b"From: a@b.example\r\n\r\nHello\r\n")
    assert recognise(place.readers, one.arrival, one.reading) is None


@pytest.mark.parametrize(
    ("signer", "home", "refusal"),
    [(PanelId("kent"), HOME, TakeRefusal.WRONG_SENDER), (NEIGHBOUR, PanelId("kent"), TakeRefusal.WRONG_RECEIVER)],
)
async def test_a_transfer_of_another_or_for_another_is_refused_with_its_reason(
    place: Office, signer: PanelId, home: PanelId, refusal: TakeRefusal
) -> None:
    place.readers = replace(place.readers, home_panel=home)
    one = await come(place, ENTITY, content=replace(SIGNED, signer=signer))
    found = recognise(place.readers, one.arrival, one.reading)
    assert found is refusal
    await take_in(taker(place), one, refusal)
    row = await place.row(one.row.id)
    assert (row.state, row.held_reason) == (IntakeState.HELD, HeldReason.TRANSFER_REFUSED)
    assert (await place.audit(MoveKind.HOLD))[-1].detail["refusal"] == refusal.value
    assert (await place.record(row)).plan is not None


async def test_a_manifest_alone_is_unreadable(place: Office) -> None:
    written = next(part for part in parsed(ENTITY).parts if part.filename and part.filename.reveal() == manifest.NAME)
    raw = (
        b'Content-Type: application/json\r\nContent-Disposition: attachment; filename="manifest.json"\r\n\r\n'
        + written.content.reveal()
    )
    one = await come(place, raw)
    assert recognise(place.readers, one.arrival, one.reading) is TakeRefusal.UNREADABLE


async def test_when_another_was_first_nothing_is_written_and_it_is_tried_again(
    place: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await come(place, ENTITY)
    found = recognise(place.readers, one.arrival, one.reading)
    assert isinstance(found, Taken)

    async def first_elsewhere(move: Move) -> bool:
        return False

    monkeypatch.setattr(place.store, "commit", first_elsewhere)
    for what in (found, TakeRefusal.WRONG_TIME):
        with pytest.raises(Temporary):
            await take_in(taker(place), one, what)
    monkeypatch.undo()
    assert (await place.row(one.row.id)).state is IntakeState.RECEIVED
    assert await place.store.transfers(NEIGHBOUR, found.manifest.transfer) == []


async def test_the_assessment_of_what_waits_is_destroyed(place: Office) -> None:
    made = in_pieces(transfer(BIG))
    one = await come(place, made.messages[0].entity.reveal())
    work = await place.blobs.seal(ConfidentialBytes(b"assessment"), "work", place.tools.clock.now())
    await place.insert(work)
    one = replace(one, row=replace(one.row, work_blob=work.id))
    found = recognise(place.readers, one.arrival, one.reading)
    assert isinstance(found, Taken)
    await take_in(taker(place), one, found)
    assert (await place.store.blob(work.id)).header == b""
    assert (await place.row(one.row.id)).work_blob is None


async def test_a_part_that_was_never_opened_is_a_fault(place: Office) -> None:
    made = in_pieces(transfer(BIG))
    one = await come(place, made.messages[0].entity.reveal(), opened=None)
    found = recognise(place.readers, one.arrival, one.reading)
    assert found is not None
    with pytest.raises(ValueError, match="was opened"):
        await take_in(taker(place), one, found)
