"""The instruction key (Ed25519, RFC 8032): the console signs, the worker verifies."""

from __future__ import annotations

import base64
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PRIVATE_LABEL = "cdop-instruction-private-1"
PUBLIC_LABEL = "cdop-instruction-public-1"


def dump_private(key: Ed25519PrivateKey) -> str:
    """Return the one line of the private key file."""
    return f"{PRIVATE_LABEL} {base64.b64encode(key.private_bytes_raw()).decode()}\n"


def dump_public(key: Ed25519PublicKey) -> str:
    """Return the one line of the public key file."""
    return f"{PUBLIC_LABEL} {base64.b64encode(key.public_bytes_raw()).decode()}\n"


def load_private(path: Path) -> Ed25519PrivateKey:
    """Read the private key file. ValueError if it is anything else."""
    return Ed25519PrivateKey.from_private_bytes(_raw(path, PRIVATE_LABEL))


def load_public(path: Path) -> Ed25519PublicKey:
    """Read the public key file. ValueError if it is anything else."""
    return Ed25519PublicKey.from_public_bytes(_raw(path, PUBLIC_LABEL))


def _raw(path: Path, label: str) -> bytes:
    words = path.read_text(encoding="ascii").split()
    if len(words) != 2 or words[0] != label:
        raise ValueError("not an instruction key file")
    return base64.b64decode(words[1], validate=True)


def verifies(key: Ed25519PublicKey, signature: bytes, signed: bytes) -> bool:
    """Say whether the signature holds."""
    try:
        key.verify(signature, signed)
    except InvalidSignature:
        return False
    return True
