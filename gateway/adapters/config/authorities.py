"""Read config/authorities.toml: local authorities, past and present."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import Any

from gateway.model.ids import GssCode
from gateway.model.residence.areas import Authority, AuthorityRegister, County, Vesting
from gateway.ports import Permanent


def load_authorities(path: Path) -> AuthorityRegister:
    """Return the register. Permanent("authorities_unreadable") if the file is not valid."""
    try:
        content = path.read_bytes()
        document = tomllib.loads(content.decode("utf-8"))
        authorities = {
            GssCode(code): _authority(GssCode(code), entry) for code, entry in document["authorities"].items()
        }
        counties = tuple(_county(entry) for entry in document.get("counties", ()))
        vestings = tuple(_vesting(entry) for entry in document.get("vestings", ()))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, AttributeError, KeyError, TypeError, ValueError):
        raise Permanent("authorities_unreadable") from None
    homonyms = frozenset(document.get("homonyms", ()))
    return AuthorityRegister(authorities, counties, homonyms, hashlib.sha256(content).hexdigest(), vestings)


def _codes(codes: list[str]) -> tuple[GssCode, ...]:
    return tuple(GssCode(code) for code in codes)


def _authority(code: GssCode, entry: dict[str, Any]) -> Authority:
    return Authority(
        gss=code,
        name=entry["name"],
        type=entry["type"],
        nation=entry["nation"],
        official=entry.get("official", ""),
        county=GssCode(entry["county"]) if "county" in entry else None,
        since=entry.get("from"),
        until=entry.get("to"),
        replaced_by=_codes(entry.get("replaced_by", [])),
        former_codes=_codes(entry.get("former_gss", [])),
        aliases=tuple(entry.get("aliases", ())),
    )


def _vesting(entry: dict[str, Any]) -> Vesting:
    return Vesting(
        on=entry["on"],
        name=entry["name"],
        ends=_codes(entry["ends"]),
        is_planned=entry.get("planned", False),
        source=entry.get("source", ""),
    )


def _county(entry: dict[str, Any]) -> County:
    return County(entry["name"], _codes(entry["authorities"]), tuple(entry.get("aliases", ())))
