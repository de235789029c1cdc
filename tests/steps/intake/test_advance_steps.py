"""One arrival from the spool to its end: decided, held or closed, and never twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gateway.model.case.rows import Move
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.content.message import Unparsed
from gateway.model.ids import BlobId
from gateway.model.kinds import (
    Channel,
    DispatchState,
    Grade,
    HeldReason,
    IntakeKind,
    IntakeState,
    MailboxName,
    MoveKind,
)
from gateway.ports import Permanent, ScanVerdict, Temporary
from gateway.steps.intake import advance
from gateway.steps.intake.adopt import adopt
from gateway.steps.intake.read import read
from tests.steps.office import NEXT_DOOR, FixedEvidence, Office, letter, notification_post

SECURE, GENERAL = MailboxName.SECURE, MailboxName.GENERAL


async def work(place: Office, intake_id: Any, **changed: Any) -> None:
    context = replace(place.context, readers=replace(place.readers, **changed))
    await advance.advance(context, intake_id)


async def test_a_form_for_the_next_panel_opens_a_case_and_leaves_as_a_forward(place: Office) -> None:
    intake_id = place.spooled(place.arrival(channel=Channel.FORM), notification_post(NEXT_DOOR))
    await work(place, intake_id)
    row = await place.row(intake_id)
    assert (row.state, row.kind, row.grade) == (IntakeState.DECIDED, IntakeKind.NOTIFICATION, Grade.FORM)
    assert row.case_id is not None
    assert list(await place.leaving(intake_id)) == ["forward:panel:oxfordshire"]
    assert place.spool.held == {}
    assert ("gateway_intakes", {"kind": "notification", "grade": "form"}) in place.told.counted


async def test_what_is_settled_is_only_taken_off_the_spool(place: Office) -> None:
    arrival = place.arrival(channel=Channel.FORM)
    intake_id = place.spooled(arrival, notification_post())
    await work(place, intake_id)
    first, moves = await place.row(intake_id), len([link async for link in place.store.audit()])
    place.spooled(arrival, notification_post())  # killed before it was unlinked
    await work(place, intake_id)
    assert await place.row(intake_id) == first
    assert len([link async for link in place.store.audit()]) == moves
    assert place.spool.held == {}


async def test_an_ordinary_question_goes_on_to_the_general_inbox_and_its_sender_is_answered(place: Office) -> None:
    raw = letter("When is the next meeting?", message_id="<1@trust.example>")
    intake_id = place.spooled(place.arrival(GENERAL), raw)
    await work(place, intake_id)
    row = await place.row(intake_id)
    assert (row.state, row.kind) == (IntakeState.DECIDED, IntakeKind.GENERAL_QUERY)
    left = await place.leaving(intake_id)
    assert set(left) == {"general_copy:general_inbox", "receipt:sender"}
    assert left["receipt:sender"].receiver_index is not None
    assert left["receipt:sender"].thread_index is not None
    assert left["general_copy:general_inbox"].thread_index not in (None, left["receipt:sender"].thread_index)


async def test_a_thread_is_answered_once(place: Office) -> None:
    first = letter("When is the next meeting?", message_id="<1@trust.example>")
    again = letter("And the one after that?", message_id="<2@trust.example>", in_reply_to="<1@trust.example>")
    ids = [place.spooled(place.arrival(GENERAL), raw) for raw in (first, again)]
    for intake_id in ids:
        await work(place, intake_id)
    assert "receipt:sender" in await place.leaving(ids[0])
    assert "receipt:sender" not in await place.leaving(ids[1])
    record = await place.record(await place.row(ids[1]))
    assert record.answer_withheld == "thread_answered"


async def test_nobody_is_answered_too_often_in_a_day(place: Office) -> None:
    ids = []
    for number in range(21):
        raw = letter("When is the meeting?", message_id=f"<{number}@trust.example>")
        ids.append(place.spooled(place.arrival(GENERAL), raw))
        await work(place, ids[-1])
    assert "receipt:sender" in await place.leaving(ids[19])
    assert (await place.record(await place.row(ids[20]))).answer_withheld == "too_many"
    place.world.clock.pass_by(timedelta(days=1, seconds=1))
    later = place.spooled(place.arrival(GENERAL), letter("When is the meeting?", message_id="<z@trust.example>"))
    await work(place, later)
    assert "receipt:sender" in await place.leaving(later)


async def test_an_author_that_is_not_proved_is_not_answered(place: Office) -> None:
    intake_id = place.spooled(place.arrival(GENERAL), letter("When is the next meeting?"))
    await work(place, intake_id, evidence=FixedEvidence("fail"))
    assert (await place.record(await place.row(intake_id))).answer_withheld == "not_authenticated"
    no_author = place.spooled(place.arrival(GENERAL), b"Subject: x\r\n\r\nWhen is the meeting?\r\n")
    await work(place, no_author)
    assert (await place.record(await place.row(no_author))).answer_withheld == "not_authenticated"


class Unreadable:
    async def parse(self, raw: ConfidentialBytes) -> Unparsed:
        return Unparsed("too_deep")


async def test_what_nobody_can_parse_is_held_and_not_answered(place: Office) -> None:
    intake_id = place.spooled(place.arrival(SECURE), letter("x"))
    await work(place, intake_id, mime=Unreadable())
    row = await place.row(intake_id)
    assert (row.state, row.held_reason) == (IntakeState.HELD, HeldReason.UNPARSEABLE)
    assert await place.leaving(intake_id) == {}


async def test_evidence_is_gathered_once_over_several_attempts(place: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    evidence = FixedEvidence()
    intake_id = place.spooled(place.arrival(GENERAL), letter("When is the next meeting?"))

    async def broken(*_: object) -> object:
        raise Temporary("documents")

    with monkeypatch.context() as patch:
        patch.setattr(advance, "judge", broken)
        await work(place, intake_id, evidence=evidence)
    waiting = await place.row(intake_id)
    assert (waiting.state, waiting.attempts, evidence.asked) == (IntakeState.ASSESSED, 1, 1)
    assert waiting.work_blob is not None
    place.world.clock.pass_by(timedelta(minutes=10))
    await work(place, intake_id, evidence=evidence)
    settled = await place.row(intake_id)
    assert (settled.state, settled.work_blob, evidence.asked) == (IntakeState.DECIDED, None, 1)
    emptied = await place.store.blob(waiting.work_blob)
    assert emptied.header == b""


async def test_an_assessment_that_is_gone_is_made_anew(place: Office) -> None:
    """Nothing destroys it before the intake is settled; a restored store may have lost it all the same."""
    intake_id = place.spooled(place.arrival(GENERAL), letter("When is the next meeting?"))
    evidence = FixedEvidence()
    row = (await adopt(place.tools, intake_id)).row
    arrival, content = await place.spool.open(intake_id)
    context = replace(place.context, readers=replace(place.readers, evidence=evidence))
    reading = await read(place.readers, arrival, content)
    stale = replace(row, work_blob=BlobId(row.id))
    with pytest.raises(Temporary) as raised:  # its own move meets another version and is refused
        await advance._assessed(context, replace(stale, version=9), arrival, content, reading)
    assert (raised.value.code, evidence.asked) == ("another_was_first", 1)


async def test_an_intake_that_waits_is_left_alone_until_its_time(place: Office) -> None:
    evidence = FixedEvidence("temperror")
    intake_id = place.spooled(place.arrival(GENERAL), letter("When is the next meeting?"))
    await work(place, intake_id, evidence=evidence)
    await work(place, intake_id, evidence=evidence)
    row = await place.row(intake_id)
    assert (row.attempts, evidence.asked) == (1, 1)
    assert row.next_attempt_at is not None
    wait = row.next_attempt_at - place.world.clock.now()
    assert timedelta(seconds=22) < wait < timedelta(seconds=38)
    place.world.clock.pass_by(wait - timedelta(seconds=1))
    await work(place, intake_id, evidence=evidence)
    assert evidence.asked == 1
    place.world.clock.pass_by(timedelta(seconds=1))
    await work(place, intake_id, evidence=evidence)
    assert evidence.asked == 2


async def test_without_an_answer_of_dns_it_is_judged_by_what_is_known_at_the_last_attempt(place: Office) -> None:
    evidence = FixedEvidence("temperror")
    intake_id = place.spooled(place.arrival(GENERAL), letter("When is the next meeting?"))
    for _ in range(5):
        await work(place, intake_id, evidence=evidence)
        place.world.clock.pass_by(timedelta(hours=1))
    row = await place.row(intake_id)
    assert (evidence.asked, row.state, row.attempts) == (5, IntakeState.DECIDED, 4)


class Scanning:
    def __init__(self, verdict: ScanVerdict | None) -> None:
        self.verdict = verdict

    async def scan(self, raw: ConfidentialBytes) -> ScanVerdict:
        if self.verdict is None:
            raise Temporary("clamd")
        return self.verdict


async def test_a_scanner_that_is_down_is_asked_again_and_at_last_a_person_is(place: Office) -> None:
    intake_id = place.spooled(place.arrival(GENERAL), letter("When is the next meeting?"))
    for attempt in range(5):
        assert (await place.store.intake(intake_id)) is None or (await place.row(intake_id)).attempts == attempt
        await work(place, intake_id, malware=Scanning(None))
        place.world.clock.pass_by(timedelta(hours=1))
    row = await place.row(intake_id)
    assert (row.state, row.held_reason) == (IntakeState.HELD, HeldReason.MAIL_UNCHECKED)
    assert [name for name, _ in place.told.counted].count("gateway_scans_unanswered") == 5
    assert set(await place.leaving(intake_id)) & {"general_copy:general_inbox"} == set()


async def test_malware_is_held_at_once(place: Office) -> None:
    intake_id = place.spooled(place.arrival(SECURE), letter("When is the next meeting?"))
    await work(place, intake_id, malware=Scanning(ScanVerdict.FLAGGED))
    row = await place.row(intake_id)
    assert (row.state, row.held_reason, row.attempts) == (IntakeState.HELD, HeldReason.MALWARE, 0)


@pytest.mark.parametrize(
    ("fault", "event"),
    [
        (Temporary("spool"), "adopt_failed"),
        (Permanent("seal_refused"), "arrival_damaged"),
        (ValueError("Zoe Testchild"), "adopt_failed"),
    ],
)
async def test_a_spool_file_that_does_not_open_stays_and_stops_no_other(
    place: Office, fault: Exception, event: str
) -> None:
    intake_id = place.spooled(place.arrival(), letter("x"))
    other = place.spooled(place.arrival(channel=Channel.FORM), notification_post())
    place.spool.broken[intake_id] = fault
    await work(place, intake_id)
    await work(place, other)
    assert list(place.spool.held) == [intake_id]
    row = await place.store.intake(intake_id)
    assert (row is not None and row.held_reason is HeldReason.DAMAGED_ARRIVAL) is (event == "arrival_damaged")
    [(name, given)] = [told for told in place.told.events if told[0].startswith(("adopt", "arrival"))]
    assert (name, given["intake_id"]) == (event, str(intake_id))
    assert "Testchild" not in str(given)
    assert place.told.alarms == ([] if event == "adopt_failed" else ["intake_held_by_error"])


@pytest.mark.parametrize(
    ("fault", "reason", "attempts"),
    [
        (Permanent("not_a_form_post"), HeldReason.UNPARSEABLE, 0),
        (Temporary("documents"), None, 1),
        (RuntimeError("Zoe Testchild"), None, 1),
    ],
)
async def test_a_fault_while_it_is_worked_on_holds_it_or_counts_and_says_nothing_of_it(
    place: Office, monkeypatch: pytest.MonkeyPatch, fault: Exception, reason: HeldReason | None, attempts: int
) -> None:
    async def broken(*_: object) -> object:
        raise fault

    monkeypatch.setattr(advance, "read", broken)
    intake_id = place.spooled(place.arrival(GENERAL), letter("x"))
    await work(place, intake_id)
    row = await place.row(intake_id)
    assert (row.held_reason, row.attempts) == (reason, attempts)
    assert (intake_id in place.spool.held) == (reason is None)
    assert "Testchild" not in str(place.told.events)


async def test_after_the_last_attempt_a_fault_is_a_persons_work_and_the_operator_is_told(
    place: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> object:
        raise RuntimeError

    monkeypatch.setattr(advance, "read", broken)
    intake_id = place.spooled(place.arrival(GENERAL), letter("x"))
    for _ in range(5):
        await work(place, intake_id)
        place.world.clock.pass_by(timedelta(hours=1))
    row = await place.row(intake_id)
    assert (row.state, row.held_reason) == (IntakeState.HELD, HeldReason.ATTEMPTS_USED_UP)
    assert place.spool.held == {}
    assert place.told.alarms == ["intake_held_by_error"]


async def test_a_form_that_is_no_frame_is_held(place: Office) -> None:
    intake_id = place.spooled(place.arrival(channel=Channel.FORM), b"\x00\x00\x00\x09{}")
    await work(place, intake_id)
    row = await place.row(intake_id)
    assert (row.state, row.held_reason) == (IntakeState.HELD, HeldReason.UNPARSEABLE)


@pytest.mark.parametrize(
    ("mailbox", "kind"),
    [
        (MailboxName.REPORTS, IntakeKind.DOMAIN_REPORT),
        (MailboxName.BOUNCE, IntakeKind.DELIVERY_REPORT),
        (MailboxName.REPLY, IntakeKind.GENERAL_QUERY),
    ],
)
async def test_mail_to_a_machines_mailbox_is_taken_by_its_own_step(
    place: Office, mailbox: MailboxName, kind: IntakeKind
) -> None:
    intake_id = place.spooled(place.arrival(mailbox, token="nobody's"), letter("x"))
    await work(place, intake_id)
    row = await place.row(intake_id)
    assert (row.kind, row.grade) == (kind, None)
    assert row.state in advance.SETTLED


async def test_a_post_of_the_neighbours_page_is_taken_by_its_own_step(place: Office) -> None:
    intake_id = place.spooled(place.arrival(channel=Channel.NEIGHBOUR_PAGE, form="neighbour"), b"no frame")
    await work(place, intake_id)
    assert (await place.row(intake_id)).held_reason is HeldReason.UNPARSEABLE


async def test_when_another_was_first_nothing_is_counted_and_the_file_stays(
    place: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = place.store.commit

    async def first_elsewhere(move: Move) -> bool:
        return False if move.kind is MoveKind.DECIDE else bool(await real(move))

    monkeypatch.setattr(place.store, "commit", first_elsewhere)
    intake_id = place.spooled(place.arrival(channel=Channel.FORM), notification_post())
    await work(place, intake_id)
    assert (await place.row(intake_id)).state is IntakeState.ASSESSED
    assert intake_id in place.spool.held
    assert [name for name, _ in place.told.counted if name == "gateway_intakes"] == []


async def test_what_waits_to_leave_is_queued(place: Office) -> None:
    intake_id = place.spooled(place.arrival(channel=Channel.FORM), notification_post())
    await work(place, intake_id)
    [row] = (await place.leaving(intake_id)).values()
    assert (row.state, row.attempts, row.next_attempt_at) == (DispatchState.QUEUED, 0, None)
