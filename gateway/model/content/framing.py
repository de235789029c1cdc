"""One frame for everything that is sealed with a description before it: a length, JSON, then the content.

Layout: 4 bytes big-endian length of the JSON, the JSON (UTF-8), the content to the end.
"""

from __future__ import annotations

import struct

MAX_DESCRIPTION_BYTES = 1 << 20  # written by a role that may be compromised
MAX_OWN_DESCRIPTION_BYTES = 256 << 20  # of what the worker wrote itself: all text of a 25 MiB message, escaped in JSON
_LENGTH = struct.Struct(">I")


class BadFrame(ValueError):
    """The bytes are not a frame. The text says nothing about them."""


def prefix(description: bytes, most: int = MAX_DESCRIPTION_BYTES) -> bytes:
    """Return the head of a frame; the content follows it."""
    if len(description) > most:
        raise BadFrame("description too long")
    return _LENGTH.pack(len(description)) + description


def split(frame: bytes, most: int = MAX_DESCRIPTION_BYTES) -> tuple[bytes, bytes]:
    """Return description and content of a frame."""
    if len(frame) < _LENGTH.size:
        raise BadFrame("frame too short")
    (length,) = _LENGTH.unpack_from(frame)
    if length > most or len(frame) < _LENGTH.size + length:
        raise BadFrame("frame too short")
    end = _LENGTH.size + length
    return frame[_LENGTH.size : end], frame[end:]
