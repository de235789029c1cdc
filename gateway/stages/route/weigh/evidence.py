"""What the fields of a residence say, each turned into places, before anything is weighed."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.model.residence.panels import Outside
from gateway.model.residence.routing import Residence, RoutingTables
from gateway.stages.route.postcodes.normalise import (
    Partial,
    Postcode,
    find_partials,
    find_units,
    foreign_code,
    has_bfpo,
    has_foreign_code,
    parse_partial,
    parse_unit,
    tidy,
    truncated,
)
from gateway.stages.route.postcodes.repair import repairs
from gateway.stages.route.read import words
from gateway.stages.route.read.names import fold, name_index
from gateway.stages.route.weigh.places import Place, of_named, of_partial, of_unit, outside_of

_UNUSED_LETTERS = frozenset("CIKMOV")  # of the inward code


@dataclass(frozen=True, slots=True)
class Evidence:
    """The places of the normal residence, by field, and what was said beside them."""

    units: tuple[tuple[str, Place], ...] = ()  # (field, place) of whole postcodes, the postcode field first
    weaker: tuple[tuple[str, Place], ...] = ()  # partial postcodes and repaired ones, where there is no whole one
    is_repaired: bool = False  # ``weaker`` are the candidates of a misspelt postcode
    unread_postcode: bool = False  # the postcode field says something that leads nowhere
    doubted_postcode: bool = False  # it is written with a question mark
    remark: bool = False  # the postcode field holds a postcode and words that may take it back
    authority: Place | None = None
    unknown_authority: bool = False
    mentions: tuple[Place, ...] = ()  # authorities whose names are parts of the address: towns, as often as not
    responsible: Place | None = None
    unknown_responsible: bool = False
    country: str | None = None  # "england", "uk", id of a place outside England, "abroad"
    unknown_country: bool = False
    outside: Outside | None = None  # named by a country, a foreign or BFPO code, or the last part of an address
    premises: tuple[str, ...] = ()
    boarding: bool = False
    no_abode: bool = False
    second_home: bool = False  # an alternative address without a postcode
    death: tuple[Place, ...] = ()  # the place of death: never decides
    grades: dict[str, str] = field(default_factory=dict)  # by field, for the record: no content


def gather(residence: Residence, tables: RoutingTables) -> Evidence:
    """Read every field once."""
    postcode, address = residence.postcode.reveal(), residence.address.reveal()
    other = residence.alternative_address.reveal()
    units = tuple((name, of_unit(each, tables)) for name, each in _units(postcode, address, other))
    weaker, is_repaired = _weaker(postcode, address, units, tables)
    authority, unknown_authority = _authority(residence.authority.reveal(), tables)
    responsible, unknown_responsible = _authority(residence.responsible_authority.reveal(), tables)
    country, unknown_country = _country(residence.country.reveal())
    outside = _outside(country, postcode, address, tables)
    read = outside is not None or any(name == "postcode" for name, _ in (*units, *weaker))
    evidence = Evidence(
        units=units,
        weaker=weaker,
        is_repaired=is_repaired,
        unread_postcode=not read and not words.says_nothing(postcode),
        doubted_postcode="?" in postcode or words.is_doubted(address),
        remark=parse_unit(postcode) is None and bool(find_units(postcode)),
        authority=authority,
        unknown_authority=unknown_authority,
        mentions=() if units else _mentions(address, tables),
        responsible=responsible,
        unknown_responsible=unknown_responsible,
        country=country,
        unknown_country=unknown_country,
        outside=outside,
        premises=words.premises(address),
        boarding=words.is_boarding(f"{address} {other}"),
        no_abode=words.is_without_abode(f"{postcode} {address}"),
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
    postcode: str, address: str, units: tuple[tuple[str, Place], ...], tables: RoutingTables
) -> tuple[tuple[tuple[str, Place], ...], bool]:
    """Return what misread postcodes, sectors and districts suggest; True where they are repairs.

    A lone unit whose letters no postcode has (C I K M O V) is misread too.
    """
    if units and not (len(units) == 1 and units[0][1].code and _UNUSED_LETTERS & set(units[0][1].said[-2:])):
        return (), False
    partials = () if units else parse_partial(postcode) or _lost_letter(postcode, tables)
    candidates = (
        () if partials or foreign_code(postcode) else repairs(units[0][1].said if units else postcode, tables.postcodes)
    )
    if candidates:
        return tuple(("postcode", of_unit(each, tables)) for each in candidates), True
    if units:
        return (), False
    places = [("postcode", of_partial(each, tables)) for each in partials]
    places += [("address", of_partial(each, tables)) for each in find_partials(address)]
    return tuple(place for place in places if place[1].authorities or place[1].outside), False


def _lost_letter(postcode: str, tables: RoutingTables) -> tuple[Partial, ...]:
    """Return the sector of a postcode without its last letter, where there is such a sector."""
    found = truncated(postcode)
    return (found,) if found is not None and tables.postcodes.sector(found.outward, found.digit) else ()


def _mentions(address: str, tables: RoutingTables) -> tuple[Place, ...]:
    """Return the authorities whose names are whole parts of an address. They never decide: towns bear them too."""
    index = name_index(tables.authorities)
    parts = words.address_parts(address.replace("(", ",").replace(")", ","))
    named = ((part, index.match(part)) for part in parts)
    return tuple(of_named(each, part, tables) for part, each in named if each is not None and each.county is None)


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


def _outside(country: str | None, postcode: str, address: str, tables: RoutingTables) -> Outside | None:
    """Return the place outside England that a country, a foreign or BFPO code, or the end of an address names."""
    bfpo = "bfpo" if has_bfpo(f"{postcode}\n{address}") else None
    abroad = "abroad" if has_foreign_code(address) else None
    for place in (country, bfpo, foreign_code(postcode), words.country_at_end(address), abroad):
        if place is not None and place not in words.HERE:
            return tables.panels.outside_of(place)
    return None if find_units(f"{postcode}\n{address}") else _town_outside(address, tables)


def _town_outside(address: str, tables: RoutingTables) -> Outside | None:
    """Return the nation that the last part of an address lies in, where every town of that name does."""
    parts = words.address_parts(address)
    places = tables.towns.get(fold(parts[-1]), ()) if parts else ()
    named = name_index(tables.authorities).match(parts[-1]) if len(parts) > 1 else None
    codes = list(named.codes) if named is not None else [code for each, _ in places for code in each]
    return outside_of(codes, tables) if codes else None


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
        evidence.grades["country"] = evidence.country if evidence.country in words.HERE else "outside"
    if evidence.death:
        evidence.grades["place_of_death"] = evidence.death[0].grade.value
    return evidence
