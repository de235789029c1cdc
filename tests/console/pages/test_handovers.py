"""The case's page shows each hand-over: its facts, its clock, its transfer and receipt, and what a person can do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from gateway.console.pages.handovers import clock
from gateway.model.case.rows import HandoverRow, Move
from gateway.model.ids import CaseId, DispatchId, HandoverId, IntakeId, PanelId, Reference
from gateway.model.kinds import (
    Channel,
    DispatchHeldReason,
    DispatchState,
    HandoverState,
    IntakeKind,
    IntakeState,
    MoveKind,
)
from gateway.stages.cases.handover import Event, Fact, FollowUp, record
from tests.console.conftest import NOW, Browser, Office
from tests.planted import plant

HASH = "5f" * 32


async def handover_of(office: Office) -> HandoverRow:
    [row] = await office.store.handovers(office.samples.forwarded_case)
    return row


async def change(office: Office, **changes: Any) -> None:
    """Change the hand-over of the sample case."""
    changed = replace(await handover_of(office), **changes)
    assert await plant(office.store, Move(MoveKind.REPORT, "worker", NOW, changed=(changed,)))


async def happened(office: Office, fact: Fact) -> None:
    changed = record(await handover_of(office), Event(fact, NOW))
    assert await plant(office.store, Move(MoveKind.REPORT, "worker", NOW, changed=(changed,)))


async def page_of(office: Office, browser: Browser) -> str:
    answer = await browser.get(f"/cases/{office.samples.forwarded_case}")
    assert answer.status == 200
    text: str = answer.text
    return text[text.index('id="handovers"') : text.index('id="intakes"')]


async def test_the_clock_runs_to_the_receipt_and_then_is_overdue_with_what_follows(
    office: Office, ada: Browser
) -> None:
    await change(office, due_at=NOW + timedelta(hours=3, minutes=20))
    assert "A receipt is due by 11 March 2026, 12:50: 3 h 20 min left" in await page_of(office, ada)
    await change(office, due_at=NOW - timedelta(hours=2))
    text = await page_of(office, ada)
    assert "A receipt was due 11 March 2026, 07:30: 2 h overdue" in text
    assert "con-overdue" in text
    assert "about to be reminded" in text
    await change(office, reminded_at=NOW - timedelta(hours=1))
    assert "Without a receipt by 12 March 2026, 08:30 an alarm is raised." in await page_of(office, ada)
    await change(office, reminded_at=NOW - timedelta(hours=25))
    assert "They have not answered in time. Ring them." in await page_of(office, ada)


async def test_after_the_receipt_the_clock_is_that_of_the_answer_and_ends_with_it(office: Office, ada: Browser) -> None:
    await happened(office, Fact.ACKNOWLEDGED)
    assert "An answer, who reviews, is due by 16 March 2026, 09:30: 5 days left" in await page_of(office, ada)
    await happened(office, Fact.ACCEPTED)
    text = await page_of(office, ada)
    assert "due" not in text
    assert "Accepted" in text


@pytest.mark.parametrize(
    ("fact", "said", "to_do"),
    [
        (Fact.BOUNCED, "Came back 11 March 2026", "find out why, then send the case again"),
        (Fact.DECLINED, "Declined 11 March 2026", "send the case to the panel it belongs to"),
    ],
)
async def test_what_came_back_says_what_a_person_can_do(
    office: Office, ada: Browser, fact: Fact, said: str, to_do: str
) -> None:
    await happened(office, fact)
    text = await page_of(office, ada)
    assert said in text
    assert to_do in text
    assert "Write down what was agreed" in text
    whole = (await ada.get(f"/cases/{office.samples.forwarded_case}")).text
    assert f"/cases/{office.samples.forwarded_case}/send-to-panel" in whole


async def test_the_transfer_is_shown_with_its_messages_its_hash_and_what_holds_it(office: Office, ada: Browser) -> None:
    await change(office, content_hash=HASH)
    row = await handover_of(office)
    first = await office.store.dispatch(row.dispatch_id)
    assert first is not None
    second, old = DispatchId(UUID(int=901)), DispatchId(UUID(int=902))
    more = (
        replace(
            first, id=second, message_id="<901@westmarch.example>", created_at=first.created_at, sent_at=None,
            state=DispatchState.HELD, held_reason=DispatchHeldReason.TOO_BIG,
        ),
        replace(first, id=old, message_id="<902@westmarch.example>", sent_at=None, state=DispatchState.CANCELLED),
    )  # fmt: skip
    assert await plant(office.store, Move(MoveKind.PACK_AGAIN, "worker", NOW, added=more))
    text = await page_of(office, ada)
    assert HASH in text
    assert "Message 1 of 2" in text
    assert "Message 2 of 2" in text
    assert "1 earlier message was replaced by these." in text
    assert "max_message_bytes" in text
    assert f'href="/dispatches/{second}/mend-dispatch"' in text
    assert f'href="/dispatches/{row.dispatch_id}/agree"' in text
    assert "None yet." in text


async def test_the_receipt_is_shown_with_how_and_when_it_came(office: Office, ada: Browser) -> None:
    row = await handover_of(office)
    first = await office.store.intake(office.samples.general_query)
    assert first is not None
    receipt = replace(
        first, id=IntakeId(UUID(int=903)), reference=Reference("RCPT34679C"), channel=Channel.NEIGHBOUR_PAGE,
        kind=IntakeKind.ACKNOWLEDGEMENT, state=IntakeState.CLOSED, received_at=NOW, case_id=row.case_id,
        held_reason=None, record_blob=None,
    )  # fmt: skip
    noted = record(row, Event(Fact.ACKNOWLEDGED, NOW))
    detail = {"kind": IntakeKind.ACKNOWLEDGEMENT.value, "verdict": "taken"}
    move = Move(
        MoveKind.REPORT, "worker", NOW, added=(receipt,), changed=(noted,), intake_id=receipt.id, case_id=row.case_id,
        dispatch_id=row.dispatch_id, detail=detail,
    )  # fmt: skip
    assert await plant(office.store, move)
    text = await page_of(office, ada)
    assert "RCPT34679C" in text
    assert "by the neighbour's page, 11 March 2026, 09:30" in text.replace("&#39;", "'")
    assert "None yet." not in text


async def test_nothing_is_offered_to_a_reader_and_nothing_twice_while_one_waits(
    office: Office, browser: Browser
) -> None:
    row = await handover_of(office)
    await browser.sign_in("rhea")
    text = await page_of(office, browser)
    assert f"/dispatches/{row.dispatch_id}/agree" not in text
    assert "Your role sees the queue and decides nothing." in text


async def test_the_queue_lists_who_is_overdue_by_the_same_clock_and_nobody_else(office: Office, ada: Browser) -> None:
    await change(office, due_at=NOW - timedelta(hours=2))
    assert "A receipt was due 11 March 2026, 07:30: 2 h overdue" in (await ada.get("/")).text
    await happened(office, Fact.ACKNOWLEDGED)
    assert "have not answered in time" not in (await ada.get("/")).text
    office.clock.pass_by(timedelta(days=6))
    await ada.sign_in("ada")
    assert "An answer, who reviews, was due 16 March 2026, 09:30: 1 day overdue" in (await ada.get("/")).text


async def test_what_was_tried_twice_is_in_the_queue_with_its_code_next_attempt_and_last_day(
    office: Office, ada: Browser
) -> None:
    first = await office.store.dispatch((await handover_of(office)).dispatch_id)
    assert first is not None
    waits = replace(
        first, state=DispatchState.QUEUED, attempts=2, last_code="gpg_missing", sent_at=None, created_at=NOW,
        next_attempt_at=NOW + timedelta(minutes=2),
    )  # fmt: skip
    assert await plant(office.store, Move(MoveKind.SEND_FAILED, "worker", NOW, changed=(replace(waits, attempts=1),)))
    assert "gpg_missing" not in (await ada.get("/")).text
    waits = replace(waits, version=waits.version + 1)
    assert await plant(office.store, Move(MoveKind.SEND_FAILED, "worker", NOW, changed=(waits,)))
    text = (await ada.get("/")).text
    assert "Tried 2 times, last answer <code>gpg_missing</code>" in text
    assert "Next attempt 11 Mar, 09:32; held if it has not left by 13 Mar, 09:30." in text
    assert "held if it has not left by 13 March 2026, 09:30" in (await ada.get(f"/dispatches/{first.id}")).text


def test_what_has_not_left_has_no_clock() -> None:
    row = HandoverRow(
        HandoverId(UUID(int=1)), CaseId(UUID(int=2)), DispatchId(UUID(int=3)), PanelId("eastmere"),
        HandoverState.PROPOSED, NOW,
    )  # fmt: skip
    assert clock(row, NOW, FollowUp()) == ("", False)
