"""Bytes become text whatever their charset says, and never fail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.stages.documents.plain import text


@pytest.mark.parametrize(
    ("content", "charset", "read"),
    [
        ("Zoë".encode(), None, "Zoë"),
        ("Zoë".encode("latin-1"), "iso-8859-1", "Zoë"),
        ("Zoë".encode("cp1252"), None, "Zoë"),
        ("Zoë".encode(), "us-ascii", "Zoë"),
        ("Zoë".encode(), "no-such-charset", "Zoë"),
        ("Zoë".encode("utf-16"), "utf-16", "Zoë"),
        (b"\x81", None, "\x81"),
    ],
)
def test_the_declared_charset_counts_where_it_fits(content: bytes, charset: str | None, read: str) -> None:
    assert text(content, charset) == read


@given(st.binary(max_size=100), st.sampled_from([None, "utf-8", "utf-7", "x", "", "base64", "idna"]))
def test_no_bytes_are_too_strange(content: bytes, charset: str | None) -> None:
    assert isinstance(text(content, charset), str)
