"""The console signs and the worker verifies, with keys read from their own files only."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.adapters.sealing.instruction_keys import dump_private, dump_public, load_private, load_public, verifies


def test_keys_read_back_and_only_the_signed_bytes_verify(tmp_path: Path) -> None:
    key = Ed25519PrivateKey.generate()
    (tmp_path / "private").write_text(dump_private(key))
    (tmp_path / "public").write_text(dump_public(key.public_key()))
    signature = load_private(tmp_path / "private").sign(b"an order")
    public = load_public(tmp_path / "public")
    assert verifies(public, signature, b"an order")
    assert not verifies(public, signature, b"another order")
    assert not verifies(public, b"", b"an order")
    assert not verifies(Ed25519PrivateKey.generate().public_key(), signature, b"an order")


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    key = Ed25519PrivateKey.generate()
    path = tmp_path / "key"
    for content in (dump_private(key), "", "cdop-instruction-public-1", "cdop-instruction-public-1 !!"):
        path.write_text(content)
        with pytest.raises(ValueError):
            load_public(path)
