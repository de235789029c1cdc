"""Why one panel sends another a case: the word used in manifests and in the store."""

from __future__ import annotations

from enum import StrEnum


class TransferKind(StrEnum):
    """Why the receiver is sent this."""

    FORWARD = "forward"  # the child was normally resident in the receiver's area: the whole notification
    INFORM = "inform"  # the child died in the receiver's area: only what is needed
