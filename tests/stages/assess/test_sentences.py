"""Every code has words that a person reads; a wrapper nobody knows is described in general ones."""

from __future__ import annotations

import pytest

from gateway.stages.assess.sentences import reason


def test_a_known_code_has_its_sentence_and_an_unknown_wrapper_a_general_one() -> None:
    assert "Egress" in reason("wrapper_egress").text
    assert reason("wrapper_new").code == "wrapper_new"
    assert "cannot open" in reason("wrapper_new").text


def test_a_code_that_nobody_wrote_words_for_is_a_fault() -> None:
    with pytest.raises(KeyError):
        reason("no_such_code")
