"""The register of child death overview panels: who reviews where, who confirmed it, how to reach it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from gateway.model.ids import Fingerprint, GssCode, PanelId


class PanelStatus(StrEnum):
    """Only a confirmed panel can be routed to without a person."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    SUSPENDED = "suspended"


_WELL_EVIDENCED = ("high", "medium-high", "")  # "": a panel that the deployment itself wrote down


@dataclass(frozen=True, slots=True)
class Contact:
    """One mailbox of a panel and the days on which it is used. None means no limit on that side."""

    email: str
    valid_from: date | None = None
    valid_to: date | None = None  # the last day
    note: str = ""

    def is_valid(self, on: date) -> bool:
        """Say whether this address may be used on ``on``."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Panel:
    """One overview panel. ``authorities`` are upper-tier and unitary authorities, by GSS code."""

    id: PanelId
    name: str
    authorities: tuple[GssCode, ...]
    status: PanelStatus = PanelStatus.UNCONFIRMED
    region: str = ""
    confidence: str = ""  # of the packaged facts: "high", "medium-high", "medium", "medium-low", "low"
    basis: str = ""  # "found" or "memory"
    confirmed_by: str | None = None
    confirmed_on: date | None = None
    reviews: tuple[GssCode, ...] | None = None  # as confirmed, by the same person and day; None: never asked
    contacts: tuple[Contact, ...] = ()
    fingerprint: Fingerprint | None = None  # pinned; None: nothing can be sent
    smime_fingerprint: Fingerprint | None = None  # SHA-256 of the certificate that may sign for this panel
    next_hop: str | None = None  # overrides the deployment's way out for this panel
    also_covers: tuple[str, ...] = ()
    neighbour_of: tuple[PanelId, ...] = ()
    notes: str = ""
    sources: tuple[str, ...] = ()

    def is_sure_of(self, authority: GssCode) -> bool:
        """Say whether the panel is known to review for an upper-tier authority.

        What was confirmed counts; a confirmation that asked about no authority counts only for a footprint that is
        well evidenced.
        """
        return authority in self.reviews if self.reviews is not None else self.confidence in _WELL_EVIDENCED

    @property
    def display(self) -> str:
        """The name as people say it: "Buckinghamshire CDOP"."""
        return f"{self.name} CDOP"

    def contact(self, on: date) -> Contact | None:
        """Return the first address that is valid on ``on``, or None."""
        return next((contact for contact in self.contacts if contact.is_valid(on)), None)


@dataclass(frozen=True, slots=True)
class Shared:
    """An authority that two panels share: its code cannot decide, a person does."""

    authority: GssCode
    candidates: tuple[PanelId, ...]
    note: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outside:
    """A place outside England: who reviews there. ``panel`` is at most a suggestion to a person."""

    id: str
    name: str
    body: str
    action: str
    gss_prefixes: tuple[str, ...] = ()
    postcode_areas: tuple[str, ...] = ()
    panel: PanelId | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """One deployment's own rule: ``place`` belongs to ``panel``; who said so, why and when.

    ``place`` is a unit ("HP27 9QF"), a sector ("HP27 9"), a district ("HP27") or an authority's GSS code.
    The narrowest match counts.
    """

    place: str
    panel: PanelId
    by: str
    on: date
    why: str


@dataclass(frozen=True, slots=True)
class PanelRegister:
    """All panels, shared authorities, places outside England and the deployment's overrides."""

    panels: Mapping[PanelId, Panel]
    shared: tuple[Shared, ...] = ()
    outside: tuple[Outside, ...] = ()
    overrides: tuple[Override, ...] = ()
    checksum: str = ""  # SHA-256 of the files it was made from
    _by_authority: Mapping[GssCode, tuple[PanelId, ...]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        found: dict[GssCode, tuple[PanelId, ...]] = {}
        for panel in self.panels.values():
            for authority in panel.authorities:
                found[authority] = (*found.get(authority, ()), panel.id)
        for shared in self.shared:
            also = tuple(panel for panel in shared.candidates if panel not in found.get(shared.authority, ()))
            found[shared.authority] = found.get(shared.authority, ()) + also
        object.__setattr__(self, "_by_authority", found)

    def panel(self, panel_id: PanelId) -> Panel | None:
        """Return a panel by its id, or None."""
        return self.panels.get(panel_id)

    def with_key_at(self, address: str, on: date) -> PanelId | None:
        """Return the confirmed panel with a pinned key whose contact ``address`` is on that day, or None."""
        wanted = address.strip().lower()
        for panel in self.panels.values():
            contact = panel.contact(on)
            has_key = panel.status is PanelStatus.CONFIRMED and panel.fingerprint is not None
            if has_key and contact is not None and contact.email.lower() == wanted:
                return panel.id
        return None

    def of_authority(self, authority: GssCode) -> tuple[PanelId, ...]:
        """Return the panels of an upper-tier or unitary authority: one, several where shared, none if unknown."""
        return self._by_authority.get(authority, ())

    def outside_of(self, place: str) -> Outside | None:
        """Return the entry of a place outside England by its id ("wales", "abroad"), or None."""
        return next((entry for entry in self.outside if entry.id == place), None)
