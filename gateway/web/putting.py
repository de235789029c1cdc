"""Put what a browser posted into a draft."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gateway.model.fields import GROUPS
from gateway.web.controls import answers
from gateway.web.draft import Draft
from gateway.web.journey import Listing, Page

MAX_ENTRIES = 50
_ENTRY_ID = re.compile(r"[0-9a-f]{16}")


def put_page(draft: Draft, page: Page, values: Mapping[str, list[str]]) -> None:
    """Put a page's answers into a draft; an emptied answer is taken out."""
    for field_id, answer in answers(page.fields, values).items():
        if answer is None:
            draft.fields.pop(field_id, None)
        else:
            draft.fields[field_id] = answer
    if page.id not in draft.seen:
        draft.seen.append(page.id)


def put_entry(draft: Draft, listing: Listing, entry_id: str, values: Mapping[str, list[str]]) -> None:
    """Put one entry's answers into a draft; an emptied entry is taken out."""
    found = {name: answer for name, answer in answers(GROUPS[listing.group], values).items() if answer is not None}
    entries = draft.groups.setdefault(listing.group, {})
    if found and (entry_id in entries or len(entries) < MAX_ENTRIES):
        entries[entry_id] = found
    elif not found:
        entries.pop(entry_id, None)


def is_entry_id(text: str) -> bool:
    """Say whether a text can be the id of an entry."""
    return _ENTRY_ID.fullmatch(text) is not None
