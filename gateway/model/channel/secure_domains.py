"""Which e-mail domains count as secure, on what proof, who checked it and when.

The rows are policy facts of the office that runs the gateway: config/secure_domains.toml.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class DomainMatch(StrEnum):
    """Which names a row covers. Names are compared label by label, never as text endings."""

    EXACT = "exact"
    SUBDOMAINS = "subdomains"  # names below it, not the name itself
    EXACT_AND_SUBDOMAINS = "exact_and_subdomains"
    LISTED_HOSTS = "listed_hosts"  # only the names in ``hosts``


class DomainStatus(StrEnum):
    SECURE = "secure"  # with its needs met
    CONFIRM_LOCALLY = "confirm_locally"  # nobody here has checked it yet
    RETIRED = "retired"  # no longer in use: mail from it is suspicious
    NOT_SECURE = "not_secure"


class Need(StrEnum):
    """What our own boundary must see before a listed domain counts as secure."""

    TLS12 = "tls12"  # TLS 1.2 or newer on the last hop
    TLS13 = "tls13"
    DMARC_PASS = "dmarc_pass"  # noqa: S105 - aligned, RFC 9989
    DMARC_ENFORCED = "dmarc_enforced"  # the domain asks for quarantine or reject
    DKIM_ALIGNED = "dkim_aligned"  # aligned by DKIM, not by SPF alone


@dataclass(frozen=True, slots=True)
class SecureDomain:
    """One row of the policy."""

    domain: str  # lower case A-labels
    match: DomainMatch
    status: DomainStatus
    basis: str  # the source, in words
    owner: str  # the role that answers for this row
    checked_on: date
    needs: tuple[Need, ...] = (Need.TLS12, Need.DMARC_PASS)
    hosts: tuple[str, ...] = ()  # with LISTED_HOSTS
    max_age_days: int | None = None  # None: the limit of the list


@dataclass(frozen=True, slots=True)
class SecureDomains:
    """The whole policy. ``max_age_days`` is how long a check holds before it is called stale."""

    version: str
    max_age_days: int
    rows: tuple[SecureDomain, ...] = ()
    trusted_sealers: tuple[str, ...] = ()  # ARC d= domains that are believed, RFC 8617; default none
    free_mail: frozenset[str] = frozenset()  # never secure, whatever a row says
    professional: tuple[str, ...] = ()  # suffixes of organisations: who is answered as a professional


@dataclass(frozen=True, slots=True)
class PolicyFinding:
    """What the policy said about one domain on the day."""

    version: str
    domain: str | None  # the row that applied; None: no row
    status: DomainStatus | None
    needs: tuple[Need, ...] = ()
    basis: str = ""
    checked_on: date | None = None
    age_days: int | None = None
    stale: bool = False
