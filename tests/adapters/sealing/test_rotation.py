"""A new key is used from now on; what was sealed to the old one still opens."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from gateway.adapters.sealing import rotation
from gateway.adapters.sealing.rotation import rotate_seal_key
from gateway.adapters.sealing.seal import SealPublicKey
from gateway.adapters.sealing.unseal import KeyRing, SealPrivateKey
from gateway.cli import keys
from gateway.ports import Permanent


def put(path: Path, text: str, mode: int = 0o400) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="ascii")
    path.chmod(mode)


def test_the_old_private_key_stays_and_the_new_one_is_first(tmp_path: Path) -> None:
    old = SealPrivateKey.generate()
    private, public = tmp_path / "worker/seal.key", tmp_path / "intake/seal.pub"
    put(private, old.dump())
    put(public, old.public.dump(), 0o444)
    made = rotate_seal_key(private, [public])
    ring = KeyRing.load(tmp_path / "worker", "seal")
    assert list(ring.keys) == [made, old.public.id]
    assert SealPublicKey.load(public).id == made
    assert private.stat().st_mode & 0o777 == 0o400
    assert public.stat().st_mode & 0o777 == 0o444
    again = rotate_seal_key(private, [public])
    assert set(KeyRing.load(tmp_path / "worker", "seal").keys) == {again, made, old.public.id}


def test_a_crash_before_the_public_half_leaves_both_keys_openable(tmp_path: Path) -> None:
    old = SealPrivateKey.generate()
    put(tmp_path / "seal.key", old.dump())
    with pytest.raises(FileNotFoundError):
        rotate_seal_key(tmp_path / "seal.key", [tmp_path / "away" / "seal.pub"])
    assert old.public.id in KeyRing.load(tmp_path, "seal").keys


def test_private_half_is_in_place_before_a_public_one_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed in between: nothing may ever be sealed to a key whose private half is on no disk."""
    old, changed = SealPrivateKey.generate(), list[str]()
    put(tmp_path / "seal.key", old.dump())
    put(tmp_path / "seal.pub", old.public.dump())
    real = rotation._replace

    def noted(path: Path, text: str) -> None:
        changed.append(path.name)
        real(path, text)

    monkeypatch.setattr(rotation, "_replace", noted)
    rotate_seal_key(tmp_path / "seal.key", [tmp_path / "seal.pub"])
    assert changed == ["seal.key", "seal.pub"]


def test_no_key_is_made_where_none_is(tmp_path: Path) -> None:
    with pytest.raises(Permanent):
        rotate_seal_key(tmp_path / "seal.key", [])
    assert list(tmp_path.iterdir()) == []


def test_the_command_rotates_each_kind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for stem, private, publics in (
        ("seal", "worker", ("intake", "console")),
        ("outbox", "worker", ()),
        ("case", "console", ("worker",)),
    ):
        old = SealPrivateKey.generate()
        put(tmp_path / "keys" / private / f"{stem}.key", old.dump())
        for folder in publics:
            put(tmp_path / "keys" / folder / f"{stem}.pub", old.public.dump(), 0o444)
        parser = argparse.ArgumentParser()
        keys.add_arguments(parser)
        assert keys.run(parser.parse_args(["rotate", stem, "--dir", str(tmp_path)])) == 0
        fresh = SealPrivateKey.load(tmp_path / "keys" / private / f"{stem}.key").public.id
        assert fresh in capsys.readouterr().out
        for folder in publics:
            assert SealPublicKey.load(tmp_path / "keys" / folder / f"{stem}.pub").id == fresh
