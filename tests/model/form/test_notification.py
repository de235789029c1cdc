"""Only a known answer is text; everything else is said by its state."""

from __future__ import annotations

import pytest

from gateway.model.content.confidential import ConfidentialText
from gateway.model.form.notification import Answer, AnswerState, Notification


@pytest.mark.parametrize("state", list(AnswerState))
def test_only_a_known_answer_is_text(state: AnswerState) -> None:
    notification = Notification({"x": Answer(ConfidentialText("Zoe"), state)})
    assert notification.text("x") == ("Zoe" if state is AnswerState.KNOWN else "")
    assert notification.text("y") == ""
    assert "Zoe" not in repr(notification)
