"""Where a case must go, and the record of why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from gateway.model.channel.assurance import Reason
from gateway.model.content.confidential import NOTHING, ConfidentialText
from gateway.model.ids import GssCode, PanelId
from gateway.model.kinds import RouteGrade, RouteOutcome
from gateway.model.residence.areas import AuthorityRegister, PostcodeTable
from gateway.model.residence.named import Named, Owner, PlaceKind, Tense
from gateway.model.residence.panels import PanelRegister

MAX_TABLE_AGE_DAYS = 730  # the ONS publishes four times a year; two years of new streets are too many to guess


@dataclass(frozen=True, slots=True)
class Residence:
    """What was said about where the child was normally resident, and where the child died.

    Empty means that nothing was said. Source of the rule: Children Act 2004 s.16M(1).
    """

    postcode: ConfidentialText = NOTHING
    address: ConfidentialText = NOTHING
    alternative_address: ConfidentialText = NOTHING
    authority: ConfidentialText = NOTHING  # a name or a GSS code
    responsible_authority: ConfidentialText = NOTHING  # of a looked-after child
    country: ConfidentialText = NOTHING
    basis: str = ""  # value set residence_basis
    looked_after: bool = False
    never_discharged: bool = False  # a baby that never left hospital: the mother's residence counts
    place_of_death: ConfidentialText = NOTHING
    place_category: str = ""  # value set place_category
    died_on: date | None = None
    named: Named = Named()  # noqa: RUF009 - immutable: what else the message says
    is_bare: bool = False  # a text of ``gateway geo explain``: which place it means is asked, nothing will leave


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another panel that a person may choose, and why it is on the list."""

    panel: PanelId
    why: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """One place that the message names, where it leads, and what became of it: for the person who decides."""

    kind: PlaceKind
    owner: Owner
    tense: Tense
    said: ConfidentialText
    sentence: ConfidentialText
    panels: tuple[PanelId, ...] = ()
    used: bool = False
    why: str = ""  # why it was used, or why it was not


@dataclass(frozen=True, slots=True)
class RouteDecision:
    """The record that is stored with the case and shown to the person."""

    outcome: RouteOutcome
    grade: RouteGrade
    panel: PanelId | None  # to route to, or the suggestion where held; None if there is none
    informed: tuple[PanelId, ...] = ()  # panels of the area of death
    authority: GssCode | None = None
    path: ConfidentialText = NOTHING  # "HP27 9QF, Buckinghamshire, Buckinghamshire CDOP; ONSPD ..."
    reasons: tuple[Reason, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    body: str | None = None  # outside England: who reviews there
    evidence: Mapping[str, str] = field(default_factory=dict)  # by field: which grade it gave; no content
    checksums: Mapping[str, str] = field(default_factory=dict)  # "areas", "panels", "authorities": SHA-256
    decided_at: datetime | None = None  # aware, UTC: the ``now`` that was passed in


@dataclass(frozen=True, slots=True)
class RoutingTables:
    """Everything that a routing decision rests on, loaded once and passed in."""

    postcodes: PostcodeTable
    authorities: AuthorityRegister
    panels: PanelRegister
    # By folded name of a town: for each place of that name its authorities, and the postcode areas it goes with.
    towns: Mapping[str, tuple[tuple[frozenset[GssCode], frozenset[str]], ...]] = field(default_factory=dict)
    home_panel: PanelId | None = None  # the deployment's own panel: it needs no confirmation by itself
    max_age_days: int = MAX_TABLE_AGE_DAYS
    assume_confirmed: bool = False  # for trials only: every panel that is not suspended counts as confirmed
