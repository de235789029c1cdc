"""Weigh the evidence: one confirmed panel, or a person is asked and told why.

The order of the checks is the order in which their reasons are shown; the first one gives the grade.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache

from gateway.model.channel.assurance import Reason
from gateway.model.content.confidential import NOTHING, Confidential
from gateway.model.ids import PanelId
from gateway.model.kinds import RouteGrade, RouteOutcome
from gateway.model.residence.areas import AuthorityRegister
from gateway.model.residence.panels import Outside
from gateway.model.residence.routing import Alternative, Residence, RouteDecision, RoutingTables
from gateway.stages.route.reasons import reason
from gateway.stages.route.weigh.candidates import candidates, proposed
from gateway.stages.route.weigh.doubts import CHECKS, RouteDoubt, Weighed
from gateway.stages.route.weigh.evidence import Evidence, gather
from gateway.stages.route.weigh.message import with_home, with_responsible, without_former
from gateway.stages.route.weigh.path import path_in_words, table_in_words
from gateway.stages.route.weigh.places import Place

_BASIS_OUTSIDE = {
    "resident_wales": "wales",
    "resident_scotland": "scotland",
    "resident_ni": "northern-ireland",
    "resident_crown_dependency": "channel-islands",
    "resident_abroad": "abroad",
}


def route(residence: Residence, tables: RoutingTables, now: datetime) -> RouteDecision:
    """Choose the panel that must review this death, or say why a person has to.

    The panel is that of the child's normal residence, never of the place of death (Children Act 2004 s.16M(1)).
    Total: any text gives a decision. ``now`` is aware; it measures the age of the postcode table.
    """
    tables = _as_of(tables, now.date())
    residence = with_responsible(with_home(without_former(residence)), tables)
    evidence = gather(residence, tables)
    main = _main(evidence, residence.is_bare)
    weighed = Weighed(
        residence, tables, evidence, main, _outside(residence, evidence, main, tables), _age(tables, now), now.date()
    )
    doubts = [doubt for check in CHECKS if (doubt := check(weighed)) is not None]
    decision = _decide(weighed, doubts)
    return replace(
        decision,
        candidates=candidates(residence, main, decision, tables),
        informed=_informed(evidence, main, decision, tables),
        evidence=evidence.grades,
        checksums={
            "areas": tables.postcodes.checksum,
            "authorities": tables.authorities.checksum,
            "panels": tables.panels.checksum,
        },
        decided_at=now,
    )


@lru_cache(maxsize=8)
def _authorities_of(register: AuthorityRegister, on: date) -> AuthorityRegister:
    return register.as_of(on)


def _as_of(tables: RoutingTables, on: date) -> RoutingTables:
    """Return the tables with the authorities as they stand on the day of the decision."""
    register = _authorities_of(tables.authorities, on)
    return tables if register is tables.authorities else replace(tables, authorities=register)


def _age(tables: RoutingTables, now: datetime) -> int:
    """Return the age of the postcode table in days; 0 where the clock is behind the table."""
    return max(0, (now.date() - tables.postcodes.dated).days)


def _main(evidence: Evidence, is_bare: bool) -> Place | None:
    """Return the strongest place of residence: a whole postcode, an authority, then what is weaker."""
    if evidence.units:
        return evidence.weaker[0][1] if evidence.is_repaired else evidence.units[0][1]
    if evidence.authority is not None and evidence.authority.grade is not RouteGrade.TOWN:
        return evidence.authority
    if evidence.weaker:
        return evidence.weaker[0][1]
    return evidence.authority or (None if is_bare else _mentioned(evidence))


def _mentioned(evidence: Evidence) -> Place | None:
    """Return an authority that the home address ends in, where all that it names lead to one panel."""
    found = [place for place in evidence.mentions if place.grade is RouteGrade.AUTHORITY]
    same = len({place.panel for place in evidence.mentions}) == 1
    return found[-1] if found and same and found[-1].panel is not None else None


def _outside(residence: Residence, evidence: Evidence, main: Place | None, tables: RoutingTables) -> Outside | None:
    """Return the place outside England that the evidence names, the most particular first."""
    by_basis = _BASIS_OUTSIDE.get(residence.basis, "")
    if main is not None and main.outside is not None:
        return main.outside
    return evidence.outside or (tables.panels.outside_of(by_basis) if by_basis else None)


def _decide(weighed: Weighed, doubts: list[RouteDoubt]) -> RouteDecision:
    main = weighed.main
    if weighed.is_outside and weighed.outside is not None:
        return _outside_decision(weighed, weighed.outside, doubts)
    if doubts or main is None or main.panel is None:
        return _hold(weighed, doubts)
    grade = RouteGrade.TERMINATED if main.ended else main.grade
    code = "override" if main.override else {RouteGrade.AUTHORITY: "authority_in_one_panel"}.get(grade, "unit_in_table")
    return RouteDecision(
        outcome=RouteOutcome.ROUTE,
        grade=grade,
        panel=main.panel,
        authority=main.authority.gss if main.authority else None,
        path=Confidential(path_in_words(main, weighed.tables, weighed.age_days)),
        reasons=(reason(code),),
        alternatives=(),
    )


def _hold(weighed: Weighed, doubts: list[RouteDoubt]) -> RouteDecision:
    first = doubts[0] if doubts else RouteDoubt(RouteGrade.NONE, "no_residence")
    main = weighed.main
    suggestion = main.panel if main is not None and all(doubt.suggests for doubt in doubts) else None
    suggestion = proposed(weighed.residence, main, weighed.tables) or suggestion
    return RouteDecision(
        outcome=RouteOutcome.HOLD,
        grade=first.grade,
        panel=suggestion,
        authority=main.authority.gss if main is not None and main.authority is not None else None,
        path=Confidential(path_in_words(main, weighed.tables, weighed.age_days)) if main is not None else NOTHING,
        reasons=tuple(dict.fromkeys(reason(doubt.code) for doubt in doubts or [first])),
        alternatives=_alternatives(weighed, suggestion),
    )


def _outside_decision(weighed: Weighed, outside: Outside, doubts: list[RouteDoubt]) -> RouteDecision:
    """Name who reviews there. A panel here is a suggestion to a person, never a route."""
    said = f"{weighed.main.said}, " if weighed.main is not None and weighed.main.outside is not None else ""
    place = weighed.main.authority if weighed.main is not None and weighed.main.outside is not None else None
    named = f"{place.name}, " if place is not None else ""
    asides = tuple(reason(doubt.code) for doubt in doubts if doubt.code == "table_too_old")
    return RouteDecision(
        outcome=RouteOutcome.OUTSIDE,
        grade=RouteGrade.NONE,
        panel=outside.panel,
        authority=place.gss if place is not None else None,
        path=Confidential(f"{said}{named}{outside.name}; {table_in_words(weighed.tables, weighed.age_days)}"),
        reasons=(
            reason("outside_england"),
            Reason("outside_body", f"{outside.name}: {outside.body}. {outside.action}"),
            *asides,
        ),
        alternatives=(Alternative(outside.panel, outside.action),) if outside.panel is not None else (),
        body=outside.body,
    )


def _alternatives(weighed: Weighed, suggestion: PanelId | None) -> tuple[Alternative, ...]:
    """Return every other panel that some evidence of residence leads to, each once, with the evidence."""
    evidence = weighed.evidence
    found: dict[PanelId, str] = {}

    def add(panels: tuple[PanelId, ...], why: str) -> None:
        for panel in panels:
            if panel != suggestion and weighed.tables.panels.panel(panel) is not None:
                found.setdefault(panel, why)

    for name, place in evidence.units:
        add(place.panels, f"{_FIELD_WORDS[name]} lies there")
        add(place.near, "within 100 metres of the postcode")
    for name, place in evidence.weaker:
        add(place.panels, f"{_FIELD_WORDS[name]} may mean a place there")
    if evidence.authority is not None:
        add(evidence.authority.panels, "the authority named lies there")
    for place in evidence.mentions:
        add(place.panels, "the address names a place that an authority there is called")
    if evidence.responsible is not None:
        add(evidence.responsible.panels, "the responsible authority lies there")
    if weighed.outside is not None and weighed.outside.panel is not None:
        add((weighed.outside.panel,), f"says that it covers {weighed.outside.name}")
    return tuple(Alternative(panel, why) for panel, why in found.items())


_FIELD_WORDS = {
    "postcode": "the home postcode",
    "address": "a postcode in the home address",
    "alternative_address": "the second address",
}


def _informed(
    evidence: Evidence, main: Place | None, decision: RouteDecision, tables: RoutingTables
) -> tuple[PanelId, ...]:
    """Return the panels of the area of death, where it is sure, and of a placement; never the panel of residence."""
    panels = [place.panel for place in evidence.death if place.panel is not None and not place.near and not place.code]
    main_panel = main.panel if main is not None else None
    if decision.outcome is RouteOutcome.HOLD and main_panel is not None and evidence.responsible is not None:
        panels.append(main_panel)  # the area where a looked-after child was placed
    others = (panel for panel in panels if panel != decision.panel)
    return tuple(dict.fromkeys(others))
