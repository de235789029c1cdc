"""The text and tables of HTML, parsed as browsers do (html5lib). Never shown to anybody: for finding fields only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import html5lib

MAX_DEPTH = 200
MAX_OPEN = 2_000  # elements begun but not ended: a parser's work grows with their square
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,20})")
_VOID = frozenset({"br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "wbr"})
_LINE = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "table", "dt", "dd", "body"})
_SILENT = frozenset({"script", "style", "head", "title", "template", "noscript"})
Rows = tuple[tuple[str, ...], ...]


def text_and_tables(markup: str) -> tuple[str, tuple[Rows, ...]]:
    """Return the text outside tables, line by line, and each table as rows of cells.

    ValueError if more elements are left open than any real document has.
    """
    if _left_open(markup) > MAX_OPEN:
        raise ValueError("elements")
    tree: Any = html5lib.parse(markup, treebuilder="etree", namespaceHTMLElements=False)
    tables: list[Rows] = []
    text = "".join(_walk(tree, tables, 0))
    return "\n".join(line for line in (" ".join(part.split()) for part in text.split("\n")) if line), tuple(tables)


def _left_open(markup: str) -> int:
    """Return the greatest number by which start tags exceed end tags."""
    ahead = most = 0
    for slash, name in _TAG.findall(markup):
        if name.lower() not in _VOID:
            ahead += -1 if slash else 1
            most = max(most, ahead)
    return most


def _walk(element: Any, tables: list[Rows], depth: int) -> Iterator[str]:
    name = element.tag if isinstance(element.tag, str) else ""
    if name in _SILENT or not name or depth > MAX_DEPTH:
        return
    if name == "table":
        tables.append(tuple(_rows(element)))
        return
    if name in _LINE:
        yield "\n"
    yield element.text or ""
    for child in element:
        yield from _walk(child, tables, depth + 1)
        yield child.tail or ""
    if name in _LINE:
        yield "\n"


def _rows(table: Any) -> Iterator[tuple[str, ...]]:
    for row in table.iter("tr"):
        yield tuple(" ".join("".join(cell.itertext()).split()) for cell in row if cell.tag in ("td", "th"))
