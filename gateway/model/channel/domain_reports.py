"""What other mail servers report about our domain, as counts. Nothing in them identifies a message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TlsReport:
    """One TLS report, RFC 8460: sessions of one reporter with us on one day."""

    reporter: str  # organisation, reduced to letters, digits and dots
    successes: int
    failures: int
    by_type: Mapping[str, int] = field(default_factory=dict)  # "certificate-expired": 3; RFC 8460 section 4.3


@dataclass(frozen=True, slots=True)
class DmarcReport:
    """One DMARC aggregate report, RFC 9990: messages in our name that one receiver saw."""

    reporter: str
    domain: str
    passed: int  # aligned by DKIM or SPF
    failed: int
    by_disposition: Mapping[str, int] = field(default_factory=dict)  # "none", "quarantine", "reject", "pass", "other"


@dataclass(frozen=True, slots=True)
class BadReport:
    """A report that is not read, and why: "too_large", "not_a_report", "faulty", ..."""

    code: str


DomainReport = TlsReport | DmarcReport | BadReport


@dataclass(frozen=True, slots=True)
class Count:
    """A number to add to a metric. Labels come from closed lists, so that a report cannot invent series."""

    metric: str
    labels: Mapping[str, str]
    number: int
