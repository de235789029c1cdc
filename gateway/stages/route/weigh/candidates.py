"""The short list for a person: every place that was named, where it leads, and why it was used or not."""

from __future__ import annotations

from gateway.model.ids import PanelId
from gateway.model.residence.named import NamedPlace, Owner, PlaceKind, Remark, Tense, Zone
from gateway.model.residence.routing import Candidate, Residence, RouteDecision, RoutingTables
from gateway.stages.route.postcodes.normalise import parse_unit
from gateway.stages.route.read.names import name_index
from gateway.stages.route.weigh.message import authority_in, mothers_place, placing
from gateway.stages.route.weigh.places import Place, of_named, of_unit

MAX_CANDIDATES = 20

_WHOSE = {
    Owner.MOTHER: "It is the mother's or another carer's.",
    Owner.RELATIVE: "It is a relative's.",
    Owner.NOTIFIER: "It is the notifier's own.",
    Owner.HOSPITAL: "It is where the child died or was treated, and that never decides.",
    Owner.GP: "It is the GP's.",
    Owner.SCHOOL: "It is the school's.",
    Owner.OTHER: "It is that of another office or professional.",
    Owner.UNKNOWN: "The message does not say whose it is.",
}
_WHEN = {
    Tense.FORMER: "It is told of as a former address.",
    Tense.TEMPORARY: "It is told of as a stay for a time.",
    Tense.TO_COME: "It is told of as still to come.",
    Tense.DENIED: "The message says that it is not the home.",
}


def candidates(
    residence: Residence, main: Place | None, decision: RouteDecision, tables: RoutingTables
) -> tuple[Candidate, ...]:
    """Return every place that the message names, each once, the one that was used first."""
    found: dict[tuple[str, str, str, str], Candidate] = {}
    for place in residence.named.places:
        panels = _panels(place, tables)
        used = main is not None and place.said.reveal() == main.said and place.owner is Owner.CHILD
        key = (place.kind.value, place.said.reveal(), place.owner.value, place.tense.value)
        found.setdefault(
            key,
            Candidate(
                place.kind, place.owner, place.tense, place.said, place.sentence, panels, used, _why(place, used, main)
            ),
        )
    ordered = sorted(found.values(), key=lambda each: not each.used)
    return tuple(ordered[:MAX_CANDIDATES])


def _panels(place: NamedPlace, tables: RoutingTables) -> tuple[PanelId, ...]:
    if place.kind is PlaceKind.POSTCODE:
        unit = parse_unit(place.said.reveal())
        return of_unit(unit, tables).panels if unit is not None else ()
    if place.kind in (PlaceKind.PLACING_AUTHORITY, PlaceKind.AUTHORITY):
        name = authority_in(place.said.reveal(), tables)
        named = name_index(tables.authorities).match(name) if name else None
        return of_named(named, name, tables).panels if named is not None else ()
    return ()


def _why(place: NamedPlace, used: bool, main: Place | None) -> str:
    if used:
        return "It is given as the child's home."
    if place.kind is PlaceKind.PLACING_AUTHORITY:
        return "This authority is said to look after the child."
    if place.tense in _WHEN:
        return _WHEN[place.tense]
    if place.zone is Zone.QUOTED:
        return "It stands in an earlier mail."
    if place.owner in _WHOSE:
        return _WHOSE[place.owner]
    return "Another postcode is given as the home." if main is not None else "It was not enough to decide by itself."


def proposed(residence: Residence, main: Place | None, tables: RoutingTables) -> PanelId | None:
    """Return the panel to ask first: of a baby who never left hospital the mother's, of a child in care that of the
    authority that answers for it; else None."""
    never_left = residence.never_discharged or residence.named.has(Remark.NEVER_DISCHARGED)
    if never_left or main is None:  # or no home is given at all, and the mother's is
        mothers = mothers_place(residence, tables)
        if never_left or mothers is not None:
            return mothers.panel if mothers is not None else None
    place = placing(residence, tables)
    return place.panel if place is not None else None
