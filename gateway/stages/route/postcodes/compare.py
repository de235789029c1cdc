"""What changes for routing when one postcode index takes the place of another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from gateway.model.residence.areas import UnitArea
from gateway.model.residence.routing import RoutingTables
from gateway.stages.route.postcodes.index import PostcodeIndex
from gateway.stages.route.weigh.places import outside_of, panels_of


@dataclass(frozen=True, slots=True)
class Change:
    """One unit whose panel is another one. ``before``, ``after``: panel ids, a place outside, or why none."""

    unit: str
    before: str
    after: str


NOT_THERE = "not in the table"


def changed_units(old: PostcodeIndex, new: PostcodeIndex, tables: RoutingTables) -> Iterator[Change]:
    """Yield each unit that leads elsewhere under ``new``, by today's register, in order."""
    tables = replace(tables, postcodes=new)
    leads: dict[UnitArea | None, str] = {None: NOT_THERE}

    def panel(area: UnitArea | None) -> str:
        if area not in leads:
            leads[area] = _leads_to(area, tables)
        return leads[area]

    for name in sorted({*old.sectors(), *new.sectors()}):
        if old.content(name) == new.content(name):
            continue
        before, after = old.sector_units(name), new.sector_units(name)
        for inward in sorted({*before, *after}):
            was, is_now = panel(before.get(inward)), panel(after.get(inward))
            if was != is_now:
                yield Change(f"{name[:-2]} {inward}", was, is_now)


def _leads_to(area: UnitArea | None, tables: RoutingTables) -> str:
    if area is None or area.authority is None:
        return "no authority"
    outside = outside_of((area.authority,), tables)
    if outside is not None:
        return outside.id
    return " or ".join(panels_of((area.authority,), tables)) or "no panel"
