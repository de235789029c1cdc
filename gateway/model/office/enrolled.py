"""Who may sign for whom: a key counts only with the address it was enrolled for, by two people."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.model.ids import PanelId


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What a confirmed key may sign for."""

    panel: PanelId
    addresses: frozenset[str]  # addr-specs, lower case

    def speaks_for(self, address: str) -> bool:
        return address.lower() in self.addresses
