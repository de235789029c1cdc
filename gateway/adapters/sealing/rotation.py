"""Put a new seal, outbox or case key in use. The old private key stays beside it, for what is sealed to it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from gateway.adapters.sealing.unseal import SealPrivateKey
from gateway.ports import Permanent


def rotate_seal_key(private: Path, publics: Sequence[Path]) -> str:
    """Replace the key file ``private`` (STEM.key) and its public halves; return the new key's id.

    The private key is in place, and the old one kept as STEM-ID.key, before any public half is changed: a crash in
    between leaves everything openable. Permanent("key_unreadable") if there is no key to replace.
    """
    try:
        old = SealPrivateKey.load(private)
    except (OSError, ValueError):
        raise Permanent("key_unreadable") from None
    fresh = SealPrivateKey.generate()
    kept = private.with_name(f"{private.stem}-{old.public.id}.key")
    if not kept.exists():
        os.link(private, kept)
    _replace(private, fresh.dump())
    for public in publics:
        _replace(public, fresh.public.dump())
    return fresh.public.id


def _replace(path: Path, text: str) -> None:
    """Replace ``path``, whole or not at all, with the mode and owner it had."""
    before = path.stat()
    waiting = path.with_name(f"{path.name}.new")
    waiting.unlink(missing_ok=True)
    descriptor = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    if os.getuid() == 0:
        os.chown(waiting, before.st_uid, before.st_gid)
    waiting.chmod(before.st_mode & 0o777)
    waiting.replace(path)
