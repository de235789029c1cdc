"""What a signed message from another panel says about a hand-over: a gateway's receipt, or a person's reply.

Only a good signature of the panel that the case went to counts, and an automatic message counts only if it is a
receipt tied to the hash of what was sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.model.case.rows import HandoverRow
from gateway.model.content.message import Mail
from gateway.model.ids import DispatchId, PanelId
from gateway.stages.answers.automatic import automatic
from gateway.stages.transfer import receipt

_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
_MAX_IDS = 50


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """This hand-over was opened by its receiver. ``by_gateway``: the message has nothing for a person to read."""

    handover: HandoverRow
    by_gateway: bool


def acknowledged(
    inner: Mail,
    outer: Mail,
    their_reverse_path: str,
    signer: PanelId,
    own: PanelId,
    handovers: Sequence[HandoverRow],
    message_ids: Mapping[DispatchId, str],
) -> Acknowledged | None:
    """Return the hand-over that a message signed by ``signer`` acknowledges, or None.

    ``inner`` is what was signed, ``outer`` the message as it came. ``message_ids`` are those of our dispatches.
    A reply only acknowledges: whether it accepts or refuses is for a person to read.
    """
    theirs = [row for row in handovers if row.panel == signer]
    hashes = _receipts(inner, signer, own)
    if hashes:
        found = [row for row in theirs if row.content_hash in hashes]
        return Acknowledged(found[0], True) if found else None
    if automatic(outer, their_reverse_path) is not None or automatic(inner, None) is not None:
        return None
    answered = _answered_ids(inner) | _answered_ids(outer)
    found = [row for row in theirs if message_ids.get(row.dispatch_id) in answered]
    return Acknowledged(found[0], False) if found else None


def _receipts(mail: Mail, signer: PanelId, own: PanelId) -> frozenset[str]:
    """Return the hash that the one receipt in a message is tied to; nothing if there is none, or two."""
    named = [part for part in mail.parts if part.filename is not None and part.filename.reveal() == receipt.NAME]
    if len(named) != 1 or named[0].in_message:
        return frozenset()
    found = receipt.read(named[0].content.reveal(), signer, own)
    return frozenset() if found is None else frozenset({found.manifest_sha256})


def _answered_ids(mail: Mail) -> frozenset[str]:
    """Return the messages that a reply names (RFC 5322 section 3.6.4)."""
    values = [value.reveal()[:10_000] for name in ("in-reply-to", "references") for value in mail.values(name)]
    return frozenset([found for value in values for found in _MESSAGE_ID.findall(value)][:_MAX_IDS])
