"""Seal content to a public key as it streams by. Sealing gives no ability to open."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PublicKey

from gateway.adapters.sealing import seal_format as layout
from gateway.stages.stream import Bytes, ChunkSealer

PUBLIC_LABEL = "cdop-seal-public-1"


@dataclass(frozen=True, slots=True)
class SealPublicKey:
    """A public key that content can be sealed to."""

    id: str
    raw: bytes  # ML-KEM-768 encapsulation key (1184 bytes), then the X25519 public key (32 bytes)
    hpke: MLKEM768X25519PublicKey

    @classmethod
    def from_raw(cls, raw: bytes) -> SealPublicKey:
        """Build from the 1216 public bytes. ValueError if they are not a key."""
        if len(raw) != layout.MLKEM_PUBLIC_BYTES + layout.X25519_BYTES:
            raise ValueError("not a seal public key")
        mlkem = MLKEM768PublicKey.from_public_bytes(raw[: layout.MLKEM_PUBLIC_BYTES])
        x25519 = X25519PublicKey.from_public_bytes(raw[layout.MLKEM_PUBLIC_BYTES :])
        return cls(layout.key_id(raw), raw, MLKEM768X25519PublicKey(mlkem, x25519))

    @classmethod
    def load(cls, path: Path) -> SealPublicKey:
        """Read a key file: one line ``cdop-seal-public-1 ID BASE64``. ValueError if it is anything else."""
        words = path.read_text(encoding="ascii").split()
        if len(words) != 3 or words[0] != PUBLIC_LABEL:
            raise ValueError("not a seal public key file")
        key = cls.from_raw(base64.b64decode(words[2], validate=True))
        if key.id != words[1]:
            raise ValueError("seal public key file is damaged")
        return key

    def dump(self) -> str:
        """Return the one line of the key file."""
        return f"{PUBLIC_LABEL} {self.id} {base64.b64encode(self.raw).decode()}\n"


class Sealer:
    """Seals one piece of content. ``header`` comes first, then what ``update`` and ``finish`` return."""

    __slots__ = ("chunks", "finish", "header")

    def __init__(self, key: SealPublicKey, context: Mapping[str, str]) -> None:
        head = layout.head(layout.encode_context({**context, "key_id": key.id}))
        data_key = secrets.token_bytes(layout.DATA_KEY_BYTES)
        wrapped = layout.HPKE_SUITE.encrypt(data_key, key.hpke, info=layout.HPKE_INFO + head)
        self.header = head + layout.WRAPPED_LENGTH.pack(len(wrapped)) + wrapped
        sealer = ChunkSealer(AESGCM(data_key), hashlib.sha256(self.header).digest())
        self.chunks = sealer.chunks  # chunks one by one, for a write that need not join them
        self.finish = sealer.finish

    def update(self, content: Bytes) -> bytes:
        """Take more content; return the sealed chunks that are complete. Up to 64 KiB are kept back."""
        return b"".join(self.chunks(content))


def seal(key: SealPublicKey, context: Mapping[str, str], content: bytes) -> tuple[bytes, bytes]:
    """Seal content that is in memory; return header and body."""
    sealer = Sealer(key, context)
    body = sealer.update(content) + sealer.finish()
    return sealer.header, body
