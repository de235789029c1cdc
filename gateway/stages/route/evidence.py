"""What the fields of a residence say, each turned into places, before anything is weighed."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.model.panels import Outside
from gateway.model.routing import Residence, RoutingTables
from gateway.stages.route import words
from gateway.stages.route.names import name_index
from gateway.stages.route.normalise import (
    Postcode,
    find_partials,
    find_units,
    has_bfpo,
    parse_partial,
    parse_unit,
    tidy,
)
from gateway.stages.route.places import Place, of_named, of_partial, of_unit
from gateway.stages.route.repair import repairs


@dataclass(frozen=True, slots=True)
class Evidence:
    """The places of the normal residence, by field, and what was said beside them."""

    units: tuple[tuple[str, Place], ...] = ()  # (field, place) of whole postcodes, the postcode field first
    weaker: tuple[tuple[str, Place], ...] = ()  # partial postcodes and repaired ones
    repaired: tuple[str, ...] = ()  # every candidate spelling: confidential
    authority: Place | None = None
    unknown_authority: bool = False
    responsible: Place | None = None
    unknown_responsible: bool = False
    country: str | None = None  # "uk", id of a place outside England, "abroad"
    unknown_country: bool = False
    outside: Outside | None = None  # named by a country, a BFPO number or the last part of an address
    premises: tuple[str, ...] = ()
    boarding: bool = False
    no_abode: bool = False
    second_home: bool = False  # an alternative address without a postcode
    death: tuple[Place, ...] = ()  # the place of death: never decides
    grades: dict[str, str] = field(default_factory=dict)  # by field, for the record: no content


def gather(residence: Residence, tables: RoutingTables) -> Evidence:
    """Read every field once."""
    address = residence.address.reveal()
    other = residence.alternative_address.reveal()
    units = _units(residence.postcode.reveal(), address, other)
    places = tuple((name, of_unit(postcode, tables)) for name, postcode in units)
    weaker, repaired = ((), ()) if units else _weaker(residence.postcode.reveal(), address, tables)
    authority, unknown_authority = _authority(residence.authority.reveal(), tables)
    responsible, unknown_responsible = _authority(residence.responsible_authority.reveal(), tables)
    country, unknown_country = _country(residence.country.reveal())
    outside = _outside(country, f"{residence.postcode.reveal()}\n{address}", address, tables)
    evidence = Evidence(
        units=places,
        weaker=weaker,
        repaired=repaired,
        authority=authority,
        unknown_authority=unknown_authority,
        responsible=responsible,
        unknown_responsible=unknown_responsible,
        country=country,
        unknown_country=unknown_country,
        outside=outside,
        premises=words.premises(address),
        boarding=words.is_boarding(f"{address} {other}"),
        no_abode=words.is_without_abode(f"{residence.postcode.reveal()} {address}"),
        second_home=any(not words.says_nothing(part) and not find_units(part) for part in other.split(";")),
        death=_death(residence.place_of_death.reveal(), tables),
    )
    return _with_grades(evidence)


def _units(postcode: str, address: str, other: str) -> list[tuple[str, Postcode]]:
    """Return the whole postcodes with the field each stands in, each once."""
    whole = parse_unit(postcode)
    found = [("postcode", whole)] if whole else [("postcode", each) for each in find_units(postcode)]
    found += [("address", each) for each in find_units(address)]
    found += [("alternative_address", each) for each in find_units(other)]
    seen: dict[Postcode, str] = {}
    for name, each in found:
        seen.setdefault(each, name)
    return [(name, each) for each, name in seen.items()]


def _weaker(
    postcode: str, address: str, tables: RoutingTables
) -> tuple[tuple[tuple[str, Place], ...], tuple[str, ...]]:
    """Return what districts, sectors and misread postcodes suggest, where no whole postcode was found."""
    partials = parse_partial(postcode)
    if partials:
        places = [("postcode", of_partial(each, tables)) for each in partials]
        return tuple(place for place in places if place[1].authorities or place[1].outside), ()
    candidates = repairs(postcode, tables.postcodes)
    if candidates:
        return tuple(("postcode", of_unit(each, tables)) for each in candidates), tuple(str(c) for c in candidates)
    places = [("address", of_partial(each, tables)) for each in find_partials(address)]
    return tuple(place for place in places if place[1].authorities or place[1].outside), ()


def _authority(text: str, tables: RoutingTables) -> tuple[Place | None, bool]:
    """Return where a named authority lies; True where something was said that names none."""
    if words.says_nothing(text):
        return None, False
    named = name_index(tables.authorities).match(text)
    return (of_named(named, tidy(text), tables), False) if named is not None else (None, True)


def _country(text: str) -> tuple[str | None, bool]:
    if words.says_nothing(text):
        return None, False
    found = words.country(text)
    return found, found is None


def _outside(country: str | None, written: str, address: str, tables: RoutingTables) -> Outside | None:
    """Return the place outside England that a country, a BFPO number or the end of an address names."""
    if country not in (None, "uk"):
        return tables.panels.outside_of(country)
    if has_bfpo(written):
        return tables.panels.outside_of("bfpo")
    last = words.country_at_end(address)
    return tables.panels.outside_of(last) if last not in (None, "uk") else None


def _death(text: str, tables: RoutingTables) -> tuple[Place, ...]:
    """Return the places that the place of death names surely: by postcode, or as an authority's whole name."""
    units = find_units(text)
    if units:
        return tuple(of_unit(each, tables) for each in units)
    named = name_index(tables.authorities).match(text)
    return (of_named(named, tidy(text), tables),) if named is not None and named.county is None else ()


def _with_grades(evidence: Evidence) -> Evidence:
    for name, place in (*evidence.weaker, *evidence.units):
        evidence.grades.setdefault(name, place.grade.value)
    if evidence.authority is not None:
        evidence.grades["authority"] = evidence.authority.grade.value
    if evidence.responsible is not None:
        evidence.grades["responsible_authority"] = evidence.responsible.grade.value
    if evidence.country is not None:
        evidence.grades["country"] = "england_or_uk" if evidence.country == "uk" else "outside"
    if evidence.death:
        evidence.grades["place_of_death"] = evidence.death[0].grade.value
    return evidence
