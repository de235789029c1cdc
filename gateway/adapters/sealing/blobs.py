"""Seal content into blobs. Small ones live in their row; large ones are files under blobs/, files before rows."""

from __future__ import annotations

import asyncio
import os
import secrets
from datetime import datetime
from pathlib import Path
from uuid import UUID

from gateway.adapters.sealing.seal import SealPublicKey, seal
from gateway.model.case.rows import BlobRow
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.ids import BlobId, uuid7
from gateway.ports import Temporary

IN_ROW_BYTES = 64 * 1024
MOST_AT_ONCE = 10_000  # files of one folder


class SealedBlobs:
    """ports.BlobSealer for one public key."""

    def __init__(self, folder: Path, key: SealPublicKey) -> None:
        self._folder = folder
        self._key = key

    async def seal(self, content: ConfidentialBytes, purpose: str, now: datetime) -> BlobRow:
        """Seal ``content``; a large body is on disk, fsynced, when this returns. Temporary if it cannot be."""
        return await asyncio.to_thread(self._seal, content, purpose, now)

    def _seal(self, content: ConfidentialBytes, purpose: str, now: datetime) -> BlobRow:
        blob_id = BlobId(uuid7(now, secrets.token_bytes(16)))
        header, body = seal(self._key, {"blob_id": str(blob_id), "purpose": purpose}, content.reveal())
        if len(body) > IN_ROW_BYTES:
            try:
                _write(blob_path(self._folder, blob_id), body)
            except OSError:
                raise Temporary("blob_write") from None
            return BlobRow(blob_id, purpose, self._key.id, header, None, len(body), now)
        return BlobRow(blob_id, purpose, self._key.id, header, body, len(body), now)


def blob_path(folder: Path, blob_id: BlobId) -> Path:
    """Return where the body of a large blob is: distributed over 256 folders by the random end of its id."""
    name = str(blob_id)
    return folder / name[-2:] / name


class Sweeper:
    """Removes files that no row needs: of destroyed blobs, and of moves that were never committed.

    One of the 256 folders at a time, so that what is looked at once does not grow with all that was ever kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._position = 0
        self._old: dict[BlobId, Path] = {}
        self._broken: list[Path] = []

    def old_files(self, older_than_s: float, now_s: float) -> list[BlobId]:
        """Return the blobs whose files in the next folder are old. A younger one may be of a move just being made."""
        here = self._folder / f"{self._position:02x}"
        self._position = (self._position + 1) % 256
        self._old, self._broken = {}, []
        for path in here.iterdir() if here.is_dir() else ():
            if now_s - path.stat().st_mtime <= older_than_s or len(self._old) >= MOST_AT_ONCE:
                continue
            try:
                self._old[BlobId(UUID(path.name))] = path
            except ValueError:  # a part of a write that was never ended
                self._broken.append(path)
        return list(self._old)

    def remove(self, living: frozenset[BlobId]) -> int:
        """Remove those of the last look that no row needs. Returns how many went."""
        gone = [path for blob_id, path in self._old.items() if blob_id not in living] + self._broken
        for path in gone:
            path.unlink(missing_ok=True)
        self._old, self._broken = {}, []
        return len(gone)


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(mode=0o770, exist_ok=True)  # worker and console both write here, by their group
    part = path.with_suffix(".part")
    try:
        with part.open("wb") as stream:
            stream.write(body)
            stream.flush()
            os.fsync(stream.fileno())
        part.rename(path)
    except OSError:
        part.unlink(missing_ok=True)  # on a full disk every new attempt would leave another
        raise
    descriptor = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
