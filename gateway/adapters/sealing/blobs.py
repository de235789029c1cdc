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


def sweep(folder: Path, living: frozenset[BlobId], older_than_s: float, now_s: float) -> int:
    """Remove files that no row needs: of destroyed blobs, and of moves that were never committed.

    A file younger than ``older_than_s`` may belong to a move in progress. Returns how many were removed.
    """
    removed = 0
    for path in folder.glob("[0-9a-f][0-9a-f]/*"):
        is_needed = path.suffix == "" and BlobId(UUID(path.name)) in living
        if not is_needed and now_s - path.stat().st_mtime > older_than_s:
            path.unlink(missing_ok=True)
            removed += 1
    return removed


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
