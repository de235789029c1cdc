"""Parsed mail objects for tests that need no raw message."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.model.content.confidential import NOTHING, ConfidentialText
from gateway.model.content.message import Header, Mail, Part


def mail_by(authors: str | Sequence[str], content_type: str = "text/plain", parts: tuple[Part, ...] = ()) -> Mail:
    """Return a mail with one From field that names ``authors``, one address or several."""
    named = (authors,) if isinstance(authors, str) else tuple(authors)
    fields = (Header("from", ConfidentialText(", ".join(named))),)
    texts = tuple(ConfidentialText(author) for author in named)
    return Mail(fields, content_type, NOTHING, texts, (NOTHING,) * len(named), None, parts)
