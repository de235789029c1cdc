"""Sealed content: what docs/sealing.md says, byte by byte; what is cut, swapped or altered is refused."""

from __future__ import annotations

import hashlib
import io
import json
import secrets
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.adapters.sealing.seal import Sealer, SealPublicKey, seal
from gateway.adapters.sealing.seal_format import SealRefused
from gateway.adapters.sealing.unseal import KeyRing, SealPrivateKey, open_chunks, read_header, unseal

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent / "vectors" / "seal-1.json").read_bytes())
CASES: list[dict[str, Any]] = VECTORS["cases"]
CHUNK = 65536
SEALED_CHUNK = CHUNK + 16
HEAD = 12  # magic, version, suite, length of the context
CONTEXT = {"intake_id": "01890a5d-ac96-774b-bcce-b302099a8057", "mailbox": "secure"}
KEY = SealPrivateKey.from_raw(bytes.fromhex(VECTORS["private_key_hex"]))
RING = KeyRing.of(KEY)


def plaintext(count: int) -> bytes:
    """The vectors' plaintext: digests of a counter."""
    return b"".join(hashlib.sha256(number.to_bytes(4, "big")).digest() for number in range(count // 32 + 1))[:count]


def body_by_the_page(data_key: bytes, header: bytes, content: bytes) -> bytes:
    """Seal the body as docs/sealing.md says, with none of the gateway's code."""
    cipher, associated = AESGCM(data_key), hashlib.sha256(header).digest()
    chunks = [content[start : start + CHUNK] for start in range(0, len(content), CHUNK)] or [b""]
    last = len(chunks) - 1
    return b"".join(
        cipher.encrypt(number.to_bytes(11, "big") + (b"\1" if number == last else b"\0"), chunk, associated)
        for number, chunk in enumerate(chunks)
    )


@dataclass(frozen=True, slots=True)
class Sealed:
    header: bytes
    body: bytes

    def opened(self, ring: KeyRing = RING) -> bytes:
        return unseal(ring, self.header, self.body).reveal()


def sealed(content: bytes, context: dict[str, str] | None = None) -> Sealed:
    return Sealed(*seal(KEY.public, CONTEXT if context is None else context, content))


@pytest.fixture(scope="module")
def three_chunks() -> Sealed:
    return sealed(plaintext(2 * CHUNK + 1000))


def flipped(content: bytes, place: int, bit: int = 0) -> bytes:
    altered = bytearray(content)
    altered[place] ^= 1 << bit
    return bytes(altered)


# The vectors.


def test_key_of_the_vectors_has_the_id_the_page_says() -> None:
    public = bytes.fromhex(VECTORS["public_key_hex"])
    assert KEY.public.raw == public
    assert len(public) == 1184 + 32
    assert KEY.public.id == VECTORS["key_id"] == hashlib.sha256(public).hexdigest()[:16]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_vector_opens(case: dict[str, Any]) -> None:
    header, content = bytes.fromhex(case["header_hex"]), plaintext(case["plaintext_bytes"])
    body = body_by_the_page(bytes.fromhex(case["data_key_hex"]), header, content)
    assert len(body) == case["body_bytes"]
    assert hashlib.sha256(body).hexdigest() == case["body_sha256"]
    assert body.hex() == case.get("body_hex", body.hex())
    assert Sealed(header, body).opened() == content
    assert hashlib.sha256(content).hexdigest() == case["plaintext_sha256"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_header_of_a_vector_is_laid_out_as_the_page_says(case: dict[str, Any]) -> None:
    header = bytes.fromhex(case["header_hex"])
    context = json.dumps(case["context"], sort_keys=True, separators=(",", ":")).encode()
    assert header[:HEAD] == b"CDOPSEAL" + b"\x01\x01" + len(context).to_bytes(2, "big")
    assert header[HEAD : HEAD + len(context)] == context
    wrapped = header[HEAD + len(context) + 2 :]
    assert int.from_bytes(header[HEAD + len(context) :][:2], "big") == len(wrapped) == 1088 + 32 + 32 + 16
    suite = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    info = b"CDOP gateway seal v1" + header[: HEAD + len(context)]
    assert suite.decrypt(wrapped, KEY.hpke, info=info).hex() == case["data_key_hex"]


@pytest.mark.parametrize("count", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 1])
def test_what_is_sealed_here_has_the_length_the_page_says_and_opens(count: int) -> None:
    content = plaintext(count)
    made = sealed(content)
    assert len(made.body) == count + 16 * max(1, -(-count // CHUNK))
    assert made.opened() == content


def test_same_content_twice_shares_no_byte_of_key_or_body() -> None:
    first, second = sealed(plaintext(1000)), sealed(plaintext(1000))
    assert first.header[-1168:] != second.header[-1168:]
    assert first.body[:1000] != second.body[:1000]  # before the tag: the key itself is another


# Truncated.


def test_cut_at_any_chunk_border_is_refused(three_chunks: Sealed) -> None:
    for border in (0, SEALED_CHUNK, 2 * SEALED_CHUNK):
        with pytest.raises(SealRefused):
            Sealed(three_chunks.header, three_chunks.body[:border]).opened()


@given(st.integers(min_value=0, max_value=2 * SEALED_CHUNK + 1015))
@settings(max_examples=60, deadline=None)
def test_cut_anywhere_is_refused(three_chunks: Sealed, length: int) -> None:
    with pytest.raises(SealRefused):
        Sealed(three_chunks.header, three_chunks.body[:length]).opened()


def test_header_cut_anywhere_is_refused(three_chunks: Sealed) -> None:
    for length in range(len(three_chunks.header)):
        with pytest.raises(SealRefused):
            read_header(io.BytesIO(three_chunks.header[:length]))


# Swapped.


def test_chunks_in_another_order_or_repeated_are_refused(three_chunks: Sealed) -> None:
    first, second = three_chunks.body[:SEALED_CHUNK], three_chunks.body[SEALED_CHUNK : 2 * SEALED_CHUNK]
    last = three_chunks.body[2 * SEALED_CHUNK :]
    for order in ((second, first, last), (first, first, last), (first, last), (second, last), (last,)):
        with pytest.raises(SealRefused):
            Sealed(three_chunks.header, b"".join(order)).opened()


def test_body_of_one_under_the_header_of_another_is_refused() -> None:
    one, other = sealed(b"one"), sealed(b"two")
    for mixed in (Sealed(one.header, other.body), Sealed(other.header, one.body)):
        with pytest.raises(SealRefused):
            mixed.opened()


def test_wrapped_key_under_the_context_of_another_is_refused() -> None:
    one = sealed(b"one", {**CONTEXT, "mailbox": "secure"})
    other = sealed(b"two", {**CONTEXT, "mailbox": "public"})  # of the same length: only HPKE's info can tell
    moved = Sealed(other.header[:-1168] + one.header[-1168:], one.body)
    assert len(moved.header) == len(one.header)
    with pytest.raises(SealRefused):
        moved.opened()


# Altered.


def test_one_altered_bit_anywhere_in_the_header_is_refused() -> None:
    made = sealed(b"content")
    for place in range(len(made.header)):
        with pytest.raises(SealRefused):
            Sealed(flipped(made.header, place, place % 8), made.body).opened()


@pytest.mark.parametrize(
    "place",
    [0, CHUNK - 1, CHUNK, SEALED_CHUNK - 1, SEALED_CHUNK, 2 * SEALED_CHUNK, 2 * SEALED_CHUNK + 999, -1],
)
def test_one_altered_bit_of_content_or_tag_is_refused(three_chunks: Sealed, place: int) -> None:
    with pytest.raises(SealRefused):
        Sealed(three_chunks.header, flipped(three_chunks.body, place)).opened()


@pytest.mark.parametrize("count", [0, 5, CHUNK, CHUNK + 1])
@pytest.mark.parametrize("extra", [b"\0", bytes(16), bytes(SEALED_CHUNK)])
def test_extra_bytes_at_the_end_are_refused(count: int, extra: bytes) -> None:
    made = sealed(plaintext(count))
    with pytest.raises(SealRefused):
        Sealed(made.header, made.body + extra).opened()
    with pytest.raises(SealRefused):
        Sealed(made.header + extra, made.body).opened()


def test_chunk_before_an_altered_one_is_not_called_whole(three_chunks: Sealed) -> None:
    """Streaming gives early chunks out: the refusal comes at the end at the latest, never a quiet end."""
    altered = flipped(three_chunks.body, -1)
    seen = []
    with pytest.raises(SealRefused):
        for chunk in open_chunks(RING, three_chunks.header, io.BytesIO(altered)):
            seen.append(len(chunk))
    assert seen == [CHUNK, CHUNK]


# Other keys.


def test_sealed_to_another_key_is_refused() -> None:
    with pytest.raises(SealRefused, match="another key"):
        sealed(b"content").opened(KeyRing.of(SealPrivateKey.generate()))


def test_another_key_that_claims_the_id_is_refused() -> None:
    impostor = SealPrivateKey.generate()
    with pytest.raises(SealRefused):
        sealed(b"content").opened(KeyRing({KEY.public.id: impostor}))


def test_context_cannot_name_another_key_than_it_is_sealed_to() -> None:
    made = sealed(b"content", {**CONTEXT, "key_id": "0" * 16})
    assert read_header(io.BytesIO(made.header))[1]["key_id"] == KEY.public.id
    assert made.opened() == b"content"


def test_context_longer_than_the_page_allows_is_not_sealed() -> None:
    with pytest.raises(ValueError, match="context too long"):
        Sealer(KEY.public, {"name": "x" * 4096})


@pytest.mark.parametrize("context", [b"", b"{", b"[]", b'{"a":1}', b'{"a":null}', b"\xff\xfe", b'"text"', b"[" * 4000])
def test_context_that_is_no_map_of_texts_is_refused(context: bytes) -> None:
    header = b"CDOPSEAL\x01\x01" + len(context).to_bytes(2, "big") + context + b"\0\0"
    with pytest.raises(SealRefused):
        read_header(io.BytesIO(header))


def test_refusal_and_private_key_show_nothing() -> None:
    assert KEY.raw.hex() not in repr(KEY)
    assert repr(KEY.raw) not in repr(KEY)
    assert "object at" in repr(KEY)
    with pytest.raises(SealRefused) as refused:
        sealed(b"a name").opened(KeyRing.of(SealPrivateKey.generate()))
    assert KEY.public.id not in str(refused.value)


# Key files.


def test_key_files_come_back_and_a_damaged_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "seal.key"
    path.write_text(KEY.dump(), "ascii")
    assert SealPrivateKey.load(path).raw == KEY.raw
    path.write_text(KEY.dump().replace(KEY.public.id, "0" * 16), "ascii")
    with pytest.raises(ValueError, match="damaged"):
        SealPrivateKey.load(path)
    path.write_text(KEY.public.dump(), "ascii")
    assert SealPublicKey.load(path).raw == KEY.public.raw
    path.write_text(KEY.public.dump().replace(KEY.public.id, "0" * 16), "ascii")
    with pytest.raises(ValueError, match="damaged"):
        SealPublicKey.load(path)
    with pytest.raises(ValueError, match="not a seal private key"):
        SealPrivateKey.load(path)


# Large, and every size.


class Counted(io.RawIOBase):
    """A file of sealed bytes that makes them as they are read, and says the most that one read asked for."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._waiting = b""

    def read(self, size: int = -1) -> bytes:
        assert 0 < size <= SEALED_CHUNK
        while len(self._waiting) < size and (piece := next(self._pieces, None)) is not None:
            self._waiting += piece
        given, self._waiting = self._waiting[:size], self._waiting[size:]
        return given


def test_25_megabytes_stream_in_bounded_memory() -> None:
    total, step = 25 * 1024 * 1024, 60_000
    block = secrets.token_bytes(step)
    sealer = Sealer(KEY.public, CONTEXT)
    hashed_in, hashed_out = hashlib.sha256(), hashlib.sha256()

    def pieces() -> Iterator[bytes]:
        for start in range(0, total, step):
            piece = block[: total - start]
            hashed_in.update(piece)
            yield sealer.update(piece)
        yield sealer.finish()

    tracemalloc.start()
    try:
        size = 0
        for chunk in open_chunks(RING, sealer.header, Counted(pieces())):  # type: ignore[arg-type]
            assert len(chunk) <= CHUNK
            hashed_out.update(chunk)
            size += len(chunk)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert size == total
    assert hashed_out.digest() == hashed_in.digest()
    assert peak < 2 * 1024 * 1024


@given(
    st.lists(st.binary(max_size=3000), max_size=5),
    st.integers(min_value=0, max_value=CHUNK * 2 + 7),
    st.dictionaries(st.text(max_size=20), st.text(max_size=40), max_size=5),
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_sealed_in_whatever_pieces_opens_as_it_was(
    pieces: list[bytes], padding: int, context: dict[str, str]
) -> None:
    context = {name: value for name, value in context.items() if name != "key_id"}
    sealer = Sealer(KEY.public, context)
    content = [*pieces, bytes(padding)]
    body = b"".join([sealer.update(piece) for piece in content] + [sealer.finish()])
    assert Sealed(sealer.header, body).opened() == b"".join(content)
    assert read_header(io.BytesIO(sealer.header))[1] == {**context, "key_id": KEY.public.id}


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_byte_is_altered_is_refused(data: st.DataObject) -> None:
    content = data.draw(st.binary(max_size=500))
    made = sealed(content)
    whole = made.header + made.body
    altered = flipped(
        whole, data.draw(st.integers(min_value=0, max_value=len(whole) - 1)), data.draw(st.integers(0, 7))
    )
    stream = io.BytesIO(altered)
    with pytest.raises(SealRefused):
        header, _ = read_header(stream)
        b"".join(open_chunks(RING, header, stream))
