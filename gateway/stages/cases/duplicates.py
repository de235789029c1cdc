"""A keyed blind index, so that two notifications of one death are found without storing who it was.

Never an unkeyed hash: the NHS number has only 10^9 values. The key is the matching key of worker and console.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import unicodedata

from gateway.model.form.notification import Notification

_JOINED_BY = ("family_name", "given_names", "date_of_birth", "date_of_death")
_MAY_LACK = ("sex",)
_SHARED, _EACH, _LACKING = 40, 11, "-"  # hexadecimal digits; together they fit the column
_DUMMIES = frozenset({"1234567890", "0123456789", "9876543210"})
_PLACEHOLDER = re.compile(
    r"\b(?:baby|bb|boy|girl|male|female|infant|newborn|neonate|twin|triplet|one|two|i|ii|a|b|1|2|unnamed|unknown|"
    r"not|none|no|name|named|given|tbc|nk)\b"
)


def duplicate_key(notification: Notification, matching_key: bytes) -> str | None:
    """Return the index by which the machine itself joins two notifications, or None where it must not.

    Only a valid NHS number with the same names, date of birth and date of death joins two, and only where no sex says
    otherwise: a mother's number stands in the forms of both twins, who may have no given name yet, and 0000000000 in
    those of strangers. What is less alike is for a person to join. See :func:`may_join`.
    """
    nhs = nhs_number(notification.text("nhs_number"))
    parts = [normal(notification.text(name)) for name in _JOINED_BY]
    if nhs is None or not all(parts) or _is_placeholder(notification.text("given_names")):
        return None
    shared = _index(matching_key, "death", nhs, *parts)[:_SHARED]
    return ":".join((shared, *(_unless_empty(matching_key, name, notification.text(name)) for name in _MAY_LACK)))


def shared_part(key: str) -> str:
    """Return what the keys of two notifications of one death have in common: to find candidates by."""
    return key[:_SHARED]


def may_join(one: str, other: str) -> bool:
    """Say whether two keys are of one death: the shared part is equal, and nothing that both say differs."""
    pairs = zip(one.split(":"), other.split(":"), strict=False)
    return shared_part(one) == shared_part(other) and all(a == b or _LACKING in (a, b) for a, b in pairs)


def _unless_empty(matching_key: bytes, name: str, text: str) -> str:
    return _index(matching_key, name, normal(text))[:_EACH] if normal(text) else _LACKING


def nhs_number(typed: str) -> str | None:
    """Return the ten digits of a number that can be somebody's: check digit right, not a dummy. Else None.

    Source: NHS Data Dictionary, "NHS number": modulus 11 over the first nine digits.
    """
    digits = re.sub(r"[\s-]", "", typed)
    if not re.fullmatch(r"[0-9]{10}", digits) or len(set(digits)) == 1 or digits in _DUMMIES:
        return None
    check = 11 - sum(int(digit) * (10 - place) for place, digit in enumerate(digits[:9])) % 11
    return digits if check % 11 == int(digits[9]) and check != 10 else None


def normal(text: str) -> str:
    """Return a text in its normal form for comparing: no marks, no punctuation, no case, single spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(char for char in plain if char.isalnum() or char.isspace())
    return " ".join(letters.split())


def _is_placeholder(given_names: str) -> bool:
    """Say whether given names are none: "Baby of", "Unnamed", "Twin 1", "Male infant"."""
    return bool(_PLACEHOLDER.search(normal(given_names)))


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
