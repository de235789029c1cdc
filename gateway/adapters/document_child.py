"""The document child: one document after another on standard input, JSON on standard output, nothing else allowed."""

from __future__ import annotations

import io
import json
import struct
import sys
import zlib

import docx

from gateway.adapters.mime_child import confine
from gateway.stages.documents import DocumentKind, read

HEAD = struct.Struct(">BIH")  # kind, length of the content, length of the charset
LENGTH = struct.Struct(">I")
KINDS = tuple(DocumentKind)
MAX_ANSWER_BYTES = 16 * 1024 * 1024


def warm() -> None:
    """Load what reading needs, before the child may open no file any more."""
    read(DocumentKind.HTML, b"<p>a</p><table><tr><td>b</td></tr></table>", "utf-8")
    read(DocumentKind.PLAIN, b"a", "utf-8")
    document = io.BytesIO()
    docx.Document().save(document)
    read(DocumentKind.DOCX, document.getvalue(), None)
    read(DocumentKind.PDF, _small_pdf(), None)


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
        answer = _answer(KINDS[kind], source.read(length), charset)
        sink.write(LENGTH.pack(len(answer)) + answer)
        sink.flush()
    return 0


def _answer(kind: DocumentKind, content: bytes, charset: str | None) -> bytes:
    try:
        found = read(kind, content, charset)
        answer = json.dumps({"texts": found.texts, "tables": found.tables}).encode()
    except Exception:  # a document that cannot be read says nothing; the original stays for a person
        return b"{}"
    return answer if len(answer) <= MAX_ANSWER_BYTES else b"{}"


if __name__ == "__main__":
    sys.exit(main())
