"""An instruction counts with the console's signature over exactly its bytes, and with no other."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.adapters.sealing.instruction_keys import dump_private, dump_public, load_private, load_public, verifies

KEY = Ed25519PrivateKey.generate()


def test_only_its_own_signature_over_the_same_bytes_verifies() -> None:
    signature = KEY.sign(b"keep")
    assert verifies(KEY.public_key(), signature, b"keep")
    assert not verifies(KEY.public_key(), signature, b"close")
    assert not verifies(Ed25519PrivateKey.generate().public_key(), signature, b"keep")
    assert not verifies(KEY.public_key(), b"", b"keep")


def test_key_files_come_back_and_are_not_taken_for_each_other(tmp_path: Path) -> None:
    private, public = tmp_path / "instruction.key", tmp_path / "instruction.pub"
    private.write_text(dump_private(KEY), "ascii")
    public.write_text(dump_public(KEY.public_key()), "ascii")
    assert load_private(private).sign(b"keep") == KEY.sign(b"keep")
    assert verifies(load_public(public), KEY.sign(b"keep"), b"keep")
    with pytest.raises(ValueError, match="not an instruction key file"):
        load_private(public)
