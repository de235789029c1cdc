"""Automatic mail: how ours is marked so that no robot answers it, and how others' is recognised.

Source: RFC 3834. The words of subject and body decide nothing: "Delayed notification of child death" is not a delay
notice, and "Died on holiday" is not an out-of-office reply.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gateway.model.content.message import Mail
from gateway.model.kinds import DispatchKind

REPLIED = "auto-replied"  # RFC 3834 section 5: in answer to one message
GENERATED = "auto-generated"  # by a program, not in answer to a message

# What a person wrote has no Auto-Submitted field.
AUTO_SUBMITTED: Mapping[DispatchKind, str | None] = MappingProxyType(
    {
        DispatchKind.FORWARD: GENERATED,
        DispatchKind.INFORM: GENERATED,
        DispatchKind.GENERAL_COPY: GENERATED,
        DispatchKind.CARD: GENERATED,
        DispatchKind.DIGEST: GENERATED,
        DispatchKind.ACKNOWLEDGEMENT: REPLIED,
        DispatchKind.ADVICE: REPLIED,
        DispatchKind.RECEIPT: REPLIED,
        DispatchKind.ANSWER: None,
        DispatchKind.TRANSFER_RECEIPT: REPLIED,
        DispatchKind.REMINDER: GENERATED,
        DispatchKind.ALARM: GENERATED,
    }
)

# Answers go out with the null reverse-path (RFC 3834 section 3.3): their failure matters to nobody and must trigger
# nothing. So do alarms, or a failed alarm would raise another. What must be followed up keeps its address.
_NULL_REVERSE_PATH = frozenset(
    {
        DispatchKind.ACKNOWLEDGEMENT,
        DispatchKind.ADVICE,
        DispatchKind.RECEIPT,
        DispatchKind.TRANSFER_RECEIPT,
        DispatchKind.ALARM,
    }
)


def reverse_path(kind: DispatchKind, bounce_address: str) -> str:
    """Return the reverse-path of one of our messages: ``bounce_address`` if we must hear of its failure, else ""."""
    return "" if kind in _NULL_REVERSE_PATH else bounce_address


def marks(kind: DispatchKind) -> tuple[tuple[str, str], ...]:
    """Return the header fields that keep mail robots quiet; none for what a person wrote."""
    submitted = AUTO_SUBMITTED[kind]
    if submitted is None:
        return ()
    return (("Auto-Submitted", submitted), ("X-Auto-Response-Suppress", "All"))


_FIELDS = ("x-autoreply", "x-autorespond", "x-autoreply-from", "feedback-id")
_TYPES = ("multipart/report", "message/delivery-status", "message/disposition-notification")
_PRECEDENCE = ("bulk", "junk", "list", "auto_reply")


def automatic(mail: Mail, their_reverse_path: str | None) -> str | None:
    """Return why a message counts as automatic, None if a person may have written it.

    An automatic message is never a receipt of a hand-over and is never answered. ``their_reverse_path`` is None
    where the message did not come by SMTP.
    """
    signs = {
        "null_reverse_path": their_reverse_path == "",
        "auto_submitted": any(_submitted(value.reveal()) for value in mail.values("auto-submitted")),
        "report": mail.content_type in _TYPES,
        "bulk": any(value.reveal().strip().lower() in _PRECEDENCE for value in mail.values("precedence")),
        "list": any(header.name.startswith("list-") for header in mail.headers),
        "automatic_field": any(mail.values(name) for name in _FIELDS),
    }
    return next((code for code, found in signs.items() if found), None)


def _submitted(value: str) -> bool:
    """Only "no" means that a person sent it; parameters and comments may follow (RFC 3834 section 5)."""
    return value.partition(";")[0].partition("(")[0].strip().lower() not in ("no", "")
