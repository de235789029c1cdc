"""The rows of a table as labelled values, or as entries of a list of people or professionals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gateway.stages.extract.headings import heading
from gateway.stages.extract.labels import column_for, field_for

MAX_ROWS = 2_000
MAX_CELLS = 40


@dataclass(frozen=True, slots=True, repr=False)
class Pair:
    """One thing read: "labelled" (label and value), "loose" (a line), "gap", or "entry" (of the group ``label``)."""

    kind: str
    label: str = ""
    value: str = ""
    whole: str = ""
    cells: tuple[tuple[str, str], ...] = ()

    @classmethod
    def labelled(cls, label: str, value: str, whole: str = "") -> Pair:
        return cls("labelled", label.strip(), value.strip(), whole or f"{label}: {value}")

    @classmethod
    def loose(cls, line: str) -> Pair:
        return cls("loose", whole=line.strip())

    @classmethod
    def gap(cls) -> Pair:
        return cls("gap")


def pairs_of(table: Sequence[Sequence[str]], section: str | None) -> Iterator[Pair]:
    """Yield what a table says. ``section`` is the section in which the table stands, if that is known."""
    rows = [_cells(row) for row in table[:MAX_ROWS]]
    rows = [row for row in rows if any(row)]
    columns: tuple[str, list[str | None]] | None = None
    for row in rows:
        named = _columns(row)
        if named is not None:
            columns = named
        elif columns is not None and len([cell for cell in row if cell]) > 1:
            group, ids = columns
            cells = tuple((name, cell) for name, cell in zip(ids, row, strict=False) if name and cell)
            if cells:
                yield Pair("entry", label=group, cells=cells)
        else:
            columns = None
            yield from _row(row, section)
        yield Pair.gap()


def _cells(row: Sequence[str]) -> list[str]:
    """Return the cells' texts; a merged cell, which readers give several times over, once."""
    texts: list[str] = []
    for cell in row[:MAX_CELLS]:
        text = cell.strip()
        if not (texts and text and texts[-1] == text):
            texts.append(text)
    return texts


def _columns(row: list[str]) -> tuple[str, list[str | None]] | None:
    """Return the group and the field of each column where the row is the head of such a list."""
    if len([cell for cell in row if cell]) < 2 or any(":" in cell.rstrip(":") for cell in row):
        return None
    for group, sign in (("significant_persons", "person_relationship"), ("agency_contacts", "agency_kind")):
        ids = [column_for(cell, group) for cell in row]
        filled = [name for name, cell in zip(ids, row, strict=True) if cell]
        if sign in filled and all(filled) and len(set(filled)) == len(filled):
            return group, ids
    return None


def _row(row: list[str], section: str | None) -> Iterator[Pair]:
    filled = [cell for cell in row if cell]
    if len(filled) == 1:
        label, _, value = filled[0].partition(":")
        yield Pair.labelled(label, value, filled[0]) if value else Pair.loose(filled[0])
        return
    position = 0
    while position < len(row):
        label = row[position]
        value = row[position + 1] if position + 1 < len(row) else ""
        if not label:
            position += 1
        elif ":" in label.rstrip(":") and field_for(label.split(":", 1)[0], section) is not None:
            before, _, after = label.partition(":")
            yield Pair.labelled(before, after, label)
            position += 1
        elif field_for(label, section) is None and heading(label) is None and value and field_for(value, section):
            position += 1
        else:
            yield Pair.labelled(label, value)
            position += 2
