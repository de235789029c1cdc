"""Which kind of document the bytes are, by their content, and the reader for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gateway.stages.documents import docx, html, pdf, plain

Rows = tuple[tuple[str, ...], ...]
MAX_BYTES = 30 * 1024 * 1024
MAX_TEXT = 2_000_000  # characters of one document


class DocumentKind(StrEnum):
    """The kinds that are read. Everything else is left for a person."""

    PLAIN = "plain"
    HTML = "html"
    DOCX = "docx"
    PDF = "pdf"


@dataclass(frozen=True, slots=True, repr=False)
class Read:
    """What one document says."""

    texts: tuple[str, ...] = ()
    tables: tuple[Rows, ...] = ()


def kind_of(content_type: str, content: bytes) -> DocumentKind | None:
    """Return the kind: a signature in the bytes counts, the declared type only for text."""
    if content.startswith(b"%PDF-"):
        return DocumentKind.PDF
    if content.startswith(b"PK\x03\x04"):
        return DocumentKind.DOCX if docx.looks_like(content) else None
    if content_type == "text/html":
        return DocumentKind.HTML
    return DocumentKind.PLAIN if content_type.startswith("text/plain") else None


def read(kind: DocumentKind, content: bytes, charset: str | None) -> Read:
    """Read one document. Any exception means that it could not be read: the caller runs this in a child."""
    if len(content) > MAX_BYTES:
        return Read()
    if kind is DocumentKind.PLAIN:
        return Read((plain.text(content, charset)[:MAX_TEXT],))
    if kind is DocumentKind.HTML:
        text, tables = html.text_and_tables(plain.text(content, charset)[:MAX_TEXT])
    elif kind is DocumentKind.DOCX:
        text, tables = docx.text_and_tables(content)
    else:
        text, tables = pdf.text(content), ()
    return Read((text[:MAX_TEXT],), tables)
