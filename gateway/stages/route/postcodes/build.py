"""Make the postcode index from the rows of a directory, in bounded memory: the counterpart of ``index``.

Some 2.7 million rows are kept in arrays (15 bytes a row), never as objects. The same rows in any order give the
same bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from array import array
from collections.abc import Iterator, Sequence
from datetime import date

from gateway.stages.route.postcodes.index import BITMAP_BYTES, LENGTH, MAGIC, PLACES
from gateway.stages.route.postcodes.nearness import near_authorities

PER_SECTOR = len(PLACES)
NO_GRID = -1
_SECTOR = re.compile(r"[A-Z][A-Z0-9]{1,3} [0-9]")


class IndexBuilder:
    """Takes one row after the other, then gives the index file.

    ``authorities`` lists the codes in the order in which they came, "" for none; ``rows`` counts the units taken,
    ``blank`` those without an authority, ``malformed`` the rows that hold no postcode.
    """

    __slots__ = (
        "_areas",
        "_authority",
        "_codes",
        "_east",
        "_ended",
        "_north",
        "_sectors",
        "authorities",
        "blank",
        "malformed",
        "rows",
    )

    def __init__(self) -> None:
        self.authorities: list[str] = []
        self.blank = self.malformed = self.rows = 0
        self._sectors: dict[str, int] = {}
        self._areas: dict[str, int] = {}
        self._codes = array("I")  # sector * PER_SECTOR + place
        self._authority = array("H")
        self._east = array("i")  # metres on the national grid; NO_GRID: none
        self._north = array("i")
        self._ended = bytearray()

    def add(self, postcode: str, authority: str, east: int, north: int, *, ended: bool) -> None:
        """Take one row. ``postcode`` in any of the directory's spellings ("AB1 0AA", "AB10AA", "AB1  0AA")."""
        place = PLACES.get(postcode[-2:])
        name = f"{postcode[:-3].rstrip()} {postcode[-3:-2]}"
        sector = self._sectors.get(name)
        if place is None or (sector is None and not _SECTOR.fullmatch(name)):
            self.malformed += 1
            return
        if sector is None:
            sector = self._sectors[name] = len(self._sectors)
        area = self._areas.get(authority)
        if area is None:
            area = self._areas[authority] = len(self.authorities)
            self.authorities.append(authority)
        self._codes.append(sector * PER_SECTOR + place)
        self._authority.append(area)
        self._east.append(east if authority else NO_GRID)  # without an authority it is nobody's neighbour
        self._north.append(north)
        self._ended.append(ended)
        self.rows += 1
        self.blank += not authority

    def finish(self, edition: str, dated: date) -> bytes:
        """Return the index file. Of a unit that came twice the row with the lesser code of authority counts."""
        near = near_authorities(self._authority, self._east, self._north, len(self.authorities))
        areas, numbered = self._numbered_areas(near)
        bitmaps, runs, count = bytearray(), bytearray(), 0
        starts, order = self._by_sector()
        for name in sorted(self._sectors):
            sector = self._sectors[name]
            known = self._known(order[starts[sector] : starts[sector + 1]])
            count += len(known)
            bitmaps += sum(1 << place for place, _ in known).to_bytes(BITMAP_BYTES, "little")
            _put_runs([numbered[self._authority[row], near.get(row, ())] for _, row in known], runs)
            _put_steps([rank for rank, (_, row) in enumerate(known) if self._ended[row]], runs)
        parts = (_json(areas), "\n".join(sorted(self._sectors)).encode("ascii"), bytes(bitmaps), bytes(runs))
        return _file(edition, dated, count, parts)

    def _numbered_areas(
        self, near: dict[int, tuple[int, ...]]
    ) -> tuple[list[tuple[str, list[str]]], dict[tuple[int, tuple[int, ...]], int]]:
        """Return the areas in sorted order, and the number of each (authority, near) pair of this builder."""
        pairs = {(self._authority[row], others) for row, others in near.items()}
        pairs.update((area, ()) for area in range(len(self.authorities)))
        spelt = {
            pair: (self.authorities[pair[0]], sorted(self.authorities[other] for other in pair[1])) for pair in pairs
        }
        ranked = sorted(pairs, key=lambda pair: spelt[pair])
        return [spelt[pair] for pair in ranked], {pair: number for number, pair in enumerate(ranked)}

    def _by_sector(self) -> tuple[array[int], array[int]]:
        """Return where each sector starts in the second array, and the rows in order of sector (counting sort)."""
        starts = array("I", bytes(4 * (len(self._sectors) + 1)))
        for code in self._codes:
            starts[code // PER_SECTOR + 1] += 1
        for sector in range(len(self._sectors)):
            starts[sector + 1] += starts[sector]
        free, order = array("I", starts), array("I", bytes(4 * len(self._codes)))
        for row, code in enumerate(self._codes):
            sector = code // PER_SECTOR
            order[free[sector]] = row
            free[sector] += 1
        return starts, order

    def _known(self, rows: Sequence[int]) -> list[tuple[int, int]]:
        """Return (place, row) of the units of a sector in order, each unit once."""
        best: dict[int, int] = {}
        for row in rows:
            place = self._codes[row] % PER_SECTOR
            other = best.get(place)
            if other is None or self._rank(row) < self._rank(other):
                best[place] = row
        return sorted(best.items())

    def _rank(self, row: int) -> tuple[str, bool, int, int]:
        return (self.authorities[self._authority[row]], bool(self._ended[row]), self._east[row], self._north[row])


def _file(edition: str, dated: date, units: int, parts: Sequence[bytes]) -> bytes:
    payload = b"".join(LENGTH.pack(len(part)) + part for part in parts)
    header = {
        "edition": edition,
        "dated": dated.isoformat(),
        "units": units,
        "payload_bytes": len(payload),
        "payload_sha256": hashlib.sha256(payload).hexdigest(),
    }
    return MAGIC + _json(header) + b"\n" + zlib.compress(payload, 9)


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def _put(number: int, out: bytearray) -> None:
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    start = 0
    for place in range(1, len(numbers) + 1):
        if place == len(numbers) or numbers[place] != numbers[start]:
            yield numbers[start], place - start
            start = place


def _put_runs(numbers: Sequence[int], out: bytearray) -> None:
    runs = list(_runs(numbers))
    _put(len(runs), out)
    for number, length in runs:
        _put(number, out)
        _put(length, out)


def _put_steps(ranks: Sequence[int], out: bytearray) -> None:
    _put(len(ranks), out)
    before = 0
    for rank in ranks:
        _put(rank - before, out)
        before = rank
