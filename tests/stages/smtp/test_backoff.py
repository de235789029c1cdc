from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gateway.stages.smtp.backoff import BackoffPolicy, next_attempt, wait

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
POLICY = BackoffPolicy()


def test_waits_double_up_to_the_longest() -> None:
    waits = [wait(attempts, 0.0, POLICY) for attempts in range(1, 10)]
    assert [w.total_seconds() / 60 for w in waits] == [1, 2, 4, 8, 16, 32, 64, 120, 120]


@given(attempts=st.integers(0, 10_000), entropy=st.floats(0, 1, exclude_max=True))
def test_jitter_takes_off_at_most_its_share(attempts: int, entropy: float) -> None:
    whole, chosen = wait(attempts, 0.0, POLICY), wait(attempts, entropy, POLICY)
    assert whole * (1 - POLICY.jitter) <= chosen <= whole


def test_two_dispatches_that_failed_together_do_not_return_together() -> None:
    assert next_attempt(START, START, 3, 0.1, POLICY) != next_attempt(START, START, 3, 0.9, POLICY)


def test_the_last_attempt_is_at_the_end_of_the_time_and_then_it_is_given_up() -> None:
    end = START + POLICY.give_up_after
    assert next_attempt(end - timedelta(seconds=30), START, 40, 0.5, POLICY) == end
    assert next_attempt(end, START, 41, 0.5, POLICY) is None


@given(st.lists(st.floats(0, 1, exclude_max=True), min_size=60, max_size=60))
def test_a_next_hop_that_stays_down_is_tried_often_and_given_up_on_time(chances: list[float]) -> None:
    now = START
    for attempts, chance in enumerate(chances, start=1):
        following = next_attempt(now, START, attempts, chance, POLICY)
        if following is None:
            assert now == START + POLICY.give_up_after
            assert attempts >= 30
            return
        assert now < following <= now + POLICY.longest
        now = following
    raise AssertionError("never given up")
