"""Open sealed content. Only roles that hold a private key import this."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey

from gateway.adapters.sealing import seal_format as layout
from gateway.adapters.sealing.seal import SealPublicKey
from gateway.adapters.sealing.seal_format import SealRefused
from gateway.model.content.confidential import ConfidentialBytes
from gateway.stages.stream import CHUNK_BYTES, TAG_BYTES, nonce

PRIVATE_LABEL = "cdop-seal-private-1"


@dataclass(frozen=True, slots=True, repr=False)
class SealPrivateKey:
    """A private key. Its text form never appears in a repr."""

    public: SealPublicKey
    raw: bytes  # ML-KEM-768 seed (64 bytes), then the X25519 private key (32 bytes)
    hpke: MLKEM768X25519PrivateKey

    @classmethod
    def from_raw(cls, raw: bytes) -> SealPrivateKey:
        """Build from the 96 private bytes. ValueError if they are not a key."""
        if len(raw) != layout.MLKEM_SEED_BYTES + layout.X25519_BYTES:
            raise ValueError("not a seal private key")
        mlkem = MLKEM768PrivateKey.from_seed_bytes(raw[: layout.MLKEM_SEED_BYTES])
        x25519 = X25519PrivateKey.from_private_bytes(raw[layout.MLKEM_SEED_BYTES :])
        public = mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
        return cls(SealPublicKey.from_raw(public), raw, MLKEM768X25519PrivateKey(mlkem, x25519))

    @classmethod
    def generate(cls) -> SealPrivateKey:
        """Make a new key."""
        seed = MLKEM768PrivateKey.generate().private_bytes_raw()
        return cls.from_raw(seed + X25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def load(cls, path: Path) -> SealPrivateKey:
        """Read a key file: one line ``cdop-seal-private-1 ID BASE64``. ValueError if it is anything else."""
        words = path.read_text(encoding="ascii").split()
        if len(words) != 3 or words[0] != PRIVATE_LABEL:
            raise ValueError("not a seal private key file")
        key = cls.from_raw(base64.b64decode(words[2], validate=True))
        if key.public.id != words[1]:
            raise ValueError("seal private key file is damaged")
        return key

    def dump(self) -> str:
        """Return the one line of the key file."""
        return f"{PRIVATE_LABEL} {self.public.id} {base64.b64encode(self.raw).decode()}\n"


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The private keys of a role, including old ones, which stay until nothing needs them."""

    keys: Mapping[str, SealPrivateKey]

    @classmethod
    def of(cls, *keys: SealPrivateKey) -> KeyRing:
        return cls({key.public.id: key for key in keys})

    @classmethod
    def load(cls, folder: Path, stem: str) -> KeyRing:
        """Read ``STEM.key`` and older ``STEM-*.key`` of a folder. FileNotFoundError if there is no key."""
        paths = [folder / f"{stem}.key", *sorted(folder.glob(f"{stem}-*.key"))]
        return cls.of(*(SealPrivateKey.load(path) for path in paths))


def _exactly(stream: BinaryIO, count: int) -> bytes:
    content = stream.read(count)
    if len(content) != count:
        raise SealRefused("truncated")
    return content


def read_header(stream: BinaryIO) -> tuple[bytes, dict[str, str]]:
    """Read the header from ``stream``; return it whole, with its context. The context is not yet proved."""
    fixed = _exactly(stream, layout.FIXED_HEAD.size)
    magic, version, suite, length = layout.FIXED_HEAD.unpack(fixed)
    if magic != layout.MAGIC or version != layout.VERSION or suite != layout.SUITE_ID:
        raise SealRefused("not sealed content of a known version")
    if length > layout.MAX_CONTEXT_BYTES:
        raise SealRefused("altered")
    encoded = _exactly(stream, length)
    wrapped_length = _exactly(stream, layout.WRAPPED_LENGTH.size)
    wrapped = _exactly(stream, layout.WRAPPED_LENGTH.unpack(wrapped_length)[0])
    return fixed + encoded + wrapped_length + wrapped, _context(encoded)


def _context(encoded: bytes) -> dict[str, str]:
    try:
        context = json.loads(encoded)
    except (ValueError, RecursionError):
        raise SealRefused("altered") from None
    if not isinstance(context, dict) or not all(isinstance(value, str) for value in context.values()):
        raise SealRefused("altered")
    return context


def open_chunks(ring: KeyRing, header: bytes, body: BinaryIO) -> Iterator[bytes]:
    """Yield the content of ``body`` in chunks of at most 64 KiB.

    The content is proved whole only when the iterator ends without SealRefused: what was yielded before must
    not be acted on until then.
    """
    cipher, associated = _cipher(ring, header)
    counter = 0
    sealed_size = CHUNK_BYTES + TAG_BYTES
    chunk = body.read(sealed_size)
    while True:
        following = body.read(sealed_size)
        last = not following
        try:
            yield cipher.decrypt(nonce(counter, last), chunk, associated)
        except InvalidTag:
            raise SealRefused("truncated or altered") from None
        if last:
            return
        chunk = following
        counter += 1


def _cipher(ring: KeyRing, header: bytes) -> tuple[AESGCM, bytes]:
    stream = io.BytesIO(header)
    whole, context = read_header(stream)
    if whole != header:
        raise SealRefused("altered")
    key = ring.keys.get(context.get("key_id", ""))
    if key is None:
        raise SealRefused("sealed to another key")
    length: int = layout.FIXED_HEAD.unpack_from(header)[3]
    end_of_head = layout.FIXED_HEAD.size + length
    wrapped = header[end_of_head + layout.WRAPPED_LENGTH.size :]
    try:
        data_key = layout.HPKE_SUITE.decrypt(wrapped, key.hpke, info=layout.HPKE_INFO + header[:end_of_head])
    except (InvalidTag, ValueError):
        raise SealRefused("altered") from None
    return AESGCM(data_key), hashlib.sha256(header).digest()


def unseal(ring: KeyRing, header: bytes, body: bytes) -> ConfidentialBytes:
    """Open content that is in memory, whole or not at all. SealRefused if anything is wrong."""
    return ConfidentialBytes(b"".join(open_chunks(ring, header, io.BytesIO(body))))
