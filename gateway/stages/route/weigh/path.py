"""The path of a decision in words, as a person reads it."""

from __future__ import annotations

from gateway.model.residence.routing import RoutingTables
from gateway.stages.route.weigh.places import Place


def table_in_words(tables: RoutingTables, age_days: int) -> str:
    """Return "ONSPD November 2025, 380 days old"."""
    return f"{tables.postcodes.edition}, {age_days} day{'' if age_days == 1 else 's'} old"


def path_in_words(place: Place, tables: RoutingTables, age_days: int) -> str:
    """Return "HP27 9QF, Buckinghamshire, Buckinghamshire CDOP; ONSPD November 2025, 380 days old"."""
    steps = [place.said + (" (no longer in use)" if place.ended else "")]
    if place.authority is not None:
        steps.append(place.authority.name)
        steps += [
            above.name for above in tables.authorities.upper_tier(place.authority.gss) if above != place.authority
        ]
    elif place.authorities:
        steps.append(_several([authority.name for authority in place.authorities]))
    if place.override is not None:
        steps.append(
            f"by this office's own rule of {place.override.on.isoformat()} ({place.override.by}: {place.override.why})"
        )
    panels = [tables.panels.panels[panel].display for panel in place.panels if panel in tables.panels.panels]
    if panels:
        steps.append(_several(panels))
    if place.outside is not None:
        steps.append(place.outside.name)
    return f"{', '.join(dict.fromkeys(steps))}; {table_in_words(tables, age_days)}"


def _several(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"one of {' / '.join(sorted(names))}"
