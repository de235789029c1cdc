"""One detail has one token throughout a thread, and the token shows nothing of it."""

from __future__ import annotations

import pytest

from gateway.model.content.confidential import ConfidentialText
from gateway.stages.screen.write.mask import TOKENS, Masks


def test_equal_details_share_a_token_and_others_count_up() -> None:
    masks = Masks(())
    assert masks.token("phone", "07700 900123") == masks.token("phone", "(07700)-900-123") == "[PHONE 1]"
    assert masks.token("phone", "07700 900124") == "[PHONE 2]"
    assert masks.token("email", "a@b.example") == "[EMAIL 1]"
    assert {token for _, token in masks.pairs()} == {"[PHONE 1]", "[PHONE 2]", "[EMAIL 1]"}


def test_a_thread_goes_on_where_it_was() -> None:
    masks = Masks(((ConfidentialText("07700900123"), "[PHONE 1]"),))
    assert masks.token("phone", "07700 900123") == "[PHONE 1]"
    assert masks.token("phone", "07700 900124") == "[PHONE 2]"


@pytest.mark.parametrize("kind", sorted(TOKENS))
def test_a_token_shows_nothing(kind: str) -> None:
    assert "testchild" not in Masks(()).token(kind, "testchild@home.example").lower()
