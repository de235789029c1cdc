"""Reports, answers and clocks of a hand-over, over a real store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.texts import load_texts
from gateway.model.case.payload import unpack_payload
from gateway.model.case.rows import IntakeRow, Move
from gateway.model.channel.assurance import ContentState
from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.form.form_post import pack
from gateway.model.ids import PanelId
from gateway.model.kinds import (
    AlarmKind,
    Channel,
    ContentSignature,
    DispatchKind,
    HandoverState,
    HeldReason,
    IntakeKind,
    IntakeState,
    MailboxName,
    MoveKind,
)
from gateway.model.residence.panels import Contact, Panel, PanelRegister, PanelStatus
from gateway.ports import Permanent, Temporary
from gateway.stages.cases.handover import FollowUp, Next
from gateway.stages.cases.neighbour_link import Choice, LinkPolicy, PanelAnswer, description, make
from gateway.stages.transfer import receipt
from gateway.steps.intake.neighbour import take_acknowledgement, take_answer
from gateway.steps.intake.read import Reading
from gateway.steps.outbox.bounces import take_report
from gateway.steps.watch.alarms import raise_alarm
from gateway.steps.watch.follow_up import Reminding, follow_up
from tests.steps.world import FORWARD, LINK, OFFICE, PART_TOKEN, TOKEN, PlainMime, World, world

SAMPLES = Path(__file__).parents[2] / "data" / "dsn"
HOUR = timedelta(hours=1)
OF_PART = (b"000000000001", b"000000000002")  # what the samples say of the first message, as of the further one
REGISTER = PanelRegister(
    {
        PanelId("oxfordshire"): Panel(
            PanelId("oxfordshire"),
            "Oxfordshire",
            (),
            PanelStatus.CONFIRMED,
            contacts=(Contact("cdop@panel.example"),),
        ),
        PanelId("berkshire"): Panel(PanelId("berkshire"), "Berkshire", ()),
    }
)
REMINDING = Reminding(FollowUp(), load_texts([packaged_config()]))


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as made:
        yield made


async def report(
    office: World, name: str, token: str = TOKEN, reverse_path: str = "", old: bytes = b"", new: bytes = b""
) -> tuple[IntakeState, HeldReason | None]:
    content = (SAMPLES / f"{name}.eml").read_bytes().replace(b"\n", b"\r\n").replace(old or b"\0", new)
    row, arrival = await office.arrive(Channel.SMTP, MailboxName.BOUNCE, token=token, reverse_path=reverse_path)
    await take_report(office.tools, PlainMime(), row, arrival, ConfidentialBytes(content))
    settled = await office.settled(row)
    return settled.state, settled.held_reason


async def answer(
    office: World, choice: Choice, *, code: str = LINK.code, token: str = LINK.token, declined_to: str = ""
) -> tuple[IntakeState, HeldReason | None]:
    row, arrival = await office.arrive(Channel.NEIGHBOUR_PAGE, MailboxName.SECURE)
    content = pack(description(PanelAnswer(token, code, choice, ConfidentialText(declined_to)), "en"))
    await take_answer(office.tools, REGISTER, LinkPolicy(), row, arrival, ConfidentialBytes(content))
    settled = await office.settled(row)
    assert settled.kind is IntakeKind.ACKNOWLEDGEMENT
    return settled.state, settled.held_reason


async def test_a_bounce_goes_to_a_person_and_a_late_delivered_does_not_hide_it(office: World) -> None:
    assert await report(office, "failed") == (IntakeState.HELD, HeldReason.BOUNCED)
    office.clock.pass_by(HOUR)
    assert await report(office, "delivered") == (IntakeState.CLOSED, None)
    assert await report(office, "delivered", PART_TOKEN, "", *OF_PART) == (IntakeState.CLOSED, None)
    row = await office.handover()
    assert row.state is HandoverState.BOUNCED
    assert row.bounced_at is not None
    assert row.delivered_at is not None
    dispatch = await office.store.dispatch(FORWARD)
    assert dispatch is not None
    assert (dispatch.bounced_at, dispatch.delivered_at) == (row.bounced_at, row.delivered_at)
    assert office.counts.alarms == [AlarmKind.HANDOVER_BOUNCED.value]


async def test_one_message_of_a_transfer_that_bounced_is_a_bounce_of_the_whole(office: World) -> None:
    assert await report(office, "delivered", PART_TOKEN, "", *OF_PART) == (IntakeState.CLOSED, None)
    assert (await office.handover()).delivered_at is None
    assert await report(office, "failed", PART_TOKEN, "", *OF_PART) == (IntakeState.HELD, HeldReason.BOUNCED)
    assert (await office.handover()).state is HandoverState.BOUNCED


@pytest.mark.parametrize("bounced", [None, "first", "further"])
@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("order", [("first", "further"), ("further", "first")])
async def test_a_transfer_in_two_messages_is_delivered_with_the_last_and_bounced_with_any(
    office: World, order: tuple[str, ...], place: int, bounced: str | None
) -> None:
    about: dict[str, tuple[str, str, bytes, bytes]] = {
        "first": (TOKEN, "", b"", b""),
        "further": (PART_TOKEN, "", *OF_PART),
    }
    events = [("delivered", message) for message in order]
    if bounced is not None:
        events.insert(place, ("failed", bounced))
    delivered: set[str] = set()
    for name, message in events:
        office.clock.pass_by(HOUR)
        await report(office, name, *about[message])
        delivered |= {message} if name == "delivered" else set()
        row = await office.handover()
        last = (office.clock.now() if name == "delivered" else row.delivered_at) if len(delivered) == 2 else None
        assert row.delivered_at == last
    assert row.state is (HandoverState.SENT if bounced is None else HandoverState.BOUNCED)
    assert (row.bounced_at is None) == (bounced is None)


async def test_a_delayed_or_relayed_report_changes_no_fact(office: World) -> None:
    before = await office.handover()
    assert await report(office, "delayed") == (IntakeState.CLOSED, None)
    assert await report(office, "relayed") == (IntakeState.CLOSED, None)
    assert await office.handover() == before


async def test_an_out_of_office_that_says_accepted_is_noted_and_is_no_receipt(office: World) -> None:
    before = await office.handover()
    assert await report(office, "out_of_office", reverse_path="cdop@panel.example") == (IntakeState.CLOSED, None)
    assert await office.handover() == before
    dispatch = await office.store.dispatch(FORWARD)
    assert dispatch is not None
    assert dispatch.auto_replied_at is not None
    assert dispatch.acknowledged_at is None


@pytest.mark.parametrize(
    ("token", "old", "new", "reason"),
    [
        ("stranger", b"", b"", HeldReason.UNKNOWN_TOKEN),
        (TOKEN, b"Id: 018f0000", b"Id: 018f0001", HeldReason.UNKNOWN_TOKEN),
        (TOKEN, b"Action: failed", b"Action: shredded", HeldReason.SECURE_QUERY),
    ],
)
async def test_a_report_that_cannot_be_believed_or_read_goes_to_a_person(
    office: World, token: str, old: bytes, new: bytes, reason: HeldReason
) -> None:
    before = await office.handover()
    sent = (SAMPLES / "failed.eml").read_bytes()
    assert old in sent
    # Without Auto-Submitted, as the old bounces are that nobody can parse.
    content = sent.replace(b"Auto-Submitted: auto-replied\n", b"").replace(b"\n", b"\r\n").replace(old or b"\0", new)
    row, arrival = await office.arrive(Channel.SMTP, MailboxName.BOUNCE, token=token)
    await take_report(office.tools, PlainMime(), row, arrival, ConfidentialBytes(content))
    assert (await office.settled(row)).held_reason is reason
    assert await office.handover() == before


@pytest.mark.parametrize(
    ("choice", "state", "outcome"),
    [
        (Choice.ACKNOWLEDGE, HandoverState.ACKNOWLEDGED, (IntakeState.CLOSED, None)),
        (Choice.ACCEPT, HandoverState.ACCEPTED, (IntakeState.CLOSED, None)),
        (Choice.DECLINE, HandoverState.DECLINED, (IntakeState.HELD, HeldReason.DECLINED)),
    ],
)
async def test_an_answer_on_the_page_moves_the_hand_over(
    office: World, choice: Choice, state: HandoverState, outcome: tuple[IntakeState, HeldReason | None]
) -> None:
    assert await answer(office, choice, declined_to="Berkshire CDOP") == outcome
    row = await office.handover()
    assert row.state is state
    assert row.acknowledged_at is not None
    assert row.declined_to == (PanelId("berkshire") if choice is Choice.DECLINE else None)
    dispatch = await office.store.dispatch(FORWARD)
    assert dispatch is not None
    assert dispatch.acknowledged_at == row.acknowledged_at


async def test_wrong_codes_go_to_a_person_and_lock_the_link(office: World) -> None:
    for _ in range(5):
        wrong = await answer(office, Choice.ACCEPT, code="33333333")
        assert wrong == (IntakeState.HELD, HeldReason.UNKNOWN_TOKEN)
    assert await answer(office, Choice.ACCEPT) == (IntakeState.HELD, HeldReason.UNKNOWN_TOKEN)
    row = await office.handover()
    assert (row.state, row.link_tries, row.acknowledged_at) == (HandoverState.SENT, 5, None)


async def test_a_link_that_is_nobodys_is_nobodys_work(office: World) -> None:
    stray = make(bytes(32), bytes(16))
    assert await answer(office, Choice.ACCEPT, token=stray.token) == (IntakeState.CLOSED, None)
    assert (await office.handover()).state is HandoverState.SENT


async def test_the_same_answer_twice_is_one_fact(office: World) -> None:
    await answer(office, Choice.ACCEPT)
    first = await office.handover()
    office.clock.pass_by(HOUR)
    assert await answer(office, Choice.ACCEPT) == (IntakeState.CLOSED, None)
    assert await office.handover() == first


@pytest.mark.parametrize("content", [b"", pack({"form": "notify", "fields": {}}), pack({"form": "neighbour"})])
async def test_what_is_no_answer_is_refused_without_a_word_of_it(office: World, content: bytes) -> None:
    row, arrival = await office.arrive(Channel.NEIGHBOUR_PAGE, MailboxName.SECURE)
    with pytest.raises(Permanent, match=r"not_a_form_post|not_an_answer"):
        await take_answer(office.tools, REGISTER, LinkPolicy(), row, arrival, ConfidentialBytes(content))


async def test_two_workers_with_one_answer_write_it_once(office: World) -> None:
    row, arrival = await office.arrive(Channel.NEIGHBOUR_PAGE, MailboxName.SECURE)
    content = ConfidentialBytes(pack(description(PanelAnswer(LINK.token, LINK.code, Choice.ACCEPT), "en")))
    await take_answer(office.tools, REGISTER, LinkPolicy(), row, arrival, content)
    with pytest.raises(Temporary):
        await take_answer(office.tools, REGISTER, LinkPolicy(), row, arrival, content)


async def test_nobody_answers_one_reminder_leaves_and_then_the_alarm(office: World) -> None:
    assert (await follow_up(office.tools, REGISTER, REMINDING))[Next.NOTHING] == 1
    office.clock.pass_by(24 * HOUR)
    for _ in range(3):
        await follow_up(office.tools, REGISTER, REMINDING)
    reminders = [one for one in await office.store.dispatches() if one.kind is DispatchKind.REMINDER]
    assert [one.to for one in reminders] == ["panel:oxfordshire"]
    assert office.counts.alarms == []
    office.clock.pass_by(24 * HOUR)
    assert (await follow_up(office.tools, REGISTER, REMINDING))[Next.ALARM] == 1
    assert office.counts.alarms == [AlarmKind.HANDOVER_OVERDUE.value]
    assert office.counts.gauges["gateway_handovers", "alarm"] == 1
    await answer(office, Choice.ACCEPT)
    assert (await follow_up(office.tools, REGISTER, REMINDING))[Next.ALARM] == 0


@pytest.mark.parametrize(
    ("person", "told"), [("tess.tester@council.example", "tess.tester@council.example"), ("", OFFICE.operator)]
)
async def test_the_alarm_about_a_hand_over_goes_to_the_named_person_and_others_to_the_operator(
    office: World, person: str, told: str
) -> None:
    tools = replace(office.tools, office=replace(OFFICE, handover_person=person))
    office.clock.pass_by(24 * HOUR)
    await follow_up(tools, PanelRegister({}), REMINDING)
    await raise_alarm(tools, AlarmKind.KEY_EXPIRES)
    overdue, key = (unpack_payload(ConfidentialBytes(one))[0] for one in office.outbox.sealed)
    assert (overdue.forward_path.reveal(), key.forward_path.reveal()) == (told, OFFICE.operator)
    assert all(f"To: {told}".encode() in one for one in office.outbox.sealed[:1])
    assert b"34679CDF" not in office.outbox.sealed[0]


async def test_a_reminder_says_nothing_of_the_case_and_bears_the_marks_of_automatic_mail(office: World) -> None:
    office.clock.pass_by(24 * HOUR)
    await follow_up(office.tools, REGISTER, REMINDING)
    (sealed,) = [one for one in office.outbox.sealed if b"Reminder" in one]
    assert b"Auto-Submitted: auto-generated" in sealed
    assert str(FORWARD).encode() in sealed.replace(b"=\r\n", b"")
    assert b"34679CDF" not in sealed  # the case number
    assert LINK.token.encode() not in sealed
    assert b'"reverse_path":"bounce+' in sealed


async def test_a_panel_without_an_address_is_an_alarm_at_once(office: World) -> None:
    office.clock.pass_by(24 * HOUR)
    assert (await follow_up(office.tools, PanelRegister({}), REMINDING))[Next.ALARM] == 1
    assert office.counts.alarms == [AlarmKind.HANDOVER_OVERDUE.value]
    assert (await office.handover()).reminded_at is None


async def acknowledge(
    office: World,
    *,
    signer: str | None,
    fields: str,
    body: str = "Yes.",
    signature: ContentSignature = ContentSignature.GOOD,
) -> tuple[bool, IntakeRow]:
    row, arrival = await office.arrive(Channel.SMTP, MailboxName.SECURE, reverse_path="cdop@panel.example")
    mail = await PlainMime().parse(ConfidentialBytes(f"From: a@b.example\r\n{fields}\r\n{body}\r\n".encode()))
    reading = Reading(mail, mail, ContentState(signature=signature, signer=signer))
    taken = await take_acknowledgement(office.tools, row, arrival, reading)
    return taken, await office.settled(row)


REPLY = f"In-Reply-To: <{FORWARD}@cdop.example>\r\n"


async def test_a_signed_reply_acknowledges_and_still_goes_to_a_person(office: World) -> None:
    taken, row = await acknowledge(office, signer="oxfordshire", fields=REPLY)
    assert (taken, row.state) == (False, IntakeState.RECEIVED)
    assert (await office.handover()).state is HandoverState.ACKNOWLEDGED
    dispatch = await office.store.dispatch(FORWARD)
    assert dispatch is not None
    assert dispatch.acknowledged_at is not None


@pytest.mark.parametrize(
    ("signer", "fields", "signature"),
    [
        ("kent", REPLY, ContentSignature.GOOD),
        (None, REPLY, ContentSignature.NONE),
        ("oxfordshire", REPLY, ContentSignature.BAD),
        ("oxfordshire", REPLY + "Auto-Submitted: auto-replied\r\n", ContentSignature.GOOD),
        ("oxfordshire", "", ContentSignature.GOOD),
    ],
)
async def test_nothing_else_by_mail_acknowledges(
    office: World, signer: str | None, fields: str, signature: ContentSignature
) -> None:
    taken, _ = await acknowledge(office, signer=signer, fields=fields, signature=signature)
    assert not taken
    assert (await office.handover()).state is HandoverState.SENT


async def test_a_gateways_receipt_settles_its_own_intake(office: World) -> None:
    before = await office.handover()
    changed = replace(before, content_hash="a" * 64)
    assert await office.store.commit(Move(MoveKind.REPORT, "worker", office.clock.now(), changed=(changed,)))
    document = (
        f'{{"schema":"{receipt.SCHEMA}","from":"oxfordshire","to":"testshire","transfer":"{FORWARD}",'
        f'"manifest_sha256":"{"a" * 64}","time":"2026-03-02T10:00:00Z","reference":"ABCD1234"}}'
    )
    fields = (
        "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\nContent-Type: application/json\r\n"
        f'Content-Disposition: attachment; filename="{receipt.NAME}"\r\n'
    )
    taken, row = await acknowledge(office, signer="oxfordshire", fields=fields, body=document)
    assert (taken, row.state, row.kind) == (True, IntakeState.CLOSED, IntakeKind.ACKNOWLEDGEMENT)
    assert (await office.handover()).state is HandoverState.ACKNOWLEDGED
