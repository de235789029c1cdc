"""Reports about our own domain become metrics: TLS reports (RFC 8460) and DMARC aggregate reports (RFC 9990)."""

from __future__ import annotations

from gateway.model.content.message import Mail
from gateway.ports import Metrics
from gateway.stages.policies.domain_reports import counts, read_reports


def count_reports(metrics: Metrics, mail: Mail, own_domain: str) -> int:
    """Count every report in ``mail`` and return how many there were. What cannot be read is counted as that."""
    reports = read_reports(mail)
    for report in reports:
        for one in counts(report, own_domain):
            metrics.add(f"gateway_{one.metric}", one.number, **one.labels)
    return len(reports)
