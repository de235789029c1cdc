"""Read config/secure_domains.toml. A row that cannot be read stops the start: security is never guessed at."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from gateway.adapters.config.accredited import AccreditedList, load_list
from gateway.model.channel.secure_domains import DomainMatch, DomainStatus, Need, SecureDomain, SecureDomains
from gateway.ports import Permanent
from gateway.stages.assess.names import a_label

FILE = "secure_domains.toml"


def _name(text: str) -> str:
    name = a_label(text)
    if name is None:
        raise ValueError("not a domain name of two labels or more")
    return name


Name = Annotated[str, AfterValidator(_name)]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid")

    domain: Name
    match: DomainMatch
    status: DomainStatus
    basis: str = Field(min_length=3)
    owner: str = Field(min_length=2)
    checked_on: date
    needs: tuple[Need, ...] = (Need.TLS12, Need.DMARC_PASS)
    hosts: tuple[Name, ...] = ()
    max_age_days: int | None = Field(default=None, ge=1)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: str
    max_age_days: int = Field(ge=1)
    trusted_sealers: tuple[Name, ...] = ()
    free_mail: tuple[Name, ...] = ()
    professional: tuple[Name, ...] = ()
    domain: tuple[_Row, ...] = ()


def parse_secure_domains(text: str) -> SecureDomains:
    """Read the policy. Permanent("bad_secure_domains") if any of it cannot be read."""
    try:
        read = _File.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError):
        raise Permanent("bad_secure_domains") from None
    rows = tuple(
        SecureDomain(
            row.domain,
            row.match,
            row.status,
            row.basis,
            row.owner,
            row.checked_on,
            row.needs,
            row.hosts,
            row.max_age_days,
        )
        for row in read.domain
    )
    return SecureDomains(
        read.version, read.max_age_days, rows, read.trusted_sealers, frozenset(read.free_mail), read.professional
    )


def load_secure_domains(config_dirs: Sequence[Path]) -> SecureDomains:
    """Read the policy from the last of ``config_dirs`` that has one: an office's own list replaces the packaged one.

    Hosts of an imported list fill the rows that count by listed host.
    """
    policy = next((_read(folder / FILE) for folder in reversed(config_dirs) if (folder / FILE).is_file()), None)
    if policy is None:
        raise Permanent("no_secure_domains")
    for folder in config_dirs:
        accredited = load_list(folder)
        if accredited is not None:
            policy = replace(policy, rows=tuple(_filled(row, accredited) for row in policy.rows))
    return policy


def _read(path: Path) -> SecureDomains:
    try:
        return parse_secure_domains(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        raise Permanent("bad_secure_domains") from None


def _filled(row: SecureDomain, accredited: AccreditedList) -> SecureDomain:
    """Give a row that counts by listed host the hosts and date of the imported list."""
    if row.match is not DomainMatch.LISTED_HOSTS or row.domain != accredited.domain:
        return row
    return replace(row, hosts=accredited.hosts, checked_on=accredited.checked_on)
