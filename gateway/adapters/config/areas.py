"""Read what routing rests on: the postcode index, the authorities and the panels."""

from __future__ import annotations

from pathlib import Path

from gateway.adapters.config.authorities import load_authorities
from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.panels import load_panels
from gateway.model.ids import GssCode, PanelId
from gateway.model.residence.routing import MAX_TABLE_AGE_DAYS, RoutingTables
from gateway.ports import Permanent
from gateway.stages.route.postcodes.index import BadIndex, PostcodeIndex

INDEX_NAME = "postcodes.idx"
TOWNS_NAME = "towns.txt"
PREVIOUS_NAME = "postcodes.previous.idx"


def load_index(path: Path) -> PostcodeIndex:
    """Return a postcode index. Permanent("areas_unreadable") if it is missing or damaged."""
    try:
        return PostcodeIndex(path.read_bytes())
    except (OSError, BadIndex):
        raise Permanent("areas_unreadable") from None


Towns = dict[str, tuple[tuple[frozenset[GssCode], frozenset[str]], ...]]


def load_towns(path: Path) -> Towns:
    """Return the towns with the authorities and postcode areas they go with. Permanent("towns_unreadable")."""
    towns: Towns = {}
    try:
        for line in path.read_text(encoding="utf-8").splitlines():
            name, codes, areas = line.split("\t")
            place = frozenset(GssCode(code) for code in codes.split()), frozenset(areas.split())
            towns[name] = (*towns.get(name, ()), place)
    except (OSError, ValueError):
        raise Permanent("towns_unreadable") from None
    return towns


def load_routing(
    config_dir: Path | None = None,
    *,
    home_panel: PanelId | None = None,
    max_age_days: int = MAX_TABLE_AGE_DAYS,
    assume_confirmed: bool = False,
) -> RoutingTables:
    """Load the tables: packaged defaults, overlaid by what a deployment's ``config_dir`` has.

    A deployment's panels.toml is merged over the packaged one; its authorities.toml and its areas/postcodes.idx
    (written by ``gateway geo import``) replace the packaged ones. Permanent if a file is damaged: a broken index is
    never silently replaced by an older one.
    """
    packaged = packaged_config()
    own = config_dir if config_dir is not None and config_dir.resolve() != packaged.resolve() else None
    return RoutingTables(
        postcodes=load_index(_own_or_packaged(own, packaged, f"areas/{INDEX_NAME}")),
        authorities=load_authorities(_own_or_packaged(own, packaged, "authorities.toml")),
        panels=load_panels(packaged / "panels.toml", own / "panels.toml" if own is not None else None),
        towns=load_towns(_own_or_packaged(own, packaged, f"areas/{TOWNS_NAME}")),
        home_panel=home_panel,
        max_age_days=max_age_days,
        assume_confirmed=assume_confirmed,
    )


def _own_or_packaged(own: Path | None, packaged: Path, name: str) -> Path:
    return own / name if own is not None and (own / name).exists() else packaged / name
