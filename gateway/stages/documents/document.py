"""Which reader reads a document, decided by its bytes and never by its name."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.stages.documents.document_limits import MAX_BYTES, MAX_CHARS, Rows, TooLarge

_TEXT_CONTROLS = frozenset(b"\t\n\r\f\x1b\x1a")


@dataclass(frozen=True, slots=True)
class Document:
    """What was read. ``code`` is "" if everything was, else why not: then a person must open the original.

    Codes: "encrypted", "too_large", "damaged", "no_text" (a scan), "unsupported".
    """

    texts: tuple[str, ...] = ()
    tables: tuple[Rows, ...] = ()
    code: str = ""

    def __repr__(self) -> str:
        return f"Document({len(self.texts)} texts, {len(self.tables)} tables, code={self.code!r})"


def read(content: bytes) -> Document:
    """Return the texts and tables of a document. Never raises, whatever the document holds."""
    if len(content) > MAX_BYTES:
        return Document(code="too_large")
    try:
        return _read(content)
    except TooLarge:
        return Document(code="too_large")
    # The libraries raise many things on damaged files; all of them mean that a person must look.
    except Exception:
        return Document(code="damaged")


def _read(content: bytes) -> Document:
    if b"%PDF-" in content[:1024]:
        from gateway.stages.documents.pdf import read_pdf

        texts, tables, code = read_pdf(content)
        return Document(texts, tables, code)
    if content.startswith(b"PK\x03\x04"):
        from gateway.stages.documents.word import read_docx

        found = read_docx(content)
        return Document(*found) if found is not None else Document(code="unsupported")
    if content.startswith(b"{\\rtf"):
        from gateway.stages.documents.rtf import read_rtf

        rich = read_rtf(content)
        return Document((rich,)) if rich.strip() else Document(code="no_text")
    text = _text(content)
    if text is None:
        return Document(code="unsupported")
    if len(text) > MAX_CHARS:
        raise TooLarge
    return Document((text,), ())


def _text(content: bytes) -> str | None:
    """Return plain text, or None if the bytes are something else."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    controls = sum(byte < 32 and byte not in _TEXT_CONTROLS for byte in content[:4096])
    if controls or content.startswith(b"\xd0\xcf\x11\xe0"):
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
