"""A keyed blind index, so that two notifications of one death are found without storing who it was.

Never an unkeyed hash: the NHS number has only 10^9 values. The key is the matching key of worker and console.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re

from gateway.model.form.notification import Notification

_NHS_DIGITS = 10


def duplicate_key(notification: Notification, matching_key: bytes) -> str | None:
    """Return the index of a notification, or None where there is too little to compare.

    The NHS number where it has ten digits; else dates of birth and death with family and given names. Without a
    given name there is no index: twins share everything else and are two cases.
    """
    nhs = re.sub(r"\D", "", notification.text("nhs_number"))
    if len(nhs) == _NHS_DIGITS:
        return _index(matching_key, "nhs", nhs)
    parts = [
        notification.text(name).casefold().strip()
        for name in ("date_of_birth", "date_of_death", "family_name", "given_names")
    ]
    return _index(matching_key, "person", *parts) if all(parts) else None


def content_index(notification: Notification, matching_key: bytes) -> str:
    """Return the index of everything a notification says: equal only if every answer is."""
    said = {name: [answer.state.value, answer.value.reveal()] for name, answer in notification.fields.items()}
    groups = {
        group: [
            {name: [answer.state.value, answer.value.reveal()] for name, answer in entry.items()} for entry in entries
        ]
        for group, entries in notification.groups.items()
    }
    return _index(matching_key, "content", json.dumps([said, groups], sort_keys=True, ensure_ascii=False))


def _index(matching_key: bytes, *parts: str) -> str:
    return hmac.new(matching_key, "\x1f".join(parts).encode(), hashlib.sha256).hexdigest()
