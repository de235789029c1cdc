"""The end of a message is found wherever the network cut it, and never anywhere else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.stages.smtp.content import ChunkedContent, DataContent, mend_line_ends

WIRE = st.lists(
    st.sampled_from([b"\r", b"\n", b".", b"\r\n", b"\r\n.", b"x", b"\r\n..", b"\n.\n", b"\r.\r"]), max_size=30
).map(b"".join)


def by_the_book(wire: bytes) -> tuple[bytes, bytes] | None:
    """Return content and what follows it, slowly, by RFC 5321 section 4.5.2; None if there is no end."""
    at = (b"\r\n" + wire).find(b"\r\n.\r\n")
    if at < 0:
        return None
    lines = wire[:at].split(b"\r\n")
    content = b"\r\n".join(line.removeprefix(b".") for line in lines)
    return content, wire[at + 3 :]


def mended_slowly(content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\0").replace(b"\r", b" ").replace(b"\n", b"\0").replace(b"\0", b"\r\n")


@given(WIRE, st.lists(st.integers(1, 5), max_size=80))
def test_content_and_rest_do_not_depend_on_the_cuts(wire: bytes, cuts: list[int]) -> None:
    wire += b"\r\n.\r\nNOOP\r\n"
    expected = by_the_book(wire)
    assert expected is not None
    decoder = DataContent()
    content, rest = b"", wire
    for cut in [*cuts, len(wire)]:
        content += decoder.feed(rest[:cut])
        rest = rest[cut:]
        if decoder.ended:
            break
    assert content == mended_slowly(expected[0])
    assert decoder.rest + rest == expected[1]
    assert decoder.mended == (content != expected[0])


@given(WIRE)
def test_every_cut_in_two_gives_the_same(wire: bytes) -> None:
    wire += b"\r\n.\r\n"
    whole = DataContent()
    expected = whole.feed(wire)
    for cut in range(len(wire)):
        decoder = DataContent()
        content = decoder.feed(wire[:cut])
        if decoder.ended:
            assert content == expected
        else:
            assert content + decoder.feed(wire[cut:]) == expected


def test_empty_message_is_empty() -> None:
    decoder = DataContent()
    assert decoder.feed(b".\r\n") == b""
    assert decoder.ended


@given(st.binary(max_size=50), st.integers(0, 50))
def test_chunks_mend_line_ends_across_their_cut(content: bytes, cut: int) -> None:
    chunks = ChunkedContent()
    assert chunks.feed(content[:cut], last=False) + chunks.feed(content[cut:], last=True) == mend_line_ends(content)


@given(WIRE)
def test_mended_content_has_no_bare_line_end(wire: bytes) -> None:
    mended = mend_line_ends(wire)
    assert mended.count(b"\r\n") == mended.count(b"\r") == mended.count(b"\n")
