from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import reduce
from itertools import permutations
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model.case.rows import HandoverRow
from gateway.model.ids import BlobId, CaseId, DispatchId, HandoverId, PanelId
from gateway.model.kinds import HandoverState as State
from gateway.stages.cases.handover import (
    TRANSITIONS,
    Event,
    Fact,
    FollowUp,
    Next,
    expected_by,
    following,
    is_open,
    may_close,
    next_step,
    record,
)

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
POLICY = FollowUp()
ORDER = (
    State.PROPOSED,
    State.SENT,
    State.BOUNCED,
    State.ACKNOWLEDGED,
    State.ACCEPTED,
    State.DECLINED,
    State.WITHDRAWN,
    State.AGREED,
)
REACHES = {
    Fact.SENT: State.SENT,
    Fact.DELIVERED: State.SENT,
    Fact.BOUNCED: State.BOUNCED,
    Fact.ACKNOWLEDGED: State.ACKNOWLEDGED,
    Fact.ACCEPTED: State.ACCEPTED,
    Fact.DECLINED: State.DECLINED,
    Fact.AGREED: State.AGREED,
}


def row(sequence: int = 1, state: State = State.PROPOSED) -> HandoverRow:
    return HandoverRow(
        HandoverId(UUID(int=sequence)),
        CaseId(UUID(int=7)),
        DispatchId(UUID(int=8)),
        PanelId("oxfordshire"),
        state,
        START,
        sequence=sequence,
    )


def after(*facts: Fact) -> HandoverRow:
    return reduce(record, [Event(fact, START + n * HOUR) for n, fact in enumerate(facts, 1)], row())


events = st.builds(
    Event,
    st.sampled_from(Fact),
    st.integers(0, 5).map(lambda hours: START + hours * HOUR),
    st.sampled_from([None, PanelId("berkshire"), PanelId("kent")]),
    st.sampled_from([BlobId(UUID(int=1)), BlobId(UUID(int=2))]),
)


@given(st.lists(events, max_size=8).flatmap(lambda found: st.tuples(st.just(found), st.permutations(found))))
def test_every_order_of_events_leads_to_the_same_row(orders: tuple[list[Event], list[Event]]) -> None:
    first, second = (reduce(record, order, row()) for order in orders)
    assert first == second


@given(st.lists(events, max_size=8))
def test_no_fact_is_lost_and_a_repeat_changes_nothing(found: list[Event]) -> None:
    whole = reduce(record, found, row())
    for fact in Fact:
        times = [event.at for event in found if event.fact is fact]
        assert getattr(whole, f"{fact.value}_at") == min(times, default=None)
    assert all(record(whole, event) is whole for event in found)


def test_every_permutation_of_every_set_of_facts_ends_in_the_furthest_state() -> None:
    for length in range(1, 6):
        for order in permutations(Fact, length):
            expected = max((REACHES[fact] for fact in order), key=ORDER.index)
            assert reduce(following, order, State.PROPOSED) is expected, order


def test_the_table_names_only_moves_forward() -> None:
    for fact in Fact:
        for before in State:
            assert following(before, fact) is max(before, REACHES[fact], key=ORDER.index)
        assert all(before is not to for before, to in TRANSITIONS[fact].items())


@pytest.mark.parametrize("order", list(permutations([Fact.SENT, Fact.DELIVERED, Fact.BOUNCED])))
def test_a_late_delivered_never_hides_bounced(order: tuple[Fact, ...]) -> None:
    ended = after(*order)
    assert ended.state is State.BOUNCED
    assert ended.delivered_at is not None
    assert ended.bounced_at is not None


def test_an_answer_proves_that_a_bounced_message_was_read() -> None:
    assert after(Fact.SENT, Fact.BOUNCED, Fact.ACKNOWLEDGED).state is State.ACKNOWLEDGED
    assert after(Fact.SENT, Fact.ACKNOWLEDGED, Fact.BOUNCED).bounced_at is not None


def test_a_panel_that_said_yes_and_no_goes_to_a_person() -> None:
    for order in permutations([Fact.ACCEPTED, Fact.DECLINED]):
        assert next_step(after(Fact.SENT, *order), [], START, POLICY) is Next.DECLINED


def test_declined_keeps_with_whom_it_went_to() -> None:
    said = record(after(Fact.SENT), Event(Fact.DECLINED, START, PanelId("berkshire")))
    assert record(said, Event(Fact.DECLINED, START - HOUR)).declined_to == PanelId("berkshire")


def test_delivered_is_no_receipt_and_the_clock_runs_on() -> None:
    delivered = after(Fact.SENT, Fact.DELIVERED)
    assert delivered.acknowledged_at is None
    assert next_step(delivered, [], START + 48 * HOUR, POLICY) is Next.REMIND


def test_no_receipt_is_a_reminder_once_and_then_an_alarm_until_somebody_answers() -> None:
    sent = record(row(), Event(Fact.SENT, START))
    due = START + POLICY.receipt_within
    assert expected_by(sent, POLICY) == due
    assert next_step(sent, [], due - timedelta(seconds=1), POLICY) is Next.NOTHING
    assert next_step(sent, [], due, POLICY) is Next.REMIND
    reminded = replace(sent, reminded_at=due)
    assert next_step(reminded, [], due + 23 * HOUR, POLICY) is Next.NOTHING
    assert next_step(reminded, [], due + 24 * HOUR, POLICY) is Next.ALARM
    assert next_step(reminded, [], due + 999 * HOUR, POLICY) is Next.ALARM
    answered = record(reminded, Event(Fact.ACKNOWLEDGED, due + 25 * HOUR))
    assert next_step(answered, [], due + 25 * HOUR, POLICY) is Next.NOTHING


def test_acknowledged_but_never_answered_is_an_alarm() -> None:
    taken = record(record(row(), Event(Fact.SENT, START)), Event(Fact.ACKNOWLEDGED, START + HOUR))
    assert next_step(taken, [], START + HOUR + POLICY.answer_within, POLICY) is Next.ALARM


@pytest.mark.parametrize("state", [State.PROPOSED, State.SENT, State.ACKNOWLEDGED, State.BOUNCED, State.DECLINED])
def test_closing_is_refused_while_a_hand_over_is_open(state: State) -> None:
    assert not may_close([row(state=state)])
    assert not may_close([row(1, State.AGREED), row(2, state)])


@pytest.mark.parametrize("state", [State.ACCEPTED, State.AGREED])
def test_closing_is_allowed_once_it_is_taken(state: State) -> None:
    assert may_close([row(state=state)])
    assert may_close([])


@pytest.mark.parametrize("state", [State.BOUNCED, State.DECLINED])
def test_what_came_back_stays_with_a_person_until_it_was_sent_on_or_agreed(state: State) -> None:
    back, again = row(1, state), row(2, State.SENT)
    assert next_step(back, [back], START, POLICY).value == state.value
    assert next_step(back, [back, again], START, POLICY) is Next.NOTHING
    assert not may_close([back, again])
    assert may_close([back, row(2, State.ACCEPTED)])
    assert may_close([record(back, Event(Fact.AGREED, START))])


def test_a_hand_over_nobody_answered_stays_open_when_another_is_sent() -> None:
    waiting = row(1, State.SENT)
    assert is_open(waiting, [waiting, row(2, State.AGREED)])
