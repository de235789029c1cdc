"""What the parent and a confined child say to each other: a description in JSON, then contents. Never a pickle.

The child reads hostile bytes. If it were taken over, an unpickled answer would take over the parent; JSON of known
shape, within known lengths, does not.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from typing import Any

LENGTHS = struct.Struct(">QQ")  # of the description, of the contents
MAX_DESCRIPTION_BYTES = 16 << 20
FAILED = "failed"  # the one key of a description that says why there is no answer
NOT_CONFINED = "not_confined"  # in a child's first frame: what the system would not take away

CPU_S = "cpu_s"  # in a question: the processor time after which the kernel ends the child

Description = Mapping[str, Any]
Answer = tuple[Description, Sequence[bytes]]  # what a work returns: a description, and pieces of contents


class BadAnswer(ValueError):
    """The child's answer is not one. The text names nothing of it."""


def head(description: Description, contents_length: int) -> bytes:
    """Return a frame up to its contents, which follow as they are so that large ones are not copied."""
    packed = json.dumps(description, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return LENGTHS.pack(len(packed), contents_length) + packed


def described(packed: bytes) -> dict[str, Any]:
    """Read a description. BadAnswer if it is no JSON object."""
    try:
        said = json.loads(packed.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError):
        raise BadAnswer("not JSON") from None
    if not isinstance(said, dict):
        raise BadAnswer("not an object")
    return said
