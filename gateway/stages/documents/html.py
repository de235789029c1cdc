"""The text and tables of HTML. Never shown to anybody: for finding fields only.

Read by libxml2 as a stream of events, so that no tree is built and the work grows with the length of the markup.
What its parser does for each end tag grows with the elements that are open, so their number has a limit: a mail of
18 kB of unclosed elements cost the parser before this one 20 s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from gateway.stages.documents.document_limits import Rows, TooLarge

MAX_OPEN = 256  # elements that are open at once: how deep the markup nests
MAX_ELEMENTS = 200_000
MAX_CELL_CHARS = 4_000_000  # of all cells: the text of a table in a table counts for both
_FEED_CHARS = 65_536
_LINE = frozenset(
    {"p", "div", "br", "li", "tr", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "table", "dt", "dd", "body"}
)
_SILENT = frozenset({"script", "style", "head", "title", "template", "noscript"})
_CELL = frozenset({"td", "th"})


def text_and_tables(markup: str) -> tuple[str, tuple[Rows, ...]]:
    """Return the text outside tables, line by line, and each table as rows of cells.

    TooLarge where the markup nests deeper, or has more elements, than any writing has.
    """
    found = _Events()
    parser = etree.HTMLParser(target=found, remove_comments=True, remove_pis=True)
    whole = markup.replace("\x00", "\ufffd")  # the parser would end there
    for start in range(0, len(whole), _FEED_CHARS):
        parser.feed(whole[start : start + _FEED_CHARS])
        if found.too_large:
            raise TooLarge
    if whole.strip():
        parser.close()
    if found.too_large:
        raise TooLarge
    lines = (" ".join(line.split()) for line in "".join(found.out).split("\n"))
    tables = tuple(tuple(tuple(map(_joined, row)) for row in rows) for rows in found.tables)
    return "\n".join(line for line in lines if line), tables


def _joined(cell: list[str]) -> str:
    return " ".join("".join(cell).split())


@dataclass(slots=True, eq=False)
class _Table:
    """A table that is open: its rows go to the outermost one, and its own cells are open in it."""

    has_row: bool = False
    has_cell: bool = False


@dataclass(slots=True, eq=False)
class _Events:
    """Takes the parser's events. An error raised in here would not stop it at once, so what is too much is noted."""

    out: list[str] = field(default_factory=list)
    tables: list[list[list[list[str]]]] = field(default_factory=list)  # tables of rows of cells of pieces
    too_large: bool = False
    _open: int = 0
    _elements: int = 0
    _silent: int = 0
    _cell_chars: int = 0
    _nested: list[_Table] = field(default_factory=list)
    _rows: list[list[list[str]]] = field(default_factory=list)  # the rows that are open, outermost first
    _cells: list[list[str]] = field(default_factory=list)  # the cells that are open, outermost first

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._open += 1
        self._elements += 1
        if self._open > MAX_OPEN or self._elements > MAX_ELEMENTS:
            self.too_large = True
            raise TooLarge
        if name in _SILENT:
            self._silent += 1
        elif name == "table":
            self._break(name)
            if not self._nested:
                self.tables.append([])
            self._nested.append(_Table())
        elif self._nested and name == "tr":
            self._begin_row()
        elif self._nested and name in _CELL:
            self._begin_cell()
        else:
            self._break(name)

    def end(self, name: str) -> None:
        self._open -= 1
        if name in _SILENT:
            self._silent -= 1
        elif self._nested and name == "table":
            self._end_row()
            self._nested.pop()
        elif self._nested and name == "tr":
            self._end_row()
        elif self._nested and name in _CELL:
            self._end_cell()
        self._break(name)

    def data(self, text: str) -> None:
        if self._silent:
            return
        if not self._cells:
            self.out.append(text)
            return
        self._cell_chars += len(text) * len(self._cells)
        if self._cell_chars > MAX_CELL_CHARS:
            self.too_large = True
            raise TooLarge
        for cell in self._cells:
            cell.append(text)

    def close(self) -> None:
        return None

    def _break(self, name: str) -> None:
        if name not in _LINE:
            return
        for pieces in self._cells or [self.out]:
            pieces.append("\n")

    def _begin_row(self) -> None:
        self._end_row()
        row: list[list[str]] = []
        self.tables[-1].append(row)
        self._rows.append(row)
        self._nested[-1].has_row = True

    def _end_row(self) -> None:
        self._end_cell()
        if self._nested[-1].has_row:
            self._rows.pop()
            self._nested[-1].has_row = False

    def _begin_cell(self) -> None:
        if not self._nested[-1].has_row:
            self._begin_row()
        self._end_cell()
        cell: list[str] = []
        self._rows[-1].append(cell)
        self._cells.append(cell)
        self._nested[-1].has_cell = True

    def _end_cell(self) -> None:
        if self._nested[-1].has_cell:
            self._cells.pop()
            self._nested[-1].has_cell = False
