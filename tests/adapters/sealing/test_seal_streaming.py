"""However content is cut as it streams by, the sealed form has the same chunks and opens to the same content."""

from __future__ import annotations

import io
import secrets

import pytest

from gateway.adapters.sealing.seal import Sealer
from gateway.adapters.sealing.unseal import KeyRing, open_chunks
from gateway.stages import stream as layout
from tests.adapters.smtp_in.rig import public_key, seal_key

CHUNK = layout.CHUNK_BYTES


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 1, 5 * CHUNK + 77])
@pytest.mark.parametrize("cut", [1000, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 10 * CHUNK])
def test_sealed_stream_opens_whatever_the_cuts(size: int, cut: int) -> None:
    content = secrets.token_bytes(size)
    sealer = Sealer(public_key(), {"intake_id": "x"})
    body = b"".join(sealer.update(content[at : at + cut]) for at in range(0, size, cut)) + sealer.finish()
    chunks = max(1, -(-size // CHUNK))
    assert len(body) == size + chunks * layout.TAG_BYTES
    assert b"".join(open_chunks(KeyRing.of(seal_key()), sealer.header, io.BytesIO(body))) == content


def test_empty_updates_change_nothing() -> None:
    sealer = Sealer(public_key(), {"intake_id": "x"})
    body = sealer.update(b"") + sealer.update(b"a" * CHUNK) + sealer.update(b"") + sealer.finish()
    assert b"".join(open_chunks(KeyRing.of(seal_key()), sealer.header, io.BytesIO(body))) == b"a" * CHUNK
