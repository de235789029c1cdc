"""Which postcodes lie within 100 metres of a postcode of another authority, from their grid references."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator

NEAR_M = 100
_COARSE_M = 1_000
_BAND_M = 10_000
_MIXED = -1
_Cell = tuple[int, int]


def near_authorities(
    authority: array[int], east: array[int], north: array[int], count: int
) -> dict[int, tuple[int, ...]]:
    """Return for each row near another authority the numbers of those authorities, sorted.

    All arguments are by row: number of the authority (below ``count``), easting and northing in metres, negative
    where there is none. Distances are those of the grid references, which stand for a postcode's middle building.
    """
    candidates = _candidates(authority, east, north)
    near: dict[int, tuple[int, ...]] = {}
    for band, rows in _bands(candidates, north):
        cells: defaultdict[_Cell, list[int]] = defaultdict(list)
        for row in rows:
            cells[east[row] // NEAR_M, north[row] // NEAR_M].append(row)
        for cell, inside in cells.items():
            around = [row for each in _around(cell) for row in cells.get(each, ())]
            if len({authority[row] for row in around}) < 2:
                continue
            for row in inside:
                if north[row] // _BAND_M == band:
                    others = _others(row, around, authority, east, north)
                    if others:
                        near[row] = others
    return near


def _candidates(authority: array[int], east: array[int], north: array[int]) -> array[int]:
    """Return the rows in or beside a square kilometre with more than one authority."""
    squares: dict[_Cell, int] = {}
    for row, area in enumerate(authority):
        if east[row] < 0:
            continue
        square = (east[row] // _COARSE_M, north[row] // _COARSE_M)
        if squares.setdefault(square, area) != area:
            squares[square] = _MIXED
    mixed = set()
    for square, area in squares.items():
        around = {squares[each] for each in _around(square) if each in squares}
        if area == _MIXED or len(around) > 1:
            mixed.add(square)
    inside = (
        row
        for row in range(len(authority))
        if east[row] >= 0 and (east[row] // _COARSE_M, north[row] // _COARSE_M) in mixed
    )
    return array("I", inside)


def _bands(rows: Iterable[int], north: array[int]) -> Iterator[tuple[int, array[int]]]:
    """Yield each band of 10 km with its rows and those within 100 m of it: few are in memory as objects at once."""
    bands: defaultdict[int, array[int]] = defaultdict(lambda: array("I"))
    for row in rows:
        own = north[row] // _BAND_M
        bands[own].append(row)
        for other in ((north[row] - 2 * NEAR_M) // _BAND_M, (north[row] + 2 * NEAR_M) // _BAND_M):
            if other != own:
                bands[other].append(row)
    yield from sorted(bands.items())


def _around(cell: _Cell) -> Iterator[_Cell]:
    x, y = cell
    return ((x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1))


def _others(
    row: int, around: Iterable[int], authority: array[int], east: array[int], north: array[int]
) -> tuple[int, ...]:
    own, x, y = authority[row], east[row], north[row]
    found = {
        authority[other]
        for other in around
        if authority[other] != own and (east[other] - x) ** 2 + (north[other] - y) ** 2 <= NEAR_M**2
    }
    return tuple(sorted(found))
