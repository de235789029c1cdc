"""Text of a .pdf, page by page in its layout, and the values of a form that can be filled in."""

from __future__ import annotations

import io
import logging

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from gateway.stages.documents.document_limits import MAX_CELLS, MAX_CHARS, MAX_PAGES, Rows, TooLarge

# pypdf writes what it finds wrong, with pieces of the document, to its logger.
logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)


def read_pdf(content: bytes) -> tuple[tuple[str, ...], tuple[Rows, ...], str]:
    """Return texts, tables (of form values: name, value) and a code. TooLarge past a limit."""
    reader = PdfReader(io.BytesIO(content), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        return (), (), "encrypted"
    if len(reader.pages) > MAX_PAGES:
        raise TooLarge
    texts, size = [], 0
    for page in reader.pages:
        try:
            text = page.extract_text(extraction_mode="layout")
        except PyPdfError:
            return (), (), "damaged"
        size += len(text)
        if size > MAX_CHARS:
            raise TooLarge
        texts.append(text)
    values = _form_values(reader)
    code = "" if values or any(text.strip() for text in texts) else "no_text"
    return ("\n".join(texts),), ((values,) if values else ()), code


def _form_values(reader: PdfReader) -> Rows:
    rows: list[tuple[str, ...]] = []
    for name, field in (reader.get_fields() or {}).items():
        value = field.get("/V")
        label = field.get("/TU") or name
        if value is not None and len(rows) < MAX_CELLS:
            rows.append((str(label)[:200], str(value).removeprefix("/")[:20_000]))
    return tuple(rows)
