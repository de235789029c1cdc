"""Connections are counted in all, by network and by the minute; who leaves makes room."""

from __future__ import annotations

from gateway.adapters.smtp_in.admission import Admission
from gateway.adapters.smtp_in.smtp_settings import SmtpLimits

LIMITS = SmtpLimits(
    connections_in_all=3, connections_per_prefix=2, new_connections_per_prefix_a_minute=4, messages_at_once=1
)


def test_one_network_does_not_take_the_place_of_all() -> None:
    admission = Admission(LIMITS)
    assert [admission.enter("a", 0.0) for _ in range(3)] == [True, True, False]
    assert admission.enter("b", 0.0)
    assert not admission.enter("c", 0.0), "full in all"
    admission.leave("a")
    assert admission.enter("c", 0.0)
    assert admission.connections == 3


def test_new_connections_are_counted_by_the_minute_refused_ones_too() -> None:
    admission = Admission(LIMITS)
    for _ in range(4):
        assert admission.enter("a", 1.0)
        admission.leave("a")
    assert not admission.enter("a", 60.9)
    assert admission.enter("b", 60.9)
    assert admission.enter("a", 61.0)


def test_messages_at_once_are_limited_and_make_room() -> None:
    admission = Admission(LIMITS)
    assert admission.begin_message()
    assert (admission.is_full, admission.begin_message()) == (True, False)
    admission.end_message()
    assert admission.begin_message()
