"""Whether the tables can be routed by: each English authority in one panel, a young table, reachable panels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gateway.model.ids import GssCode
from gateway.model.residence.areas import Authority, Vesting
from gateway.model.residence.panels import Panel, PanelStatus
from gateway.model.residence.routing import RoutingTables

WARN_DAYS = 90  # before a vesting day
OLD_DAYS = 200  # two editions behind: time to import


class Level(StrEnum):
    """How bad a finding is. Only an error makes the check fail."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class TableFault:
    """One finding, in words for the operator."""

    level: Level
    code: str
    text: str


def check_tables(tables: RoutingTables, today: date) -> tuple[TableFault, ...]:
    """Return every finding, errors first."""
    findings = [
        *_coverage(tables),
        *_vestings(tables, today),
        *_age(tables, today),
        *_reach(tables, today),
        *_overrides(tables),
    ]
    order = list(Level)
    return tuple(sorted(findings, key=lambda finding: order.index(finding.level)))


def english_upper_tier(tables: RoutingTables) -> tuple[Authority, ...]:
    """Return today's upper-tier and unitary authorities of England: each must have a panel."""
    return tuple(
        entry
        for entry in tables.authorities.authorities.values()
        if entry.nation == "England" and entry.is_local and not entry.replaced_by and entry.county is None
    )


def _coverage(tables: RoutingTables) -> list[TableFault]:
    panels, shared = tables.panels, {entry.authority for entry in tables.panels.shared}
    findings = []
    for authority in english_upper_tier(tables):
        found = panels.of_authority(authority.gss)
        name = f"{authority.name} ({authority.gss})"
        if not found:
            findings.append(TableFault(Level.ERROR, "authority_without_panel", f"{name} is in no panel."))
        elif len(found) > 1 and authority.gss not in shared:
            several = ", ".join(found)
            findings.append(
                TableFault(Level.ERROR, "authority_in_several", f"{name} is in {several}, not listed as shared.")
            )
    known = {authority.gss for authority in english_upper_tier(tables)}
    for panel in panels.panels.values():
        for code in panel.authorities:
            if code not in known:
                text = f"{panel.id} lists {code}, which is no upper-tier authority of today."
                findings.append(TableFault(Level.ERROR, "panel_lists_unknown", text))
    return findings


def unready(tables: RoutingTables, today: date) -> tuple[Vesting, ...]:
    """Return the vestings within 90 days, or past, of which some authority has no successor in a panel."""
    register = tables.authorities
    return tuple(
        each
        for each in register.vestings
        if (each.on - today).days <= WARN_DAYS and not all(_is_succeeded(code, tables) for code in each.ends)
    )


def _is_succeeded(code: GssCode, tables: RoutingTables) -> bool:
    entry = tables.authorities.find(code)
    if entry is None or not entry.replaced_by:
        return False
    return all(tables.panels.of_authority(above.gss) for above in tables.authorities.upper_tier(code))


def _vestings(tables: RoutingTables, today: date) -> list[TableFault]:
    """Say which authorities end soon without a panel that follows. From the day itself their cases are held."""
    late = unready(tables, today)
    findings = []
    for each in tables.authorities.vestings:
        planned = " (planned)" if each.is_planned else ""
        text = f"{each.on}: {each.name}{planned}; {len(each.ends)} authorities end."
        if each not in late:
            findings.append(TableFault(Level.NOTE, "vesting_to_come", text))
        elif each.on <= today:
            findings.append(
                TableFault(Level.ERROR, "vesting_without_panel", f"{text} No panel follows: their cases are held.")
            )
        else:
            findings.append(TableFault(Level.WARNING, "vesting_without_panel", f"{text} No panel follows yet."))
    return findings


def _age(tables: RoutingTables, today: date) -> list[TableFault]:
    days = (today - tables.postcodes.dated).days
    text = f"{tables.postcodes.edition} is {days} days old."
    if days > tables.max_age_days:
        return [TableFault(Level.ERROR, "table_too_old", f"{text} Everything is held: run `gateway geo import`.")]
    level = Level.WARNING if days > OLD_DAYS else Level.NOTE
    return [TableFault(level, "table_age", text)]


def _reach(tables: RoutingTables, today: date) -> list[TableFault]:
    """Say which panels cannot be sent to. Confirmed ones without a key or an address are errors."""
    findings, waiting = [], []
    for panel in tables.panels.panels.values():
        if panel.id == tables.home_panel:
            continue
        lacks = _lacks(panel, today)
        if panel.status is PanelStatus.CONFIRMED and lacks:
            text = f"{panel.id} is confirmed but has no {' and no '.join(lacks)}."
            findings.append(TableFault(Level.ERROR, "panel_not_reachable", text))
        elif panel.status is not PanelStatus.CONFIRMED:
            waiting.append(panel)
    for panel in waiting:
        if tables.home_panel in panel.neighbour_of and tables.home_panel is not None:
            text = f"{panel.id} is a neighbour and {panel.status.value}: `gateway panels confirm {panel.id}`."
            findings.append(TableFault(Level.WARNING, "neighbour_unconfirmed", text))
    without = [panel for panel in tables.panels.panels.values() if _lacks(panel, today)]
    of_all = f"{len(waiting)} of {len(tables.panels.panels)} panels are not confirmed"
    text = f"{of_all}; {len(without)} lack a key or an address."
    findings.append(TableFault(Level.NOTE, "panels_waiting", text))
    return findings


def _lacks(panel: Panel, today: date) -> list[str]:
    lacks = ["pinned key"] if panel.fingerprint is None else []
    return lacks if panel.contact(today) is not None else [*lacks, "valid address"]


def _overrides(tables: RoutingTables) -> list[TableFault]:
    findings = []
    for override in tables.panels.overrides:
        place = override.place
        outward, _, inward = place.partition(" ")
        known = (
            tables.authorities.find(GssCode(place)) is not None
            or bool(tables.postcodes.district(outward) and not inward)
            or bool(len(inward) == 1 and tables.postcodes.sector(outward, inward))
            or bool(len(inward) == 3 and tables.postcodes.unit(outward, inward))
        )
        if not known:
            text = f"The override of {override.on.isoformat()} by {override.by} names a place that no table has."
            findings.append(TableFault(Level.ERROR, "override_unknown_place", text))
    return findings
