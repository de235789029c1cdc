"""Chunks are counted and the last is marked: what is cut short or reordered does not open."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from gateway.stages.stream import CHUNK_BYTES, MAX_CHUNKS, TAG_BYTES, ChunkSealer, nonce

CIPHER = AESGCM(bytes(32))
SIZES = st.sampled_from([0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 3 * CHUNK_BYTES + 5])


def sealed(content: bytes, at_a_time: int) -> list[bytes]:
    sealer, found = ChunkSealer(CIPHER), list[bytes]()
    for start in range(0, len(content), at_a_time):
        found += sealer.chunks(content[start : start + at_a_time])
    return [*found, sealer.finish()]


def opened(chunks: list[bytes]) -> bytes:
    last = len(chunks) - 1
    return b"".join(CIPHER.decrypt(nonce(at, at == last), chunk, None) for at, chunk in enumerate(chunks))


@given(SIZES, st.sampled_from([1000, CHUNK_BYTES, 100_000]))
def test_content_opens_again_however_it_came_in(size: int, at_a_time: int) -> None:
    content = bytes(size)
    chunks = sealed(content, at_a_time)
    assert opened(chunks) == content
    assert all(len(chunk) == CHUNK_BYTES + TAG_BYTES for chunk in chunks[:-1])


def test_what_is_cut_reordered_or_doubled_does_not_open() -> None:
    chunks = sealed(bytes(3 * CHUNK_BYTES + 1), 100_000)
    first, second, third, last = chunks
    for wrong in (chunks[:-1], [second, first, third, last], [first, first, third, last], [first, third, last]):
        with pytest.raises(InvalidTag):
            opened(wrong)


def test_a_counter_never_repeats() -> None:
    assert nonce(1, False) != nonce(1, True)
    assert len(nonce(MAX_CHUNKS - 1, True)) == 12
    with pytest.raises(ValueError, match="too long"):
        nonce(MAX_CHUNKS, False)
