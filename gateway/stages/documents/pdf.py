"""The text of a PDF, by pypdf. A scan has none: a person reads it."""

from __future__ import annotations

import io

import pypdf

MAX_PAGES = 40


def text(content: bytes) -> str:
    """Return the text of the first 40 pages; "" where it is locked."""
    reader = pypdf.PdfReader(io.BytesIO(content))
    if reader.is_encrypted:
        return ""
    return "\n".join(page.extract_text() for page in reader.pages[:MAX_PAGES])
