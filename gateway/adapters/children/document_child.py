"""The document child: one document after another on standard input, JSON on standard output, nothing else allowed."""

from __future__ import annotations

import io
import json
import struct
import sys
import zlib
from enum import IntEnum

import docx

from gateway.adapters.children.mime_child import confine
from gateway.stages.documents import read
from gateway.stages.documents.html import text_and_tables
from gateway.stages.documents.plain import text

HEAD = struct.Struct(">BIH")  # kind, length of the content, length of the charset
LENGTH = struct.Struct(">I")
MAX_ANSWER_BYTES = 16 * 1024 * 1024
MAX_TEXT = 2_000_000  # characters of one body


class Kind(IntEnum):
    """How the bytes are read."""

    PLAIN = 0
    HTML = 1
    DOCUMENT = 2  # by what the bytes are: Word, PDF, text


def warm() -> None:
    """Load what reading needs, before the child can no longer open files."""
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


def main() -> int:
    """Answer until the parent closes the pipe."""
    warm()
    confine(int(sys.argv[1]))
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while len(head := source.read(HEAD.size)) == HEAD.size:
        kind, length, charset_length = HEAD.unpack(head)
        charset = source.read(charset_length).decode("ascii", "replace") or None
        answer = _answer(Kind(kind), source.read(length), charset)
        sink.write(LENGTH.pack(len(answer)) + answer)
        sink.flush()
    return 0


def _answer(kind: Kind, content: bytes, charset: str | None) -> bytes:
    try:
        texts, tables = _read(kind, content, charset)
        answer = json.dumps({"texts": texts, "tables": tables}).encode()
    except Exception:  # what cannot be read yields nothing; the original remains for a person
        return b"{}"
    return answer if len(answer) <= MAX_ANSWER_BYTES else b"{}"


def _read(kind: Kind, content: bytes, charset: str | None) -> tuple[object, object]:
    if kind is Kind.DOCUMENT:
        document = read(content)
        return document.texts, document.tables
    decoded = text(content, charset)[:MAX_TEXT]
    if kind is Kind.PLAIN:
        return (decoded,), ()
    body, tables = text_and_tables(decoded)
    return (body,), tables


if __name__ == "__main__":
    sys.exit(main())
