"""Every reason that a person is shown has its sentence, and only a proved way may carry content."""

from __future__ import annotations

from gateway.model.kinds import (
    ALARM_SENTENCES,
    DISPATCH_HELD_SENTENCES,
    HELD_SENTENCES,
    AlarmKind,
    DispatchHeldReason,
    Grade,
    HeldReason,
)


def test_only_end_to_end_and_secure_are_proved() -> None:
    assert {grade for grade in Grade if grade.is_proved} == {Grade.END_TO_END, Grade.SECURE}


def test_every_reason_has_a_sentence() -> None:
    assert set(HELD_SENTENCES) == set(HeldReason)
    assert set(DISPATCH_HELD_SENTENCES) == set(DispatchHeldReason)
    assert set(ALARM_SENTENCES) == set(AlarmKind)
