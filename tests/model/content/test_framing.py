"""A frame is a description and what follows it; anything else is refused without a word of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model.content import framing
from gateway.model.content.framing import BadFrame


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_what_was_framed_comes_apart_again(description: bytes, content: bytes) -> None:
    assert framing.split(framing.prefix(description) + content) == (description, content)


@pytest.mark.parametrize("frame", [b"", b"\x00\x00\x00", b"\x00\x00\x00\x02x", b"\xff\xff\xff\xffTestchild"])
def test_what_is_no_frame_is_refused(frame: bytes) -> None:
    with pytest.raises(BadFrame) as raised:
        framing.split(frame)
    assert "Testchild" not in str(raised.value)


def test_a_description_over_the_limit_is_refused_on_both_sides() -> None:
    assert framing.split(framing.prefix(b"12345", 5), 5) == (b"12345", b"")
    with pytest.raises(BadFrame):
        framing.prefix(b"123456", 5)
    with pytest.raises(BadFrame):
        framing.split(framing.prefix(b"123456"), 5)
