"""A transfer encoding is undone, and what parsers would read in two ways is said."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.stages.mime.decode import decode_content


@given(st.binary(max_size=300))
def test_base64_with_line_ends_reads_back_without_a_doubt(content: bytes) -> None:
    encoded = base64.encodebytes(content).replace(b"\n", b"\r\n")
    assert decode_content(encoded, "BASE64") == (content, [])


@pytest.mark.parametrize("encoding", ["", "7bit", " 8BIT ", "binary; x=1"])
def test_what_is_not_encoded_stays(encoding: str) -> None:
    assert decode_content(b"=41 \xff", encoding) == (b"=41 \xff", [])


@pytest.mark.parametrize(
    ("content", "encoding", "decoded", "doubts"),
    [
        (b"=41=\r\nb", "quoted-printable", b"Ab", []),
        (b"=4", "quoted-printable", b"=4", ["bad_quoted_printable"]),
        (b"QUI=QUI=", "base64", b"AB", ["bad_base64"]),
        (b"QU*I=", "base64", b"AB", ["bad_base64"]),
        (b"QUJDR", "base64", b"ABC", ["bad_base64"]),
        (b"x", "x-uuencode", b"x", ["unknown_encoding"]),
    ],
)
def test_what_can_be_read_in_two_ways_is_a_doubt(
    content: bytes, encoding: str, decoded: bytes, doubts: list[str]
) -> None:
    found, said = decode_content(content, encoding)
    assert said == doubts
    assert found.startswith(decoded)
