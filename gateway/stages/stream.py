"""The chunks of sealed content: AES-256-GCM with the STREAM nonce of Hoang, Reyhanitabar, Rogaway and Vizar (2015).

Used by the seal (docs/sealing.md) and by the sealed uploads of the form. The cipher is the caller's; here is only how
content is cut, counted, and ended: a stream that is cut short or reordered does not open.
"""

from __future__ import annotations

from typing import Protocol

CHUNK_BYTES = 64 * 1024
TAG_BYTES = 16
MAX_CHUNKS = 1 << 32

Bytes = bytes | bytearray | memoryview


class Cipher(Protocol):
    """An authenticated cipher, as ``cryptography`` has them."""

    def encrypt(self, nonce: bytes, data: Bytes, associated_data: bytes | None) -> bytes: ...


def nonce(counter: int, last: bool) -> bytes:
    """Return the 12-byte nonce of a chunk: an 11-byte counter, then 1 for the last chunk."""
    if counter >= MAX_CHUNKS:
        raise ValueError("content too long")
    return counter.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


class ChunkSealer:
    """Seals content as it streams by: what ``chunks`` and ``finish`` return, one after another."""

    __slots__ = ("_associated", "_cipher", "_counter", "_waiting")

    def __init__(self, cipher: Cipher, associated: bytes | None = None) -> None:
        self._cipher = cipher
        self._associated = associated
        self._counter = 0
        self._waiting = bytearray()

    def chunks(self, content: Bytes) -> list[bytes]:
        """Take more content; return the sealed chunks that are complete. Up to 64 KiB stay behind."""
        view = memoryview(content)
        sealed: list[bytes] = []
        if self._waiting:
            space = CHUNK_BYTES - len(self._waiting)
            if len(view) <= space:  # the last chunk must be marked, so one is kept back
                self._waiting += view
                return sealed
            self._waiting += view[:space]
            view = view[space:]
            sealed.append(self._chunk(self._waiting, last=False))
            self._waiting = bytearray()
        while len(view) > CHUNK_BYTES:
            sealed.append(self._chunk(view[:CHUNK_BYTES], last=False))
            view = view[CHUNK_BYTES:]
        self._waiting += view
        return sealed

    def finish(self) -> bytes:
        """Return the last chunk. Nothing may follow."""
        chunk = self._chunk(self._waiting, last=True)
        self._waiting.clear()
        return chunk

    def _chunk(self, content: Bytes, last: bool) -> bytes:
        sealed = self._cipher.encrypt(nonce(self._counter, last), content, self._associated)
        self._counter += 1
        return sealed
