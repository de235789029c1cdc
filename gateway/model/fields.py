"""The field registry: one declaration of every field of the notification form.

Pages, the check page, documents, the JSON schema and the labels for extraction come from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Required(StrEnum):
    """How much a field is wanted. Nothing here ever blocks a notification."""

    CORE = "core"  # a value or an explicit not-known
    ROUTING = "routing"  # needed to route; staff may supply it
    IF = "if"  # conditional
    ASK = "ask"  # shown, may be skipped
    SYSTEM = "system"  # never asked of the notifier


@dataclass(frozen=True, slots=True)
class Field:
    """One field. ``labels`` are what older and newer forms print beside it, lower case, for extraction."""

    id: str
    section: str
    question: str  # as the web form asks it
    type: str  # "text", "long_text", "date", "time", "datetime", "enum:NAME", "tri_state", "postcode", ...
    required: Required
    hint: str = ""
    condition: str = ""  # in words, where ``required`` is "if"
    labels: tuple[str, ...] = ()
    repeat: str | None = None  # the group it repeats in
