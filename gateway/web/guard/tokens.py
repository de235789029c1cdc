"""The session token: the cookie holds it, the server its hash; keys for single purposes come from it."""

from __future__ import annotations

import base64
import hashlib
import hmac


def derive(token: str, purpose: str) -> bytes:
    """Return 32 bytes that only the holder of the cookie can have, for one purpose."""
    return hmac.digest(token.encode(), f"cdop gateway form {purpose}".encode(), "sha256")


def token_hash(token: str) -> bytes:
    """Return what the server keeps of a session token."""
    return hashlib.sha256(b"session " + token.encode()).digest()


def csrf_token(token: str) -> str:
    """Return the CSRF token of a session: it lives as long as the session and is stored nowhere."""
    return base64.urlsafe_b64encode(derive(token, "csrf")).decode().rstrip("=")
