"""A blob opens under its own id and purpose only, and not once it was destroyed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from gateway.adapters.sealing.blob_opener import BlobOpener
from gateway.adapters.sealing.blobs import SealedBlobs, blob_path
from gateway.adapters.sealing.unseal import KeyRing
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.ids import BlobId
from gateway.ports import Permanent, Temporary
from tests.adapters.channel_kit import NOW
from tests.adapters.smtp_in.rig import seal_key

SMALL, LARGE = ConfidentialBytes(b"Zoe"), ConfidentialBytes(bytes(200_000))


@pytest.mark.parametrize("content", [SMALL, LARGE])
async def test_what_was_sealed_opens(tmp_path: Path, content: ConfidentialBytes) -> None:
    blob = await SealedBlobs(tmp_path, seal_key().public).seal(content, "record", NOW)
    assert (blob.body is None) is (content is LARGE)
    assert await BlobOpener(tmp_path, KeyRing.of(seal_key())).open(blob) == content


async def test_a_blob_under_another_name_or_purpose_is_refused(tmp_path: Path) -> None:
    blob = await SealedBlobs(tmp_path, seal_key().public).seal(SMALL, "record", NOW)
    opener = BlobOpener(tmp_path, KeyRing.of(seal_key()))
    for other in (replace(blob, id=BlobId(uuid4())), replace(blob, purpose="payload"), replace(blob, body=b"x" * 40)):
        with pytest.raises(Permanent) as raised:
            await opener.open(other)
        assert raised.value.code == "seal_refused"


async def test_what_is_destroyed_or_gone_is_told_apart(tmp_path: Path) -> None:
    blob = await SealedBlobs(tmp_path, seal_key().public).seal(LARGE, "record", NOW)
    opener = BlobOpener(tmp_path, KeyRing.of(seal_key()))
    with pytest.raises(Permanent) as raised:
        await opener.open(replace(blob, header=b""))
    assert raised.value.code == "destroyed"
    blob_path(tmp_path, blob.id).unlink()
    with pytest.raises(Temporary):
        await opener.open(blob)
