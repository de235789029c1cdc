"""The compact postcode index: which authority every unit postcode lies in, in well under 1 MB.

Layout of the file: ``CDOPGEO2`` and a line feed; one line of JSON (edition, dated, number of units, sectors, length
and SHA-256 of the payload); then the payload, deflated (zlib). The payload has four parts, each with its length (4
bytes, big-endian) in front:

1. areas: JSON, a list of ``[authority, [near authorities]]``; authority "" means in the directory without one;
2. sectors: the sorted sectors ("HP27 9"), joined by line feeds;
3. units: for each sector a bitmap of 56 bytes, bit ``i * 21 + j`` set where the unit with the inward letters
   ``LETTERS[i] + LETTERS[j]`` is known;
4. runs: for each sector the number of runs, then (area, length) of every run of equal area among the known units in
   order, all as LEB128 numbers; after them, where the directory gave end dates, the number of terminated units and
   their places among the known units (differences).

The index holds the authority, not the panel: panels change by configuration alone.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from array import array
from collections.abc import Iterable, Iterator
from datetime import date

from gateway.model.ids import GssCode
from gateway.model.residence.areas import UnitArea

MAGIC = b"CDOPGEO2\n"
LETTERS = "ABDEFGHJLNPQRSTUVWXYZ"  # of the inward code: never C I K M O; V in one unit that has ended
BITMAP_BYTES = 56  # 21 * 21 bits, rounded up
MAX_PAYLOAD_BYTES = 16 << 20
PLACES = {first + second: i * 21 + j for i, first in enumerate(LETTERS) for j, second in enumerate(LETTERS)}
_UNITS = {place: letters for letters, place in PLACES.items()}
LENGTH = struct.Struct(">I")


class BadIndex(ValueError):
    """The bytes are not a postcode index, or not the one they say they are."""


class PostcodeIndex:
    """A loaded index. One dictionary look-up, a bit test and, in mixed sectors, a short walk for each question."""

    __slots__ = (
        "_areas",
        "_bitmaps",
        "_districts",
        "_runs",
        "_sectors",
        "_starts",
        "checksum",
        "dated",
        "edition",
        "units",
    )

    def __init__(self, file: bytes) -> None:
        """Read an index file. BadIndex if a byte of it is not as it was written."""
        try:
            self._read(file)
        except (ValueError, KeyError, IndexError, TypeError, struct.error, zlib.error):
            raise BadIndex("not a whole postcode index") from None

    def _read(self, file: bytes) -> None:
        header, payload = _open(file)
        self.edition = str(header["edition"])
        self.dated = date.fromisoformat(str(header["dated"]))
        self.units = int(str(header["units"]))
        self.checksum = hashlib.sha256(file).hexdigest()
        areas, sectors, self._bitmaps, runs = _parts(payload)
        self._areas = tuple(
            UnitArea(GssCode(authority) if authority else None, tuple(GssCode(code) for code in near))
            for authority, near in json.loads(areas)
        )
        names = sectors.decode("ascii").split("\n")
        self._sectors = {name: place for place, name in enumerate(names)}
        self._districts: dict[str, tuple[GssCode, ...]] = {}  # of those that were asked for
        self._runs, self._starts = _numbers(runs, len(names))
        if len(self._bitmaps) != len(names) * BITMAP_BYTES:
            raise BadIndex("bitmaps do not match sectors")

    def unit(self, outward: str, inward: str) -> UnitArea | None:
        """Return what is known of a unit postcode ("HP27", "9QF"), None if the index does not have it."""
        sector = self._sectors.get(f"{outward} {inward[:1]}")
        place = PLACES.get(inward[1:])
        if sector is None or place is None:
            return None
        bits = self._bits(sector)
        if not bits >> place & 1:
            return None
        return self._area(sector, (bits & ((1 << place) - 1)).bit_count())

    def _area(self, sector: int, rank: int) -> UnitArea:
        """Return the area of the ``rank``-th known unit of a sector."""
        runs, at = self._runs, self._starts[sector]
        count = runs[at]
        ended = self._is_ended(at + 1 + 2 * count, rank)
        passed = 0
        for place in range(at + 1, at + 1 + 2 * count, 2):
            passed += runs[place + 1]
            if rank < passed:
                area = self._areas[runs[place]]
                return UnitArea(area.authority, area.near, ended=True) if ended else area
        raise BadIndex("runs do not cover a sector")

    def _is_ended(self, at: int, rank: int) -> bool:
        place = 0
        for step in self._runs[at + 1 : at + 1 + self._runs[at]]:
            place += step
            if place >= rank:
                return place == rank
        return False

    def sector(self, outward: str, digit: str) -> tuple[GssCode, ...]:
        """Return the authorities of a sector ("HP27", "9"), sorted; empty if there is no such sector."""
        return _sorted(self._sector_codes(f"{outward} {digit}"))

    def district(self, outward: str) -> tuple[GssCode, ...]:
        """Return the authorities of a postcode district ("HP27"), sorted; empty if there is no such district."""
        known = self._districts.get(outward)
        if known is None:
            known = _sorted(code for digit in "0123456789" for code in self._sector_codes(f"{outward} {digit}"))
            if known:
                self._districts[outward] = known
        return known

    def _sector_codes(self, name: str) -> Iterator[GssCode]:
        sector = self._sectors.get(name)
        if sector is None:
            return
        at = self._starts[sector]
        for place in range(at + 1, at + 1 + 2 * self._runs[at], 2):
            code = self._areas[self._runs[place]].authority
            if code is not None:
                yield code

    def sectors(self) -> tuple[str, ...]:
        """Return the names of all sectors, sorted: "HP27 9"."""
        return tuple(self._sectors)

    def content(self, name: str) -> tuple[int, tuple[UnitArea | int, ...]] | None:
        """Return units and areas of a sector in a form that compares equal across indexes, None if not there."""
        sector = self._sectors.get(name)
        if sector is None:
            return None
        at = self._starts[sector]
        runs = self._runs[at + 1 : at + 1 + 2 * self._runs[at]]
        return self._bits(sector), tuple(each if at % 2 else self._areas[each] for at, each in enumerate(runs))

    def _bits(self, sector: int) -> int:
        start = sector * BITMAP_BYTES
        return int.from_bytes(self._bitmaps[start : start + BITMAP_BYTES], "little")

    def sector_units(self, name: str) -> dict[str, UnitArea]:
        """Return the units of a sector by inward code ("9QF"), in order; empty if there is no such sector."""
        sector = self._sectors.get(name)
        if sector is None:
            return {}
        bits, digit = self._bits(sector), name[-1]
        units: dict[str, UnitArea] = {}
        while bits:
            lowest = bits & -bits
            units[digit + _UNITS[lowest.bit_length() - 1]] = self._area(sector, len(units))
            bits ^= lowest
        return units

    def areas(self) -> tuple[UnitArea, ...]:
        """Return every distinct area of the index."""
        return self._areas

    def all_units(self) -> Iterator[tuple[str, str, UnitArea]]:
        """Yield outward, inward and area of every unit, in order."""
        for name in self._sectors:
            for inward, area in self.sector_units(name).items():
                yield name[:-2], inward, area


def _sorted(codes: Iterable[GssCode]) -> tuple[GssCode, ...]:
    return tuple(sorted(set(codes)))


def _open(file: bytes) -> tuple[dict[str, object], bytes]:
    """Return header and payload of an index file whose checksum holds."""
    if not file.startswith(MAGIC):
        raise BadIndex("not a postcode index")
    end = file.index(b"\n", len(MAGIC))
    header = json.loads(file[len(MAGIC) : end])
    deflated = zlib.decompressobj()
    payload = deflated.decompress(file[end + 1 :], MAX_PAYLOAD_BYTES)
    is_whole = deflated.eof and not deflated.unused_data
    if not is_whole or hashlib.sha256(payload).hexdigest() != header["payload_sha256"]:
        raise BadIndex("the payload is damaged")
    return header, payload


def _parts(payload: bytes) -> list[bytes]:
    parts, at = [], 0
    for _ in range(4):
        (length,) = LENGTH.unpack_from(payload, at)
        parts.append(payload[at + LENGTH.size : at + LENGTH.size + length])
        at += LENGTH.size + length
    return parts


def _numbers(runs: bytes, sectors: int) -> tuple[array[int], array[int]]:
    """Read the LEB128 numbers; return them with the place at which each sector starts."""
    numbers = array("H", _leb128(runs))
    starts, at = array("I"), 0
    for _ in range(sectors):
        starts.append(at)
        at += 1 + 2 * numbers[at]
        at += 1 + numbers[at]
    if at != len(numbers):
        raise BadIndex("runs do not match sectors")
    return numbers, starts


def _leb128(encoded: bytes) -> Iterator[int]:
    value = shift = 0
    for byte in encoded:
        if byte < 0x80:
            yield value | byte << shift
            value = shift = 0
        else:
            value |= (byte & 0x7F) << shift
            shift += 7
