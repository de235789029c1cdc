"""The second agreement: a town, county or authority that goes with the postcode, and with no slip of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.model.ids import GssCode
from gateway.model.residence.named import PlaceKind
from gateway.model.residence.routing import Residence, RoutingTables
from gateway.stages.route.postcodes.normalise import Postcode, find_units, parse_unit
from gateway.stages.route.postcodes.slips import slips
from gateway.stages.route.read.names import bare, fold, name_index
from gateway.stages.route.weigh.places import Place, of_unit, panels_of

MAX_PARTS = 12
_PARTS = re.compile(r"[,;\n()]|\s[-–—]\s")
_STREET_WORDS = re.compile(
    "street|road|lane|close|way|drive|avenue|court|place|view|row|green|grove|gardens|hill|park|end|cross|bank|"
    "terrace|crescent|mews|square|rise|walk|house|farm|cottages?|lodge|hall"
)
_UNIT_AT = re.compile(r"\s*[A-Za-z]{1,2}[0-9][A-Za-z0-9]?\s{0,3}[0-9][A-Za-z]{2}\b.*")


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a postcode: one name, and where places of that name lie."""

    name: str
    places: tuple[tuple[frozenset[GssCode], frozenset[str]], ...]  # authorities, and postcode areas (none: any)
    is_authority: bool = False


def beside(residence: Residence, tables: RoutingTables) -> tuple[Beside, ...]:
    """Return the towns, counties and authorities that the residence names beside its postcode, each once."""
    found: dict[str, Beside] = {}
    for text in _texts(residence):
        for each in _names(text, tables):
            found.setdefault(each.name, each)
    return tuple(found.values())


def _texts(residence: Residence) -> Iterator[str]:
    yield residence.address.reveal()
    yield residence.authority.reveal()
    for place in residence.named.places:
        if place.kind is PlaceKind.AUTHORITY:
            yield place.said.reveal()


def _names(text: str, tables: RoutingTables) -> Iterator[Beside]:
    index = name_index(tables.authorities)
    for raw in _PARTS.split(text)[-MAX_PARTS:]:
        part = _UNIT_AT.sub("", raw).strip(" .")
        for name in _readings(fold(part)):
            named = index.match(name) if len(name) > 1 else None
            if named is not None:
                upper = frozenset(above.gss for code in named.codes for above in tables.authorities.upper_tier(code))
                is_one = named.county is None and len(panels_of(named.codes, tables)) == 1
                yield Beside(name, ((upper, frozenset()),), is_one and name not in tables.towns)
            places = tables.towns.get(name, ())
            if places:
                yield Beside(f"town {name}", tuple((_upper(codes, tables), areas) for codes, areas in places))
            if named is not None or places:
                break


def _readings(part: str) -> Iterator[str]:
    """Yield a part, then its last words: "12 example road aylesbury" ends in a town where a comma is missing."""
    words = part.split()
    yield part
    for count in (3, 2, 1):
        is_street = count == 1 and bool(words) and _STREET_WORDS.fullmatch(words[-1])
        if count < len(words) and any(char.isdigit() for char in words[0]) and not is_street:
            yield " ".join(words[-count:])


def _upper(codes: frozenset[GssCode], tables: RoutingTables) -> frozenset[GssCode]:
    return frozenset(above.gss for code in codes for above in tables.authorities.upper_tier(code))


def disagrees(place: Place, names: tuple[Beside, ...]) -> bool:
    """Say whether the towns named are all far off: none has units in the postcode's area, nor in one next to it."""
    postcode = parse_unit(place.said)
    towns = [areas for each in names for _, areas in each.places if areas]
    return postcode is not None and bool(towns) and not any(postcode.area in areas for areas in towns)


def goes_with(place: Place, area: str, named: Beside, tables: RoutingTables) -> bool:
    """Say whether a place lies where one of the places of a name is."""
    own = {above.gss for each in place.authorities for above in tables.authorities.upper_tier(each.gss)}
    return any(own & upper and (not areas or not area or area in areas) for upper, areas in named.places)


def agreeing(place: Place, names: tuple[Beside, ...], tables: RoutingTables) -> tuple[Beside, ...]:
    """Return the names that go with a place."""
    postcode = parse_unit(place.said)
    area = postcode.area if postcode is not None else ""
    return tuple(each for each in names if goes_with(place, area, each, tables))


def town_agrees(place: Place, names: tuple[Beside, ...], tables: RoutingTables) -> bool:
    """Say whether a town goes with an authority that stands without a postcode.

    All of the town must lie in its panel's area, unless the authority is named as one ("Council"): "Bletchley,
    Buckinghamshire" names a postal county.
    """
    towns = [each for each in names if each.name.startswith("town ")]
    is_designated = any(bare(each.name) != each.name for each in names if each.is_authority)
    wholly = any(panels_of(codes, tables) == place.panels for each in towns for codes, _ in each.places)
    return bool(towns) and (wholly or is_designated)


def slip_elsewhere(place: Place, names: tuple[Beside, ...], tables: RoutingTables) -> bool:
    """Say whether one slip of the postcode is a live unit of another panel that all the same names go with."""
    postcode = parse_unit(place.said)
    if postcode is None or any(each.is_authority for each in names):
        return False
    for other in slips(postcode, tables.postcodes, lambda codes: _is_elsewhere(codes, place, tables)):
        found = of_unit(other, tables)
        if found.panels and found.panels != place.panels and len(agreeing(found, names, tables)) == len(names):
            return True
    return False


def _is_elsewhere(codes: tuple[GssCode, ...], place: Place, tables: RoutingTables) -> bool:
    return any(panel not in place.panels for panel in panels_of(codes, tables))


def units_of(residence: Residence) -> tuple[Postcode, ...]:
    """Return the whole postcodes of the home fields."""
    return find_units(f"{residence.postcode.reveal()}\n{residence.address.reveal()}")
