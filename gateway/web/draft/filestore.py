"""Uploaded files of drafts: sealed while they stream in, unsealed while they stream out, never in clear on disk.

A file is the chunks of ``gateway.stages.stream``, without a header. Every file has a key of its own, from the draft's.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.ports import Temporary
from gateway.stages.stream import CHUNK_BYTES, TAG_BYTES, ChunkSealer, nonce
from gateway.web.draft.draft import StoredFile, file_key

STALE_S = 3600.0  # far longer than an upload may stall


class FileStore:
    """A folder of sealed files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def open(self) -> None:
        """Make the folder and drop what an earlier process left half-written.

        Another intake process may be writing a file at this moment, so a recently written part stays.
        """
        await asyncio.to_thread(self._open)

    def _open(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._drop_stale()

    async def drop_stale(self) -> None:
        """Drop the parts that nobody has written to for an hour: their process has gone."""
        await asyncio.to_thread(self._drop_stale)

    def _drop_stale(self) -> None:
        for part in self._folder.glob("*.part"):
            with contextlib.suppress(FileNotFoundError):  # it got its name meanwhile, or was given up
                if part.stat().st_mtime < time.time() - STALE_S:
                    part.unlink()

    async def begin(self, draft_key: bytes, file_id: str) -> FileWriting:
        """Begin a file. Temporary("files") if the disk refuses."""
        try:
            stream = await asyncio.to_thread(self._create, file_id)
        except OSError:
            raise Temporary("files") from None
        return FileWriting(stream, AESGCM(file_key(draft_key, file_id)), self._folder / file_id)

    def _create(self, file_id: str) -> BinaryIO:
        part = self._folder / f"{file_id}.part"
        return os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")

    async def read(self, draft_key: bytes, stored: StoredFile) -> AsyncIterator[bytes]:
        """Yield a file's bytes. Temporary("files") if it is not whole."""
        cipher = AESGCM(file_key(draft_key, stored.file_id))
        try:
            stream = await asyncio.to_thread((self._folder / stored.file_id).open, "rb")
        except OSError:
            raise Temporary("files") from None
        with stream:
            left, number = stored.size, 0
            while left > 0 or number == 0:
                size = min(CHUNK_BYTES, left)
                sealed = await asyncio.to_thread(stream.read, size + TAG_BYTES)
                try:
                    piece = cipher.decrypt(nonce(number, left <= CHUNK_BYTES), sealed, None)
                except InvalidTag:
                    raise Temporary("files") from None
                yield piece
                left, number = left - size, number + 1

    async def remove(self, file_ids: Iterable[str]) -> None:
        """Remove files; those that are gone already do not matter."""
        await asyncio.to_thread(self._remove, list(file_ids))

    def _remove(self, file_ids: list[str]) -> None:
        for file_id in file_ids:
            (self._folder / file_id).unlink(missing_ok=True)


class FileWriting:
    """One file that is being written."""

    def __init__(self, stream: BinaryIO, cipher: AESGCM, final: Path) -> None:
        self._stream = stream
        self._sealer = ChunkSealer(cipher)
        self._final = final
        self.size = 0

    async def write(self, content: bytes) -> None:
        """Take more of the file."""
        self.size += len(content)
        for sealed in self._sealer.chunks(content):
            await self._put(sealed)

    async def finish(self) -> None:
        """Write the last chunk, fsync, and give the file its name."""
        await self._put(self._sealer.finish())
        try:
            await asyncio.to_thread(self._finish)
        except OSError:
            raise Temporary("files") from None

    def _finish(self) -> None:
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._stream.close()
        self._final.with_name(f"{self._final.name}.part").replace(self._final)

    async def _put(self, sealed: bytes) -> None:
        try:
            await asyncio.to_thread(self._stream.write, sealed)
        except OSError:
            raise Temporary("files") from None

    def drop(self) -> None:
        """Abandon the file."""
        self._stream.close()
        self._final.with_name(f"{self._final.name}.part").unlink(missing_ok=True)
