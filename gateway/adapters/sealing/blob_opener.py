"""Open blobs with the private keys a role holds."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

from gateway.adapters.sealing.blobs import blob_path
from gateway.adapters.sealing.seal_format import SealRefused
from gateway.adapters.sealing.unseal import KeyRing, read_header, unseal
from gateway.model.case.rows import BlobRow
from gateway.model.content.confidential import ConfidentialBytes
from gateway.ports import Permanent, Temporary


class BlobOpener:
    """ports.BlobOpener."""

    def __init__(self, folder: Path, ring: KeyRing) -> None:
        self._folder = folder
        self._ring = ring

    async def open(self, blob: BlobRow) -> ConfidentialBytes:
        """Return the content. Permanent("destroyed"), ("seal_refused"); Temporary("blob_read")."""
        return await asyncio.to_thread(self._open, blob)

    def _open(self, blob: BlobRow) -> ConfidentialBytes:
        if not blob.header:
            raise Permanent("destroyed")
        try:
            body = blob.body if blob.body is not None else blob_path(self._folder, blob.id).read_bytes()
            _, context = read_header(io.BytesIO(blob.header))
            content = unseal(self._ring, blob.header, body)
        except SealRefused:
            raise Permanent("seal_refused") from None
        except OSError:
            raise Temporary("blob_read") from None
        if context.get("blob_id") != str(blob.id) or context.get("purpose") != blob.purpose:
            raise Permanent("seal_refused")
        return content
