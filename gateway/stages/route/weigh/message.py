"""What the rest of a message says of the home that was found: whose else it is, what contradicts it."""

from __future__ import annotations

from dataclasses import replace

from gateway.model.content.confidential import NOTHING, Confidential
from gateway.model.kinds import RouteGrade
from gateway.model.residence.named import Named, NamedPlace, Owner, PlaceKind, Remark, Tense, Zone
from gateway.model.residence.routing import Residence, RoutingTables
from gateway.stages.route.postcodes.normalise import find_units, parse_unit
from gateway.stages.route.read.names import fold, name_index
from gateway.stages.route.read.words import says_nothing
from gateway.stages.route.weigh.places import Place, of_named, of_unit

EXPLAINED = frozenset({Owner.NOTIFIER, Owner.HOSPITAL, Owner.GP, Owner.SCHOOL, Owner.OTHER})
_FAMILY = frozenset({Owner.MOTHER, Owner.RELATIVE})
MAX_WORDS = 6  # of an authority's name


def with_home(residence: Residence) -> Residence:
    """Where no field gives a home, take those that the message gives in plain words: several of them are a conflict."""
    named = residence.named
    given = f"{residence.postcode.reveal()}{residence.address.reveal()}"
    if not named.was_read or not says_nothing(given):
        return residence
    homes = {fold(place.said.reveal()): place.said.reveal() for place in _homes(named)}
    if not homes:
        return residence
    first, *others = homes.values()
    second = "; ".join([*filter(None, [residence.alternative_address.reveal()]), *others])
    told = {fold(place.said.reveal()): place.said for place in named.places if place.kind is PlaceKind.AUTHORITY}
    authority = residence.authority
    if says_nothing(authority.reveal()) and len(told) == 1:
        authority = next(iter(told.values()))
    return replace(
        residence, address=Confidential(first), alternative_address=Confidential(second), authority=authority
    )


def without_former(residence: Residence) -> Residence:
    """Leave out a second address that the message tells of as a former one: it explains itself."""
    former = {
        place.said.reveal()
        for place in residence.named.places
        if place.kind is PlaceKind.POSTCODE and place.owner is Owner.CHILD and place.tense is Tense.FORMER
    }
    units = {str(unit) for unit in find_units(residence.alternative_address.reveal())}
    return replace(residence, alternative_address=NOTHING) if units and units <= former else residence


def _homes(named: Named) -> list[NamedPlace]:
    return [place for place in named.places if place.kind is PlaceKind.ADDRESS and is_home(place, named)]


def is_home(place: NamedPlace, named: Named) -> bool:
    """Say whether a place is the child's, of now, by a label or plain words, in the part that tells of the child."""
    here = place.zone is Zone.BODY or (place.zone is Zone.QUOTED and not named.child_in_body)
    return here and place.labelled and place.owner is Owner.CHILD and place.tense is Tense.NOW


def with_responsible(residence: Residence, tables: RoutingTables) -> Residence:
    """Where no field names it, take the authority that the message says placed or looks after the child."""
    if not says_nothing(residence.responsible_authority.reveal()) or not residence.named.places:
        return residence
    found = {
        name: None
        for place in residence.named.places
        if place.kind is PlaceKind.PLACING_AUTHORITY
        for name in [authority_in(place.said.reveal(), tables)]
        if name
    }
    if not found:
        return residence
    return replace(residence, responsible_authority=Confidential(next(iter(found)) if len(found) == 1 else ""))


def authority_in(text: str, tables: RoutingTables) -> str:
    """Return the longest run of words of a text that names one authority, or ""."""
    words = fold(text).split()[:30]
    index = name_index(tables.authorities)
    for count in range(min(MAX_WORDS, len(words)), 0, -1):
        for start in range(len(words) - count + 1):
            name = " ".join(words[start : start + count])
            if len(name) > 2 and index.match(name) is not None:
                return name
    return ""


