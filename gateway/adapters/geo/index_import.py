"""Import a postcode directory: checks first, then an atomic swap; the previous index is kept."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gateway.adapters.config.areas import INDEX_NAME, PREVIOUS_NAME, load_index
from gateway.adapters.geo.directory import Directory
from gateway.model.ids import GssCode
from gateway.model.residence.areas import AuthorityRegister
from gateway.model.residence.panels import PanelRegister
from gateway.ports import Permanent
from gateway.stages.route.postcodes.build import IndexBuilder
from gateway.stages.route.postcodes.index import PostcodeIndex

_REPORT_BYTES = 1 << 22
ISLANDS = ("L", "M")  # pseudo-codes of the Channel Islands and the Isle of Man


@dataclass(frozen=True, slots=True)
class Gates:
    """What a directory must be like before it replaces the one in use."""

    min_units: int = 2_500_000  # units outside Northern Ireland; November 2025 has 2,657,424
    max_blank_share: float = 0.01  # units without an authority; November 2025: 0.3 %
    max_malformed_share: float = 0.0001
    max_shrink_share: float = 0.02  # against the index in use: postcodes are never deleted
    all_english_authorities: bool = True  # each upper-tier authority of the panel register has units


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import found. ``has_end_dates``: terminated units are known as such."""

    edition: str
    units: int
    blank: int
    malformed: int
    english_authorities: int
    has_end_dates: bool
    size_bytes: int
    checksum: str


class GateFailed(Exception):
    """A directory that failed a check. ``gate`` is a word, ``detail`` counts and codes, no content."""

    def __init__(self, gate: str, detail: str) -> None:
        super().__init__(f"{gate}: {detail}")
        self.gate = gate


def read_directory(directory: Directory, progress: Callable[[int], None]) -> IndexBuilder:
    """Read every row except those of Northern Ireland, whose postcodes have another licence."""
    builder = IndexBuilder()
    add = builder.add
    waiting = 0

    def report(count: int) -> None:
        nonlocal waiting
        waiting += count
        if waiting >= _REPORT_BYTES:
            progress(waiting)
            waiting = 0

    for postcode, authority, east, north, ended in directory.rows(report):
        if not postcode.startswith("BT"):
            add(postcode, authority, east, north, ended=ended)
    progress(waiting)
    return builder


def import_directory(
    directory: Directory,
    target: Path,
    authorities: AuthorityRegister,
    panels: PanelRegister,
    *,
    gates: Gates | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Imported:
    """Make an index and put it into the folder ``target``, or raise GateFailed and change nothing."""
    gates = gates or Gates()
    builder = read_directory(directory, progress)
    english = _english_authorities(builder, authorities)
    _check_rows(builder, gates)
    _check_authorities(builder, authorities, panels, gates, english)
    previous = target / INDEX_NAME
    if previous.exists():
        _check_shrink(builder, load_index(previous), gates)
    content = builder.finish(directory.edition, directory.dated)
    index = PostcodeIndex(content)  # reads back whole, or nothing is swapped
    _swap(target, content)
    return Imported(
        edition=directory.edition,
        units=index.units,
        blank=builder.blank,
        malformed=builder.malformed,
        english_authorities=len(english),
        has_end_dates=directory.has_end_dates(),
        size_bytes=len(content),
        checksum=index.checksum,
    )


def _english_authorities(builder: IndexBuilder, authorities: AuthorityRegister) -> set[GssCode]:
    """Return today's upper-tier authorities of England that have units."""
    english = (GssCode(code) for code in builder.authorities if code.startswith("E"))
    return {upper.gss for code in english for upper in authorities.upper_tier(code)}


def _check_rows(builder: IndexBuilder, gates: Gates) -> None:
    if builder.rows < gates.min_units:
        raise GateFailed("too_few_units", f"{builder.rows:,} units, at least {gates.min_units:,} expected")
    if builder.blank > gates.max_blank_share * builder.rows:
        raise GateFailed("too_many_blank", f"{builder.blank:,} of {builder.rows:,} units have no authority")
    if builder.malformed > gates.max_malformed_share * builder.rows:
        raise GateFailed("too_many_malformed", f"{builder.malformed:,} rows hold no postcode")


def _check_authorities(
    builder: IndexBuilder, authorities: AuthorityRegister, panels: PanelRegister, gates: Gates, english: set[GssCode]
) -> None:
    unknown = [
        code
        for code in builder.authorities
        if code and not code.startswith(ISLANDS) and not authorities.upper_tier(GssCode(code))
    ]
    if unknown:
        raise GateFailed("authority_unknown", f"not in authorities.toml: {', '.join(sorted(unknown)[:10])}")
    if not gates.all_english_authorities:
        return
    listed = {code for panel in panels.panels.values() for code in panel.authorities}
    listed |= {shared.authority for shared in panels.shared}
    if english != listed:
        detail = f"without units: {_some(listed - english)}; without a panel: {_some(english - listed)}"
        raise GateFailed("english_authorities", detail)


def _some(codes: set[GssCode]) -> str:
    return ", ".join(sorted(codes)[:10]) or "none"


def _check_shrink(builder: IndexBuilder, previous: PostcodeIndex, gates: Gates) -> None:
    if builder.rows < previous.units * (1 - gates.max_shrink_share):
        raise GateFailed("shrunk", f"{builder.rows:,} units; the index in use has {previous.units:,}")


def _swap(target: Path, content: bytes) -> None:
    """Keep the index in use as the previous one, then replace it: whoever reads sees the old or the new one whole."""
    try:
        target.mkdir(parents=True, exist_ok=True)
        fresh = target / f".{INDEX_NAME}.new"
        with fresh.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        current = target / INDEX_NAME
        if current.exists() and current.read_bytes() != content:
            kept = target / f".{PREVIOUS_NAME}.new"
            shutil.copyfile(current, kept)
            kept.replace(target / PREVIOUS_NAME)
        fresh.replace(current)
        folder = os.open(target, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError:
        raise Permanent("areas_not_writable") from None
