"""The work of a confined child that reads the text of documents: plain text, HTML, Word, PDF."""

from __future__ import annotations

import io
import zlib
from enum import StrEnum

import docx

from gateway.adapters.children.confined.frames import Answer, Description
from gateway.stages.documents import read
from gateway.stages.documents.document_limits import Rows, TooLarge
from gateway.stages.documents.html import text_and_tables
from gateway.stages.documents.plain import text

MAX_ANSWER_CHARS = 12_000_000
MAX_TEXT = 2_000_000  # characters of one body


class Kind(StrEnum):
    """How the bytes are read."""

    PLAIN = "plain"
    HTML = "html"
    DOCUMENT = "document"  # by what the bytes are: Word, PDF, text


def warm() -> None:
    """Load what reading needs, before the child may open no file any more."""
    text_and_tables("<p>a</p><table><tr><td>b</td></tr></table>")
    document = io.BytesIO()
    docx.Document().save(document)
    read(document.getvalue())
    read(_small_pdf())


def _small_pdf() -> bytes:
    """Return one page with one word, in a compressed stream, so that every part of the reader is loaded."""
    content = zlib.compress(b"BT /F1 12 Tf 10 10 Td (a) Tj ET")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 5 0 R/Resources<</Font<</F1 4 0 R>>>>>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(content), content),
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return out + trailer % (table, len(out))


def answer(asked: Description, contents: bytes) -> Answer:
    """Read one part. What cannot be read says nothing: the original stays for a person."""
    try:
        texts, tables = _read(Kind(asked["kind"]), contents, asked["charset"])
    except TooLarge:
        return {"code": "too_large"}, ()
    except MemoryError:
        raise
    except Exception:  # the readers are other people's, and raise many things
        return {}, ()
    length = sum(map(len, texts)) + sum(len(cell) for rows in tables for row in rows for cell in row)
    return ({"texts": texts, "tables": tables} if length <= MAX_ANSWER_CHARS else {"code": "too_large"}), ()


def _read(kind: Kind, content: bytes, charset: str | None) -> tuple[tuple[str, ...], tuple[Rows, ...]]:
    if kind is Kind.DOCUMENT:
        document = read(content)
        return document.texts, document.tables
    decoded = text(content, charset)[:MAX_TEXT]
    if kind is Kind.PLAIN:
        return (decoded,), ()
    body, tables = text_and_tables(decoded)
    return (body,), tables
