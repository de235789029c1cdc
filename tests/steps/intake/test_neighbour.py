"""What a neighbour says of a case that went to it: on its page by link and code, or in a signed message."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.model.case.rows import IntakeRow, Move
from gateway.model.channel.arrival import Arrival
from gateway.model.channel.assurance import ContentState
from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.content.message import Unparsed
from gateway.model.form import form_post
from gateway.model.kinds import (
    Channel,
    ContentEncryption,
    ContentSignature,
    HandoverState,
    HeldReason,
    IntakeKind,
    IntakeState,
    MoveKind,
)
from gateway.ports import Permanent, Temporary
from gateway.stages.cases.neighbour_link import Choice, LinkPolicy, PanelAnswer, description
from gateway.stages.transfer import receipt
from gateway.steps.intake.adopt import adopt
from gateway.steps.intake.neighbour import take_acknowledgement, take_answer
from gateway.steps.intake.read import Reading
from tests.steps.office import HOME, Office, letter, parsed, routing_tables
from tests.steps.world import FORWARD, LINK

RIGHT = LINK.code
SIGNED = ContentState(ContentEncryption.OPENPGP, signature=ContentSignature.GOOD, signer="oxfordshire")


async def come(place: Office, channel: Channel = Channel.NEIGHBOUR_PAGE) -> tuple[IntakeRow, Arrival]:
    arrival = place.arrival(channel=channel)
    return (await adopt(place.tools, place.spooled(arrival, b"x"))).row, arrival


async def answer(
    place: Office, choice: Choice, code: str = RIGHT, token: str = LINK.token, **more: ConfidentialText
) -> IntakeRow:
    row, arrival = await come(place)
    content = form_post.pack(description(PanelAnswer(token, code, choice, **more), "en"))
    panels = routing_tables().panels
    await take_answer(place.tools, panels, LinkPolicy(), row, arrival, ConfidentialBytes(content))
    return await place.row(row.id)


@pytest.mark.parametrize(
    ("choice", "state"),
    [
        (Choice.ACKNOWLEDGE, HandoverState.ACKNOWLEDGED),
        (Choice.ACCEPT, HandoverState.ACCEPTED),
        (Choice.DECLINE, HandoverState.DECLINED),
    ],
)
async def test_an_answer_with_link_and_code_is_noted(place: Office, choice: Choice, state: HandoverState) -> None:
    row = await answer(place, choice)
    handover = await place.world.handover()
    assert (handover.state, handover.acknowledged_at) == (state, row.received_at)
    dispatch = await place.store.dispatch(FORWARD)
    assert dispatch.acknowledged_at == row.received_at
    assert (row.kind, row.case_id) == (IntakeKind.ACKNOWLEDGEMENT, handover.case_id)
    declined = choice is Choice.DECLINE
    assert (row.state, row.held_reason) == (
        (IntakeState.HELD, HeldReason.DECLINED) if declined else (IntakeState.CLOSED, None)
    )
    [link] = await place.audit(MoveKind.REPORT)
    assert (link.detail["verdict"], link.dispatch_id) == ("taken", FORWARD)


async def test_a_panel_that_declines_may_name_another(place: Office) -> None:
    await answer(place, Choice.DECLINE, declined_to=ConfidentialText("Berkshire CDOP"))
    named = (await place.world.handover()).declined_to
    assert named in (None, *routing_tables().panels.panels)


async def test_a_wrong_code_changes_nothing_but_the_tries_and_is_looked_at(place: Office) -> None:
    row = await answer(place, Choice.ACCEPT, code="WRONG234")
    handover = await place.world.handover()
    assert (handover.state, handover.link_tries) == (HandoverState.SENT, 1)
    assert (row.state, row.held_reason) == (IntakeState.HELD, HeldReason.UNKNOWN_TOKEN)
    for _ in range(4):
        await answer(place, Choice.ACCEPT, code="WRONG234")
    locked = await answer(place, Choice.ACCEPT)  # the right code, too late
    assert (await place.world.handover()).state is HandoverState.SENT
    assert locked.held_reason is HeldReason.UNKNOWN_TOKEN


async def test_anybodys_link_is_nobodys_work(place: Office) -> None:
    row = await answer(place, Choice.ACCEPT, token="A" * 43)
    assert (row.state, row.held_reason, row.case_id) == (IntakeState.CLOSED, None, None)


async def test_the_same_answer_again_says_nothing_new(place: Office) -> None:
    await answer(place, Choice.ACCEPT)
    first = await place.world.handover()
    row = await answer(place, Choice.ACCEPT)
    assert await place.world.handover() == first
    assert row.state is IntakeState.CLOSED


async def test_a_link_is_not_valid_for_ever(place: Office) -> None:
    place.world.clock.pass_by(timedelta(days=60))
    row = await answer(place, Choice.ACCEPT)
    assert row.held_reason is HeldReason.UNKNOWN_TOKEN
    assert (await place.world.handover()).state is HandoverState.SENT


@pytest.mark.parametrize("content", [b"no frame", form_post.pack({"form": "notify", "fields": {}})])
async def test_a_post_that_is_no_answer_is_permanent(place: Office, content: bytes) -> None:
    row, arrival = await come(place)
    with pytest.raises(Permanent):
        await take_answer(place.tools, routing_tables().panels, LinkPolicy(), row, arrival, ConfidentialBytes(content))


async def test_when_another_was_first_it_is_tried_again(place: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    async def first_elsewhere(move: Move) -> bool:
        return move.kind is not MoveKind.REPORT and bool(await real(move))

    real = place.store.commit
    monkeypatch.setattr(place.store, "commit", first_elsewhere)
    with pytest.raises(Temporary):
        await answer(place, Choice.ACCEPT)
    with pytest.raises(Temporary):
        await signed(place, letter("Thank you.", in_reply_to=f"<{FORWARD}@cdop.example>"))


async def signed(place: Office, raw: bytes, content: ContentState = SIGNED) -> tuple[bool, IntakeRow]:
    row, arrival = await come(place, Channel.SMTP)
    mail = parsed(raw)
    done = await take_acknowledgement(place.tools, row, arrival, Reading(mail, mail, content))
    return done, await place.row(row.id)


async def test_a_signed_reply_of_the_panel_is_noted_and_worked_on_as_a_message(place: Office) -> None:
    raw = letter("Thank you.", in_reply_to=f"<{FORWARD}@cdop.example>")
    done, row = await signed(place, raw)
    assert not done
    assert row.state is IntakeState.RECEIVED
    assert (await place.world.handover()).state is HandoverState.ACKNOWLEDGED
    assert (await place.store.dispatch(FORWARD)).acknowledged_at is not None
    again, _ = await signed(place, raw)
    assert not again
    assert len(await place.audit(MoveKind.REPORT)) == 1, "the second says nothing new"


@pytest.mark.parametrize(
    "content",
    [
        replace(SIGNED, signature=ContentSignature.UNKNOWN),
        replace(SIGNED, signature=ContentSignature.NONE),
        replace(SIGNED, signer=None),
        replace(SIGNED, signer="kent"),
    ],
)
async def test_a_reply_without_the_panels_good_signature_acknowledges_nothing(
    place: Office, content: ContentState
) -> None:
    done, _ = await signed(place, letter("x", in_reply_to=f"<{FORWARD}@cdop.example>"), content)
    assert not done
    assert (await place.world.handover()).state is HandoverState.SENT


async def test_a_signed_message_about_something_else_acknowledges_nothing(place: Office) -> None:
    done, _ = await signed(place, letter("x"))
    assert not done
    assert (await place.world.handover()).state is HandoverState.SENT


async def test_what_was_not_parsed_acknowledges_nothing(place: Office) -> None:
    row, arrival = await come(place, Channel.SMTP)
    reading = Reading(Unparsed("x"), Unparsed("x"), SIGNED)
    assert not await take_acknowledgement(place.tools, row, arrival, reading)


def gateway_receipt(content_hash: str) -> bytes:
    document = (
        f'{{"schema":"{receipt.SCHEMA}","from":"oxfordshire","to":"{HOME}","transfer":"{FORWARD}",'
        f'"manifest_sha256":"{content_hash}","time":"2026-03-02T10:00:00Z","reference":"ABCD1234"}}'
    )
    return (
        "From: cdop@panel.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        f'Content-Type: application/json\r\nContent-Disposition: attachment; filename="{receipt.NAME}"\r\n\r\n'
        f"{document}\r\n--b--\r\n"
    ).encode()


async def test_a_gateways_receipt_closes_its_intake(place: Office) -> None:
    handover = await place.world.handover()
    await place.change(replace(handover, content_hash="a" * 64))
    done, row = await signed(place, gateway_receipt("a" * 64))
    assert done
    assert (row.state, row.kind) == (IntakeState.CLOSED, IntakeKind.ACKNOWLEDGEMENT)
    assert (await place.world.handover()).state is HandoverState.ACKNOWLEDGED


async def test_a_receipt_of_something_else_is_no_receipt(place: Office) -> None:
    handover = await place.world.handover()
    await place.change(replace(handover, content_hash="a" * 64))
    done, _ = await signed(place, gateway_receipt("b" * 64))
    assert not done
    assert (await place.world.handover()).state is HandoverState.SENT
