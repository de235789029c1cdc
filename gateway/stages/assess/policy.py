"""What the secure-domain policy says about one domain. The most specific row applies; free mail never counts."""

from __future__ import annotations

from datetime import date

from gateway.model.channel.secure_domains import DomainMatch, DomainStatus, PolicyFinding, SecureDomain, SecureDomains
from gateway.stages.assess.names import below, imitates, within


def row_for(domain: str, policy: SecureDomains) -> SecureDomain | None:
    """Return the row that applies to ``domain`` (A-labels): the longest name that matches by whole labels."""
    matching = [row for row in policy.rows if _matches(domain, row)]
    return max(matching, key=lambda row: _weight(domain, row), default=None)


def find(domain: str, policy: SecureDomains, today: date) -> PolicyFinding:
    """Return what the policy says about ``domain`` on the day ``today``."""
    if any(within(domain, name) for name in policy.free_mail):
        return PolicyFinding(policy.version, domain, DomainStatus.NOT_SECURE, basis="free mail")
    row = row_for(domain, policy)
    if row is None:
        return PolicyFinding(policy.version, None, None)
    age = (today - row.checked_on).days
    limit = policy.max_age_days if row.max_age_days is None else row.max_age_days
    return PolicyFinding(
        policy.version,
        row.domain,
        row.status,
        row.needs,
        row.basis,
        row.checked_on,
        age,
        stale=age > limit or age < -1,  # a check dated in the future does not count
    )


def imitated(domain: str, policy: SecureDomains) -> str | None:
    """Return the listed domain that ``domain`` imitates, or None."""
    listed = [row.domain for row in policy.rows if row.status in (DomainStatus.SECURE, DomainStatus.RETIRED)]
    listed += [host for row in policy.rows for host in row.hosts]
    if any(within(domain, name) for name in listed):
        return None
    return next((name for name in sorted(listed, key=len, reverse=True) if imitates(domain, name)), None)


def is_professional(domain: str, policy: SecureDomains) -> bool:
    """Say whether mail from ``domain`` comes from an organisation, so that advice about channels is appropriate."""
    if any(within(domain, name) for name in policy.free_mail):
        return False
    row = row_for(domain, policy)
    return row is not None or any(within(domain, name) for name in policy.professional)


def _matches(domain: str, row: SecureDomain) -> bool:
    match row.match:
        case DomainMatch.EXACT:
            return domain == row.domain
        case DomainMatch.SUBDOMAINS:
            return below(domain, row.domain)
        case DomainMatch.EXACT_AND_SUBDOMAINS:
            return within(domain, row.domain)
        case DomainMatch.LISTED_HOSTS:
            return domain in row.hosts


def _weight(domain: str, row: SecureDomain) -> tuple[int, int, int]:
    """Order rows: a host listed by name first, then the longest name; in a tie the less trusting row."""
    listed = row.match is DomainMatch.LISTED_HOSTS or (row.match is DomainMatch.EXACT and row.domain == domain)
    return (1 if listed else 0, row.domain.count("."), 0 if row.status is DomainStatus.SECURE else 1)