def mothers_place(residence: Residence, tables: RoutingTables) -> Place | None:
    """Return where the mother normally lives, if the message gives exactly one place of hers."""
    said = {
        place.said.reveal()
        for place in residence.named.places
        if place.kind is PlaceKind.POSTCODE and place.owner is Owner.MOTHER and place.tense is Tense.NOW
    }
    if len(said) != 1:
        return None
    unit = parse_unit(next(iter(said)))
    return of_unit(unit, tables) if unit is not None else None


def placing(residence: Residence, tables: RoutingTables) -> Place | None:
    """Return where the responsible authority lies."""
    named = name_index(tables.authorities).match(residence.responsible_authority.reveal())
    return of_named(named, residence.responsible_authority.reveal(), tables) if named is not None else None


def doubts_of_message(
    residence: Residence, main: Place | None, tables: RoutingTables
) -> list[tuple[RouteGrade, str, bool]]:
    """Return what the message says against the home: (grade, code, whether the home is still a fair suggestion)."""
    named = residence.named
    found = [
        (RouteGrade.CONFLICT, f"said_{each.remark.value}", each.remark in _SUGGESTS)
        for each in named.remarks
        if each.remark not in (Remark.IN_CARE,) or not residence.looked_after
    ]
    if main is None:
        return found
    found += _of_places(residence, main, tables)
    return list(dict.fromkeys(found))


_SUGGESTS = frozenset({Remark.CORRECTED, Remark.TERMINATION, Remark.NO_ABODE})


def _of_places(residence: Residence, main: Place, tables: RoutingTables) -> list[tuple[RouteGrade, str, bool]]:
    named, found = residence.named, []
    own = {str(unit) for unit in find_units(f"{residence.postcode.reveal()}\n{residence.address.reveal()}")}
    own.add(main.said)
    for place in named.places:
        if place.kind is PlaceKind.ADDRESS and says_nothing(place.said.reveal()):
            found.append((RouteGrade.CONFLICT, "home_said_unknown", True))
        if place.kind is not PlaceKind.POSTCODE:
            continue
        if place.said.reveal() in own:
            found += _of_home(place)
        elif not _is_explained(place):
            unit = parse_unit(place.said.reveal())
            panel = of_unit(unit, tables).panel if unit is not None else None
            if panel is None or panel != main.panel:
                found.append((RouteGrade.CONFLICT, "another_place_named", True))
    if named.was_read and not _is_given(residence, named, own):
        found.append((main.grade, "home_not_labelled", True))
    return found


def _of_home(place: NamedPlace) -> list[tuple[RouteGrade, str, bool]]:
    """The home's own postcode, where it stands again with somebody else's name or another time beside it."""
    says_home = "home" in fold(place.sentence.reveal()).split()
    if place.owner in EXPLAINED and place.zone is not Zone.QUOTED and not (place.owner is Owner.HOSPITAL and says_home):
        return [(RouteGrade.CONFLICT, "home_is_elsewheres", False)]
    if place.owner is Owner.RELATIVE and not place.labelled:
        return [(RouteGrade.CONFLICT, "home_of_relative", True)]
    if place.owner in (Owner.CHILD, Owner.UNKNOWN) and place.tense is not Tense.NOW:
        return [(RouteGrade.CONFLICT, "home_not_current", False)]
    if place.owner in (Owner.CHILD, Owner.UNKNOWN) and place.doubted:
        return [(RouteGrade.CONFLICT, "postcode_doubted", True)]
    return []


def _is_explained(place: NamedPlace) -> bool:
    if place.zone is Zone.SIGNATURE:
        return True
    if place.zone is Zone.QUOTED:
        return place.owner in EXPLAINED
    return place.owner in EXPLAINED or (place.owner is Owner.CHILD and place.tense is Tense.FORMER and place.labelled)


def _is_given(residence: Residence, named: Named, own: set[str]) -> bool:
    """Say whether the message itself gives this home to the child, and not only a mail quoted in it."""
    first = fold(residence.address.reveal().split("\n", 1)[0])[:40]
    for place in named.places:
        if not is_home(place, named):
            continue
        if place.kind is PlaceKind.POSTCODE and place.said.reveal() in own:
            return True
        if place.kind is PlaceKind.ADDRESS and first and first in fold(place.said.reveal()):
            return True
    return False
