"""The layout of sealed content, documented byte by byte in docs/sealing.md, with test vectors.

Nothing here is a cipher of our own: the data key is wrapped by HPKE (RFC 9180 with the hybrid KEM
ML-KEM-768 + X25519), the content is AES-256-GCM in chunks with the STREAM nonce of Hoang, Reyhanitabar,
Rogaway and Vizar (2015): a counter, and one byte that marks the last chunk.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Mapping

from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

MAGIC = b"CDOPSEAL"
VERSION = 1
SUITE_ID = 1
HPKE_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
HPKE_INFO = b"CDOP gateway seal v1"
DATA_KEY_BYTES = 32
MAX_CONTEXT_BYTES = 4096
MLKEM_PUBLIC_BYTES = 1184
MLKEM_SEED_BYTES = 64
X25519_BYTES = 32
KEY_ID_HEX_DIGITS = 16
FIXED_HEAD = struct.Struct(">8sBBH")  # magic, version, suite, length of the context
WRAPPED_LENGTH = struct.Struct(">H")


class SealRefused(Exception):
    """Sealed content that is truncated, swapped, altered or not for this key. Says no more than that."""


def key_id(public_bytes: bytes) -> str:
    """Return the id of a key: the first 16 hexadecimal digits of SHA-256 over its public bytes."""
    return hashlib.sha256(public_bytes).hexdigest()[:KEY_ID_HEX_DIGITS]


def encode_context(context: Mapping[str, str]) -> bytes:
    """Return the canonical JSON of a context: sorted keys, no spaces, UTF-8."""
    encoded = json.dumps(dict(context), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    if len(encoded) > MAX_CONTEXT_BYTES:
        raise ValueError("context too long")
    return encoded


def head(context: bytes) -> bytes:
    """Return the header up to and including the context: what HPKE binds as info."""
    return FIXED_HEAD.pack(MAGIC, VERSION, SUITE_ID, len(context)) + context
