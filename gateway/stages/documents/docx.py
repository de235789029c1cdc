"""The text and tables of a Word document (ECMA-376), by python-docx, after a look at how far it would unpack."""

from __future__ import annotations

import io
import zipfile

import docx
from docx.document import Document

MAX_ENTRIES = 2_000
MAX_UNPACKED_BYTES = 60 * 1024 * 1024
_BODY = "word/document.xml"
Rows = tuple[tuple[str, ...], ...]


def looks_like(content: bytes) -> bool:
    """Say whether a zip archive is a Word document of a size that may be unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return False
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        return False
    return any(entry.filename == _BODY for entry in entries)


def text_and_tables(content: bytes) -> tuple[str, tuple[Rows, ...]]:
    """Return the paragraphs as lines, and each table as rows of cells."""
    document: Document = docx.Document(io.BytesIO(content))
    lines = [paragraph.text for paragraph in document.paragraphs]
    tables = tuple(tuple(tuple(cell.text for cell in row.cells) for row in table.rows) for table in document.tables)
    return "\n".join(lines), tables
