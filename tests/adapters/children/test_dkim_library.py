"""What stands in place of the library's own is equal to it on any bytes."""

from __future__ import annotations

import dkim
from dkim import canonicalization
from hypothesis import given
from hypothesis import strategies as st

from gateway.adapters.children.dkim_library import relaxed_body, simple_body, split

LIBRARY = {name: vars(getattr(canonicalization, name))["canonicalize_body"].__func__ for name in ("Relaxed", "Simple")}
BODIES = st.lists(
    st.sampled_from([b"a", b" ", b"\t", b"  ", b"\r\n", b"\r", b"=20", b" \r\n", b"\x00"]), max_size=40
).map(b"".join)


@given(BODIES)
def test_our_canonicalisations_are_those_of_the_library(body: bytes) -> None:
    assert relaxed_body(body) == LIBRARY["Relaxed"](body)
    assert simple_body(body) == LIBRARY["Simple"](body)


@given(st.lists(st.sampled_from([b"a: b", b"\r\n", b"\n", b"\r", b" c", b"x"]), max_size=20).map(b"".join))
def test_head_and_body_are_those_of_the_library(raw: bytes) -> None:
    head, body = split(raw)
    try:
        headers, wanted = dkim.rfc822_parse(raw)
    except (dkim.MessageFormatError, IndexError):
        return
    assert dkim.rfc822_parse(head)[0] == headers
    assert (body or b"") == (wanted or b"")
