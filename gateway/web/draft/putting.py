"""Put what a browser posted into a draft."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gateway.model.form.fields import GROUPS
from gateway.model.form.notification import Answer
from gateway.web.draft.controls import answers
from gateway.web.draft.draft import Draft
from gateway.web.draft.journey import Listing, Page
from gateway.web.draft.tabs import take

MAX_ENTRIES = 50
_ENTRY_ID = re.compile(r"[0-9a-f]{16}")


def put_page(draft: Draft, page: Page, values: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Put a page's answers into a draft; an emptied answer is removed.

    Returns the ids of the fields that another tab changed too: what it saved stays, and the answer of this post is kept
    beside it.
    """
    taken = take(draft, page.id, draft.fields, answers(page.fields, values), values)
    _change(draft.fields, taken.changes)
    if page.id not in draft.seen:
        draft.seen.append(page.id)
    return taken.both


def put_entry(draft: Draft, listing: Listing, entry_id: str, values: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Put one entry's answers into a draft, as :func:`put_page` does; an emptied entry is removed."""
    entries = draft.groups.setdefault(listing.group, {})
    stored = entries.get(entry_id)
    posted = answers(GROUPS[listing.group], values)
    taken = take(draft, entry_key(listing, entry_id), stored, posted, values)
    entry = dict(stored or {})
    _change(entry, taken.changes)
    if entry and (stored is not None or len(entries) < MAX_ENTRIES):
        entries[entry_id] = entry
    elif not entry:
        entries.pop(entry_id, None)
    return taken.both


def entry_key(listing: Listing, entry_id: str) -> str:
    """Return the name under which a draft notes who changed an entry."""
    return f"{listing.group}/{entry_id}"


def _change(stored: dict[str, Answer], changes: Mapping[str, Answer | None]) -> None:
    for name, answer in changes.items():
        if answer is None:
            stored.pop(name, None)
        else:
            stored[name] = answer


def is_entry_id(text: str) -> bool:
    """Say whether a text can be the id of an entry."""
    return _ENTRY_ID.fullmatch(text) is not None
