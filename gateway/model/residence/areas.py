"""Local authorities, past and present, and what the postcode table says about a postcode."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

from gateway.model.ids import GssCode

MAX_SUCCESSION = 8  # replaced_by steps; the longest known chain has two


@dataclass(frozen=True, slots=True)
class Authority:
    """One local authority, past or present. ``names`` are every way its name is written."""

    gss: GssCode
    name: str
    type: str  # "CTY", "NMD", "UA", "MD", "LBO", "CC", "COMB", "SRA", "SCO", "WPA", "NID"
    nation: str
    official: str = ""
    county: GssCode | None = None  # the upper tier of a district
    since: date | None = None
    until: date | None = None
    replaced_by: tuple[GssCode, ...] = ()
    former_codes: tuple[GssCode, ...] = ()
    aliases: tuple[str, ...] = ()

    @property
    def is_local(self) -> bool:
        """True for councils that people live in; combined authorities and the GLA are not child death partners."""
        return self.type not in ("COMB", "SRA")


@dataclass(frozen=True, slots=True)
class County:
    """A county or region that is not an authority (Berkshire, Yorkshire). Naming it never routes."""

    name: str
    authorities: tuple[GssCode, ...]
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Vesting:
    """A day on which authorities end and others take over. From then on nothing of theirs routes by itself until the
    register knows each one's successors (``replaced_by``) and a panel lists those.
    """

    on: date
    name: str
    ends: tuple[GssCode, ...]
    is_planned: bool = False  # announced, not yet in law
    source: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class AuthorityRegister:
    """Every authority by its code, also by its former codes. Compared by identity: it is loaded once."""

    authorities: Mapping[GssCode, Authority]
    counties: tuple[County, ...] = ()
    homonyms: frozenset[str] = frozenset()  # folded bare names that are also towns in another panel's area
    checksum: str = ""  # SHA-256 of the file it was made from
    vestings: tuple[Vesting, ...] = ()
    _former: Mapping[GssCode, GssCode] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        former = {code: entry.gss for entry in self.authorities.values() for code in entry.former_codes}
        object.__setattr__(self, "_former", former)

    def find(self, code: GssCode) -> Authority | None:
        """Return the authority that carries or carried ``code``, or None."""
        return self.authorities.get(code) or self.authorities.get(self._former.get(code, code))

    def vesting_of(self, code: GssCode, on: date) -> Vesting | None:
        """Return the vesting that ended an upper-tier authority by ``on`` without a successor in the register."""
        entry = self.find(code)
        if entry is None or entry.replaced_by:
            return None
        return next((each for each in self.vestings if each.on <= on and entry.gss in each.ends), None)

    def as_of(self, on: date) -> AuthorityRegister:
        """Return the register as it stands on a day: who ends later has no successors yet."""
        later = {code: entry for code, entry in self.authorities.items() if _ends_after(entry, on)}
        if not later:
            return self
        still = {code: replace(entry, replaced_by=()) for code, entry in later.items()}
        return replace(self, authorities={**self.authorities, **still})

    def today(self, code: GssCode) -> tuple[Authority, ...]:
        """Follow ``replaced_by`` from a code to the authorities of today; empty if the code is unknown."""
        frontier = [self.find(code)]
        found: dict[GssCode, Authority] = {}
        for _ in range(MAX_SUCCESSION):
            following: list[Authority | None] = []
            for entry in frontier:
                if entry is None:
                    return ()
                if entry.replaced_by:
                    following.extend(self.find(successor) for successor in entry.replaced_by)
                else:
                    found[entry.gss] = entry
            if not following:
                return tuple(found.values())
            frontier = following
        return ()

    def upper_tier(self, code: GssCode) -> tuple[Authority, ...]:
        """Return today's upper-tier or unitary authorities of a code: the level at which panels are listed."""
        upper: dict[GssCode, Authority] = {}
        for entry in self.today(code):
            for above in self.today(entry.county) if entry.county else (entry,):
                upper[above.gss] = above
        return tuple(upper.values())


def _ends_after(entry: Authority, on: date) -> bool:
    return bool(entry.replaced_by) and entry.until is not None and entry.until > on


@dataclass(frozen=True, slots=True)
class UnitArea:
    """What the table says about one unit postcode."""

    authority: GssCode | None  # lower tier as the ONS directory gives it; None: in the directory without one
    near: tuple[GssCode, ...] = ()  # other authorities with a unit within 100 m
    ended: bool = False  # terminated: known only where the table was imported with end dates


class PostcodeTable(Protocol):
    """The compact postcode index, as routing sees it. Spellings are canonical: "HP27 9QF", "HP27 9", "HP27"."""

    @property
    def edition(self) -> str:
        """The directory and its month: "ONSPD November 2025"."""
        ...

    @property
    def dated(self) -> date:
        """The first day of the month of the directory."""
        ...

    @property
    def checksum(self) -> str:
        """SHA-256 of the index file."""
        ...

    def unit(self, outward: str, inward: str) -> UnitArea | None:
        """Return what is known about a unit postcode, None if the table does not have it."""
        ...

    def sector(self, outward: str, digit: str) -> tuple[GssCode, ...]:
        """Return the authorities that have units in a sector; empty if there is no such sector."""
        ...

    def district(self, outward: str) -> tuple[GssCode, ...]:
        """Return the authorities that have units in a postcode district; empty if there is no such district."""
        ...
