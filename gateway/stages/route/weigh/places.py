"""Where one piece of evidence lies: its authorities of today, its panel, and what stands in the way."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from gateway.model.ids import GssCode, PanelId
from gateway.model.kinds import RouteGrade
from gateway.model.residence.areas import Authority
from gateway.model.residence.panels import Outside, Override
from gateway.model.residence.routing import RoutingTables
from gateway.stages.route.postcodes.normalise import Partial, Postcode
from gateway.stages.route.read.names import Named

# NHS pseudo-postcodes (ODS): ZZ99 3 and 4 are abroad, unknown or of no fixed abode; 1 and 2 name nations.
_PSEUDO = re.compile("ZZ99")
_COUNTRY_DIGITS = "56789"  # ZZ99 5 to 9 each stand for a country abroad
_PSEUDO_PLACES = {
    "1WZ": "scotland",
    "2WZ": "northern-ireland",
    "3GZ": "wales",
}


@dataclass(frozen=True, slots=True)
class Place:
    """What one piece of evidence says. ``panels`` empty: it leads to no English panel."""

    said: str  # canonical spelling: confidential
    grade: RouteGrade
    authorities: tuple[Authority, ...] = ()  # of today, lower tier
    panels: tuple[PanelId, ...] = ()
    near: tuple[PanelId, ...] = ()  # other panels with a unit within 100 m
    outside: Outside | None = None
    override: Override | None = None
    ended: bool = False
    code: str = ""  # why it is not exact: a reason code

    @property
    def panel(self) -> PanelId | None:
        """The one panel it leads to, or None."""
        return self.panels[0] if len(self.panels) == 1 else None

    @property
    def authority(self) -> Authority | None:
        """The one authority it lies in, or None."""
        return self.authorities[0] if len(self.authorities) == 1 else None


def _today(codes: Iterable[GssCode], tables: RoutingTables) -> tuple[Authority, ...]:
    found = {entry.gss: entry for code in codes for entry in tables.authorities.today(code)}
    return tuple(found.values())


def panels_of(codes: Iterable[GssCode], tables: RoutingTables) -> tuple[PanelId, ...]:
    """Return the panels that authorities lead to, through their successors, sorted; overrides count."""
    found: set[PanelId] = set()
    for code in codes:
        for upper in tables.authorities.upper_tier(code):
            chosen = _override((code, upper.gss), tables)
            found.update((chosen.panel,) if chosen else tables.panels.of_authority(upper.gss))
    return tuple(sorted(found))


def outside_of(codes: Iterable[GssCode], tables: RoutingTables) -> Outside | None:
    """Return the one place outside England that all codes lie in, or None."""
    found = {_outside_of_code(code, tables) for code in codes}
    return found.pop() if len(found) == 1 else None


def _outside_of_code(code: GssCode, tables: RoutingTables) -> Outside | None:
    return next((entry for entry in tables.panels.outside if code.startswith(entry.gss_prefixes or ("-",))), None)


def _override(places: tuple[str, ...], tables: RoutingTables) -> Override | None:
    """Return the deployment's rule for the first of ``places``, narrowest first, that has one."""
    for place in places:
        for override in tables.panels.overrides:
            if override.place == place:
                return override
    return None


def of_unit(postcode: Postcode, tables: RoutingTables) -> Place:
    """Say where a unit postcode lies."""
    special = _special(postcode, tables)
    if special is not None:
        return special
    area = tables.postcodes.unit(postcode.outward, postcode.inward)
    if area is None:
        return _within(Partial(postcode.outward, postcode.inward[0]), tables, str(postcode), "unknown_unit")
    if area.authority is None:
        return Place(str(postcode), RouteGrade.NONE, code="unit_without_authority")
    authorities = _today((area.authority,), tables)
    outside = outside_of((area.authority,), tables)
    if outside is not None:
        return Place(str(postcode), RouteGrade.EXACT, authorities, outside=outside, ended=area.ended)
    override = _override(
        (str(postcode), f"{postcode.outward} {postcode.inward[0]}", postcode.outward, area.authority), tables
    )
    panels = (override.panel,) if override else panels_of((area.authority,), tables)
    near = () if override else tuple(p for p in _near_panels(area.near, tables) if p not in panels)
    grade = RouteGrade.SHARED if len(panels) > 1 else RouteGrade.BORDER if near else RouteGrade.EXACT
    return Place(str(postcode), grade, authorities, panels, near, override=override, ended=area.ended)


def _near_panels(codes: Iterable[GssCode], tables: RoutingTables) -> tuple[PanelId, ...]:
    """Return neighbouring panels; a nation next door counts as one, named by its id ("wales")."""
    outside = (_outside_of_code(code, tables) for code in codes)
    return (*panels_of(codes, tables), *sorted({PanelId(entry.id) for entry in outside if entry is not None}))


def _special(postcode: Postcode, tables: RoutingTables) -> Place | None:
    """Say where a postcode lies that the table does not decide: pseudo-postcodes, BT, BFPO, islands, territories."""
    said = str(postcode)
    if _PSEUDO.match(postcode.outward):
        is_country = postcode.inward[0] in _COUNTRY_DIGITS
        place = tables.panels.outside_of("abroad" if is_country else _PSEUDO_PLACES.get(postcode.inward, ""))
        if place is not None:
            return Place(said, RouteGrade.NONE, outside=place, code="pseudo_postcode")
        return Place(said, RouteGrade.NONE, code="pseudo_postcode")
    for entry in tables.panels.outside:
        if postcode.area in entry.postcode_areas or postcode.outward in entry.postcode_areas:
            return Place(said, RouteGrade.EXACT, outside=entry)
    return None


def of_partial(partial: Partial, tables: RoutingTables) -> Place:
    """Say what a sector or a district allows: at most a suggestion."""
    special = _special(Postcode(partial.outward, partial.digit), tables)
    if special is not None:
        return special
    return _within(partial, tables, str(partial), "partial_postcode")


def _within(partial: Partial, tables: RoutingTables, said: str, code: str) -> Place:
    grade = RouteGrade.SECTOR
    codes = tables.postcodes.sector(partial.outward, partial.digit) if partial.digit else ()
    if not codes:
        grade, codes = RouteGrade.DISTRICT, tables.postcodes.district(partial.outward)
    if not codes:
        return Place(said, RouteGrade.NONE, code="not_in_table")
    outside = outside_of(codes, tables)
    return Place(said, grade, _today(codes, tables), panels_of(codes, tables), outside=outside, code=code)


def of_named(named: Named, said: str, tables: RoutingTables) -> Place:
    """Say where a named authority lies: exact enough to route only where it is wholly in one panel."""
    authorities = _today(named.codes, tables)
    outside = outside_of(named.codes, tables)
    if outside is not None:
        return Place(said, RouteGrade.AUTHORITY, authorities, outside=outside)
    panels = panels_of(named.codes, tables)
    if named.county is not None:
        return Place(said, RouteGrade.TOWN, authorities, panels, code="county_only")
    grade = RouteGrade.SHARED if len(panels) > 1 else RouteGrade.AUTHORITY
    return Place(said, grade, authorities, panels)
