"""What was typed stands; only a reading of all of it counts in its place."""

from __future__ import annotations

import pytest

from gateway.model.content.confidential import ConfidentialText
from gateway.model.form.answer import Answer, AnswerState, Extent, Reading

TYPED, READ = ConfidentialText("1st Nov 2025"), ConfidentialText("2025-11-01")


@pytest.mark.parametrize("extent", list(Extent))
def test_only_a_whole_reading_is_the_value(extent: Extent) -> None:
    answer = Answer(TYPED, AnswerState.KNOWN, Reading(READ, extent))
    assert answer.value == (READ if extent is Extent.WHOLE else TYPED)
    assert answer.is_certain is (extent is Extent.WHOLE)
    assert answer.typed == TYPED


@pytest.mark.parametrize("state", list(AnswerState))
def test_only_a_known_answer_is_certain(state: AnswerState) -> None:
    assert Answer(TYPED, state).is_certain is (state is AnswerState.KNOWN)
    assert Answer(TYPED, state).value == TYPED
