"""Text and tables of a .docx, in order, including content controls and text boxes.

Forms are full of content controls (``w:sdt``), which python-docx's own paragraphs omit, so the tree is walked here.
Deleted text of tracked changes is left out; a person reads the original.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
from docx.oxml.ns import qn

from gateway.stages.documents.document_limits import (
    MAX_CELLS,
    MAX_CHARS,
    MAX_DEPTH,
    MAX_MEMBERS,
    MAX_TABLES,
    MAX_UNPACKED_BYTES,
    Rows,
    TooLarge,
)

_P, _TBL, _TR, _TC = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_T, _TAB, _BR, _CR, _TEXT_BOX = qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:cr"), qn("w:txbxContent")
_TAB_STOPS = qn("w:tabs")
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def read_docx(content: bytes) -> tuple[tuple[str, ...], tuple[Rows, ...]] | None:
    """Return texts and tables, or None if the archive is not a Word document. TooLarge past a limit."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
            raise TooLarge
        if not any(member.filename == "word/document.xml" for member in members):
            return None
    body = docx.Document(io.BytesIO(content)).element.body
    reader = _Reader()
    lines = list(reader.lines(body, 0))
    return ("\n".join(lines),), tuple(reader.tables)


class _Reader:
    """Walks a document once, counting."""

    def __init__(self) -> None:
        self.tables: list[Rows] = []
        self._chars = 0
        self._cells = 0

    def lines(self, element: Any, depth: int) -> Iterator[str]:
        """Yield the lines outside tables; the tables are gathered as they come."""
        if depth > 50:
            raise TooLarge
        for child in element:
            if child.tag == _P:
                yield self._paragraph(child)
                for box in child.iter(_TEXT_BOX):
                    if not any(above.tag == _FALLBACK for above in box.iterancestors()):
                        yield from self.lines(box, depth + 1)
            elif child.tag == _TBL:
                self._table(child, 0)
            elif isinstance(child.tag, str):
                yield from self.lines(child, depth + 1)

    def _table(self, table: Any, depth: int) -> None:
        if depth >= MAX_DEPTH or len(self.tables) >= MAX_TABLES:
            raise TooLarge
        place = len(self.tables)
        self.tables.append(())
        rows = []
        for row in table.iter(_TR):
            if _inside(row, table):
                rows.append(tuple(self._cell(cell, depth) for cell in row.iter(_TC) if _row_of(cell) is row))
        self.tables[place] = tuple(rows)

    def _cell(self, cell: Any, depth: int) -> str:
        self._cells += 1
        if self._cells > MAX_CELLS:
            raise TooLarge
        paragraphs = []
        for child in cell.iter(_P, _TBL):
            if child.tag == _TBL:
                if _cell_of(child) is cell:
                    self._table(child, depth + 1)
            elif _cell_of(child) is cell:
                paragraphs.append(self._paragraph(child))
        return "\n".join(line for line in paragraphs if line.strip())

    def _paragraph(self, paragraph: Any) -> str:
        pieces = []
        for node in paragraph.iter(_T, _TAB, _BR, _CR):
            if node.getparent().tag == _TAB_STOPS or _paragraph_of(node) is not paragraph:
                continue
            pieces.append((node.text or "") if node.tag == _T else "\t" if node.tag == _TAB else "\n")
        text = "".join(pieces)
        self._chars += len(text)
        if self._chars > MAX_CHARS:
            raise TooLarge
        return text


def _above(node: Any, tag: str) -> Any:
    return next(node.iterancestors(tag), None)


def _inside(row: Any, table: Any) -> bool:
    return _above(row, _TBL) is table


def _row_of(cell: Any) -> Any:
    return _above(cell, _TR)


def _cell_of(node: Any) -> Any:
    return _above(node, _TC)


def _paragraph_of(node: Any) -> Any:
    return _above(node, _P)
