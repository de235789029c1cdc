"""Reports about our own mail become facts of the dispatch and its hand-over; what matters a person sees."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.model.case.rows import DispatchRow, IntakeRow, Move
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.content.message import Unparsed
from gateway.model.kinds import (
    DispatchKind,
    DispatchState,
    HandoverState,
    HeldReason,
    IntakeKind,
    IntakeState,
    MailboxName,
    MoveKind,
)
from gateway.ports import MimeParser, Temporary
from gateway.steps.intake.adopt import adopt
from gateway.steps.outbox.bounces import handover_of, take_report
from tests.steps.office import Office, letter
from tests.steps.world import FORWARD, PART, PART_TOKEN, TOKEN, PlainMime

SAMPLES = Path(__file__).parents[2] / "data" / "dsn"


def sample(name: str, about: object = FORWARD) -> bytes:
    raw = (SAMPLES / f"{name}.eml").read_bytes().replace(b"\n", b"\r\n")
    return raw.replace(str(FORWARD).encode(), str(about).encode())


async def report(
    place: Office,
    raw: bytes,
    token: str | None = TOKEN,
    reverse_path: str = "",
    mime: MimeParser = PlainMime(),  # noqa: B008 - it keeps nothing
) -> IntakeRow:
    arrival = place.arrival(MailboxName.BOUNCE, token=token, reverse_path=reverse_path)
    row = (await adopt(place.tools, place.spooled(arrival, raw))).row
    await take_report(place.tools, mime, row, arrival, ConfidentialBytes(raw))
    return await place.row(row.id)


async def dispatch(place: Office, number: object = FORWARD) -> DispatchRow:
    found = await place.store.dispatch(number)
    assert isinstance(found, DispatchRow)
    return found


async def test_a_bounce_goes_back_to_a_person_with_its_hand_over_and_an_alarm(place: Office) -> None:
    row = await report(place, sample("failed"))
    assert (row.state, row.kind, row.held_reason) == (
        IntakeState.HELD,
        IntakeKind.DELIVERY_REPORT,
        HeldReason.BOUNCED,
    )
    assert (await dispatch(place)).bounced_at == row.received_at
    handover = await place.world.handover()
    assert (handover.state, handover.bounced_at, row.case_id) == (
        HandoverState.BOUNCED,
        row.received_at,
        handover.case_id,
    )
    assert place.told.alarms == ["handover_bounced"]


async def test_the_earliest_of_two_reports_counts(place: Office) -> None:
    first = await report(place, sample("failed"))
    place.world.clock.pass_by(timedelta(hours=1))
    await report(place, sample("failed"))
    assert (await dispatch(place)).bounced_at == first.received_at
    assert (await place.world.handover()).bounced_at == first.received_at


async def test_a_receipt_that_bounces_is_nobodys_work(place: Office) -> None:
    await place.change(replace(await dispatch(place), kind=DispatchKind.RECEIPT))
    row = await report(place, sample("failed"))
    assert (row.state, row.held_reason) == (IntakeState.CLOSED, None)
    assert (await dispatch(place)).bounced_at is not None
    assert (await place.world.handover()).state is HandoverState.SENT
    assert place.told.alarms == []


async def test_a_transfer_is_delivered_only_when_all_of_it_is(place: Office) -> None:
    await report(place, sample("delivered"))
    assert (await dispatch(place)).delivered_at is not None
    assert (await place.world.handover()).delivered_at is None
    place.world.clock.pass_by(timedelta(hours=1))
    later = await report(place, sample("delivered", PART), PART_TOKEN)
    assert (await dispatch(place, PART)).delivered_at == later.received_at
    assert (await place.world.handover()).delivered_at == later.received_at


async def test_a_message_that_was_replaced_is_not_waited_for(place: Office) -> None:
    await place.change(replace(await dispatch(place, PART), state=DispatchState.CANCELLED))
    row = await report(place, sample("delivered"))
    assert (await place.world.handover()).delivered_at == row.received_at
    assert row.state is IntakeState.CLOSED


@pytest.mark.parametrize("name", ["relayed", "delayed"])
async def test_a_report_on_the_way_is_closed_and_no_fact(place: Office, name: str) -> None:
    before = await dispatch(place)
    row = await report(place, sample(name))
    assert (row.state, row.held_reason) == (IntakeState.CLOSED, None)
    assert await dispatch(place) == before
    assert (await place.audit(MoveKind.REPORT))[-1].detail["code"] == name


async def test_a_report_about_another_dispatch_than_its_token_is_not_believed(place: Office) -> None:
    row = await report(place, sample("failed"), PART_TOKEN)
    assert row.held_reason is HeldReason.UNKNOWN_TOKEN
    assert (await dispatch(place, PART)).bounced_at is (await dispatch(place)).bounced_at is None


@pytest.mark.parametrize("token", [None, "nobody's"])
async def test_a_token_that_nobody_has_is_a_persons_work(place: Office, token: str | None) -> None:
    row = await report(place, sample("failed"), token)
    assert (row.state, row.held_reason, row.case_id) == (IntakeState.HELD, HeldReason.UNKNOWN_TOKEN, None)


async def test_what_cannot_be_parsed_is_a_persons_work(place: Office) -> None:
    class TooDeep:
        async def parse(self, raw: ConfidentialBytes) -> Unparsed:
            return Unparsed("too_deep")

    row = await report(place, sample("failed"), mime=TooDeep())
    assert row.held_reason is HeldReason.UNPARSEABLE
    assert (await place.audit(MoveKind.REPORT))[-1].detail["code"] == "too_deep"


async def test_an_answering_machine_is_noted_and_is_never_a_receipt(place: Office) -> None:
    row = await report(place, letter("I am away.", auto_submitted="auto-replied"), reverse_path="x@panel.example")
    assert (row.state, row.held_reason) == (IntakeState.CLOSED, None)
    assert (await dispatch(place)).auto_replied_at == row.received_at
    handover = await place.world.handover()
    assert (handover.state, handover.acknowledged_at) == (HandoverState.SENT, None)


@pytest.mark.parametrize("reverse_path", ["", "person@panel.example"])
async def test_what_a_person_wrote_or_nobody_can_read_as_a_report_is_read(place: Office, reverse_path: str) -> None:
    row = await report(place, letter("We have moved. Please ring."), reverse_path=reverse_path)
    assert (row.state, row.held_reason) == (IntakeState.HELD, HeldReason.SECURE_QUERY)


async def test_when_another_was_first_it_is_tried_again(place: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    real = place.store.commit

    async def first_elsewhere(move: Move) -> bool:
        return move.kind is not MoveKind.REPORT and bool(await real(move))

    monkeypatch.setattr(place.store, "commit", first_elsewhere)
    with pytest.raises(Temporary):
        await report(place, sample("failed"))
    assert place.told.alarms == []


async def test_a_dispatch_without_a_case_has_no_hand_over(place: Office) -> None:
    assert await handover_of(place.tools, replace(await dispatch(place), case_id=None)) is None
    assert await handover_of(place.tools, await dispatch(place, PART)) == await place.world.handover()
